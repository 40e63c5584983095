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
