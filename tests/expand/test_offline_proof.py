"""How the offline planner says that work is proved: by commands that can be run, and tests that can be written."""

from __future__ import annotations

from tests.expand.offline import planned, workspace

BINARY = workspace({"Cargo.toml": '[package]\nname = "tool"\nversion = "0.1.0"\n'}, ["src/main.rs", "src/args.rs"])
DOCUMENTS = workspace({"README.md": "# Notes"}, ["docs/api.md"])


def test_what_only_a_binary_holds_is_tested_in_its_module():
    plan = planned(
        "## Task 1: Quiet\n\n- Parse `--quiet` in `src/args.rs`\n- Print less in `src/out.rs`\n", where=BINARY
    )
    assert plan.items("steps.2.actions") == [
        "Write the tests of `src/args.rs` in its own `mod tests`",
        "Write the tests of `src/out.rs` in its own `mod tests`",
    ]
    assert plan["steps.2.objective"] == "The tests in `src/args.rs` and `src/out.rs` prove “Quiet”."
    assert plan.items("testing.unit")[0] == "`src/args.rs`, its `mod tests`: `cargo test args` passes"
    assert plan["steps.2.code"].split("\n")[1:4] == ["#[cfg(test)]", "mod tests {", "    use super::*;"]
    assert plan["files.new"] == "- `src/out.rs` - print less"
    assert "tests/" not in plan["steps.2.actions"] + plan["testing.unit"] + plan["files.new"]


def test_the_files_of_a_new_folder_are_listed_one_by_one():
    plan = planned("## Task 1: Guide\n\n- Write `guide/start.md`\n- Link it from `README.md`\n", where=DOCUMENTS)
    assert "`git status --short -uall` lists `guide/start.md` and `README.md`" in plan["steps.1.validation"]
    assert "`git status --short`" not in plan.text


SHOP = workspace(
    {"pyproject.toml": '[project]\nname = "shop"\nversion = "0.1"\ndependencies = ["pytest"]\n', "README.md": "# Shop"},
    ["src/shop/__init__.py", "src/shop/app.py", "tests/test_app.py", "Dockerfile"],
)
FOLLOWED = "Someone who knows nothing of the task follows"


def test_who_documents_work_does_the_work_too():
    plan = planned(
        "## Task 4: Export notes\n\n- Stream all notes as JSON lines\n- Document it in `README.md`\n", where=SHOP
    )
    assert "`pytest` passes as a whole" in plan["testing.integration"]
    assert FOLLOWED not in plan.text
    assert plan.items("steps.1.actions")[0].startswith("Decide: which file holds “Export notes”")
    assert "the task names only documents" in plan["steps.1.actions"]
    assert "def test_streams_all_notes_as_json_lines()" in plan["steps.2.code"]
    assert plan.items("files.modified") == [
        "`README.md` - document it",
        "Decide: which files that are there hold “Export notes”; the task names only documents",
    ]


def test_documents_alone_are_read_and_not_tested():
    plan = planned("## Task 1: Guide\n\n- Write `docs/guide.md`\n- Link it from `README.md`\n", where=SHOP)
    assert FOLLOWED in plan["testing.integration"]
    assert "pytest" not in plan["steps.1.validation"] + plan["success"]


def test_what_is_neither_code_nor_a_document_is_not_read_from_start_to_end():
    plan = planned("## Task 1: Image\n\n- Run as another user in `Dockerfile`\n", where=SHOP)
    assert FOLLOWED not in plan.text
    assert "for its links" not in plan.text
    assert "A link or a path leads nowhere" not in plan.text
    assert plan.items("testing.unit") == ["Decide: which command checks `Dockerfile`, such as a linter or a dry run"]
    assert plan.items("testing.integration") == [
        "`pytest` passes as a whole with this in place: “Image”",
        "Decide: how `Dockerfile` is tried as a whole, and what is seen then",
    ]


def test_code_of_a_stack_that_is_not_known_is_no_document_and_not_tested_by_another_stack():
    plan = planned("## Task 1: Page\n\n- Show a list in `web/src/List.tsx`\n- Style it\n", where=SHOP)
    assert FOLLOWED not in plan.text
    assert "pytest" not in plan["testing.unit"] + plan["steps.1.validation"] + plan["success"]
    assert "nothing here says how `web/src/List.tsx` is tested" in plan["testing.unit"]


def test_the_few_files_that_could_hold_it_are_named():
    plan = planned("## Task 1: Export notes\n\n- Stream all notes as JSON lines\n", where=SHOP)
    assert plan.items("steps.1.actions")[0].endswith("; the task names none; there is only `src/shop/app.py`")
    assert plan.items("testing.unit")[0].endswith("; it could be `tests/test_app.py`")


def test_who_changes_documents_throughout_works_on_documents():
    text = """
        ## Task 2: Align the templates

        - Modify `skills/reviewer.md` (last paragraph)
        - Modify `skills/implementer.md`
        - Delete the old contract
    """
    plan = planned(text, where=SHOP)
    assert "pytest" not in plan.text
    assert FOLLOWED in plan["testing.integration"]


def test_tests_in_a_module_without_a_command_of_their_own_pass():
    where = workspace({"Cargo.toml": '[package]\nname = "db"\n'}, ["src/lib.rs"])
    plan = planned("## Task 1: Cache\n\n- Cache it in `crates/raft/src/state.rs`\n", where=where)
    assert plan.items("testing.unit")[0] == "The tests in `crates/raft/src/state.rs` pass"
