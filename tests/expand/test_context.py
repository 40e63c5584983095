"""What a model is told: what has precedence, what is never read, and that the budget holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plansmith.expand.context import (
    Limits,
    SharedContext,
    TaskContext,
    gather_shared,
    gather_task,
    note_paths,
    shared_context,
    task_context,
)
from plansmith.expand.finished import FinishedPlan, finished_plan
from plansmith.expand.read_texts import FileText, Texts, read_texts
from plansmith.expand.told import describe_layout, describe_tasks
from plansmith.plan.document import Document
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.formats import load_format
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack, detect_stack
from tests.expand.plans import documents

TOKEN = "ghp" + "_" + "a1B2" * 9
BREAKDOWN = """
    # Shop

    A shop for bicycles, on PostgreSQL.

    ## Phase 1: Foundation

    ### Task 1: Model ✅

    Build `src/models.py`.

    ### Task 2: Service

    **Prerequisites**: Task 1

    Extend `src/service.py` with `src/new.py`; see `docs/api.md`, `../outside.md` and `.env`.

    ## Phase 2: Rest

    ### Task 3: Shop window
    - [x] half done

    ## Implementation Guidelines

    Of all tasks.
"""


def parse(text: str) -> Document:
    return Document(dedent(text).lstrip("\n"), load_format())


def lay(root: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def shared(root: Path, document: Document, *, trusted: bool = True, limits: Limits | None = None) -> SharedContext:
    files = read_workspace_files(root)
    return gather_shared(document, files, detect_stack(files), root, trusted=trusted, limits=limits)


def of_task(root: Path, document: Document, index: int, *, trusted: bool = True, **more) -> TaskContext:
    return gather_task(document, index, read_workspace_files(root), root, trusted=trusted, **more)


def test_tasks_are_listed_with_their_groups_states_and_prerequisites():
    assert describe_tasks(parse(BREAKDOWN)).split("\n") == [
        "# Shop",
        "## Phase 1: Foundation",
        "- Task 1: Model (done)",
        "- Task 2: Service (after Task 1)",
        "## Phase 2: Rest",
        "- Task 3: Shop window (started)",
    ]


def test_the_stack_is_told_with_the_commands_of_its_own_manifest(tmp_path):
    lay(tmp_path, {
        "package.json": '{"name":"shop","scripts":{"test":"vitest run","lint":"eslint ."},"dependencies":{"express":"^4.19.0"}}',
        "package-lock.json": "{}",
        "src/app.ts": "",
    })  # fmt: skip
    told = shared(tmp_path, parse(BREAKDOWN)).stack
    for words in (
        "`npm test`",
        "package.json scripts.test",
        "`npm run lint`",
        "`express ^4.19.0`",
        "by `package.json`",
    ):
        assert words in told


def test_steering_notes_are_told_in_order_and_copies_once(tmp_path):
    lay(tmp_path, {
        "CONTRIBUTING.md": "Sign off your commits.",
        "AGENTS.md": "Use tabs.",
        "CLAUDE.md": "Use tabs.",
        ".github/copilot-instructions.md": "Prefer small functions.",
        "GEMINI.md": "@AGENTS.md",
        "README.md": "Nothing of this.",
    })  # fmt: skip
    notes = shared(tmp_path, parse(BREAKDOWN)).notes
    assert [line for line in notes.split("\n") if line.startswith("`") and "(" in line] == [
        "`AGENTS.md` (all 1 lines):",
        "`.github/copilot-instructions.md` (all 1 lines):",
        "`CONTRIBUTING.md` (all 1 lines):",
    ]
    assert notes.index("Use tabs.") < notes.index("small functions") < notes.index("Sign off")
    assert "Nothing of this" not in notes


def test_notes_of_the_documents_own_folder_count_too():
    files = WorkspaceFiles.of({}, ["AGENTS.md", "apps/shop/agents.md", "apps/other/AGENTS.md", "apps/shop/TASKS.md"])
    assert note_paths(files, "apps/shop/TASKS.md") == ["AGENTS.md", "apps/shop/agents.md"]


def test_the_documents_other_text_is_told_without_front_matter_and_guidelines(tmp_path):
    about = shared(tmp_path, parse("---\nplansmith: true\n---\n" + dedent(BREAKDOWN).lstrip("\n"))).about
    assert "A shop for bicycles" in about
    assert "plansmith: true" not in about
    assert "Of all tasks" not in about


def test_the_files_that_a_task_names_are_told_in_its_order_with_their_lines(tmp_path):
    lay(tmp_path, {
        "src/service.py": "def serve():\n    pass\n",
        "docs/api.md": "\n".join(f"line {number}" for number in range(400)),
        "src/other.py": "not named",
        ".env": "SECRET=1",
    })  # fmt: skip
    context = of_task(tmp_path, parse(BREAKDOWN), 1)
    assert context.label == "Task 2: Service"
    assert "Extend `src/service.py`" in context.text
    assert context.files.startswith("`src/service.py` (all 2 lines):\n\n```py\ndef serve():")
    assert "`docs/api.md` (lines 1–300 of 400):" in context.files
    assert "line 299\n```" in context.files
    assert "not named" not in context.files
    assert "SECRET" not in context.files
    assert "`docs/api.md`: only lines 1–300 of 400" in context.left_out
    assert "`.env`: by its name it holds secrets" in context.left_out


def test_what_git_ignores_is_never_told(tmp_path):
    lay(tmp_path, {".gitignore": "src/\nAGENTS.md\n", "src/service.py": "x = 1\n", "AGENTS.md": "Use tabs."})
    document = parse(BREAKDOWN)
    assert of_task(tmp_path, document, 1).files == ""
    told = shared(tmp_path, document)
    assert told.notes == ""
    assert "service.py" not in told.layout


def test_an_untrusted_workspace_tells_nothing_but_the_document(tmp_path):
    lay(tmp_path, {"AGENTS.md": "Use tabs.", "pyproject.toml": "[project]\nname='x'\n", "src/service.py": "x = 1\n"})
    document = parse(BREAKDOWN)
    told = shared(tmp_path, document, trusted=False)
    assert (told.stack, told.notes, told.layout) == ("", "", "")
    assert "Task 2: Service" in told.tasks
    assert "bicycles" in told.about
    assert of_task(tmp_path, document, 1, trusted=False).files == ""


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a right there")
def test_a_link_never_leads_out_of_the_workspace_nor_to_a_secret(tmp_path):
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    lay(outside, {"notes.md": "from outside", "deep/a.py": "outside = 1"})
    lay(root, {".env": "PASSWORD=x", "src/ok.py": "fine = 1", "private.md": "ignored", ".gitignore": "private.md\n"})
    os.symlink(outside / "notes.md", root / "AGENTS.md")
    os.symlink(root / ".env", root / "CLAUDE.md")
    os.symlink(root / "private.md", root / "CONTRIBUTING.md")
    os.symlink(outside / "deep", root / "src" / "deep")
    os.symlink(root / "src" / "ok.py", root / "link.py")
    files = read_workspace_files(root)
    wanted = [
        "AGENTS.md",
        "CLAUDE.md",
        "CONTRIBUTING.md",
        "src/deep/a.py",
        "link.py",
        "../outside/notes.md",
        "/etc/hosts",
    ]
    texts = read_texts(root, files, wanted)
    assert list(texts.found) == ["link.py"]
    assert texts.refused == {
        "AGENTS.md": "it lies outside of the workspace",
        "CLAUDE.md": "by its name it holds secrets",
        "CONTRIBUTING.md": "it is ignored",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_and_a_binary_are_not_read(tmp_path):
    os.mkfifo(tmp_path / "AGENTS.md")
    (tmp_path / "a.py").write_bytes(b"\x00\x01")
    (tmp_path / "b.py").write_bytes(b"caf\xe9 and more")
    texts = read_texts(tmp_path, read_workspace_files(tmp_path), ["AGENTS.md", "a.py", "b.py"])
    assert texts.found == {}
    assert texts.refused == {"AGENTS.md": "it is no regular file", "a.py": "it is no text", "b.py": "it is no text"}


def test_a_large_file_is_read_up_to_a_whole_character(tmp_path):
    (tmp_path / "a.md").write_text("é" * 10, encoding="utf-8")
    texts = read_texts(tmp_path, read_workspace_files(tmp_path), ["a.md"], size=5)
    assert texts.found["a.md"] == FileText("éé", False)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["..", ".", "a", "b", "link", "out.txt", "in.txt", "/", "~"]), max_size=6))
def test_nothing_outside_of_the_root_is_ever_read(tmp_path_factory, parts):
    home = tmp_path_factory.mktemp("home")
    root = lay(home / "root", {"a/in.txt": "inside", "in.txt": "inside", "b/a/in.txt": "inside"})
    lay(home, {"out.txt": "outside", "a/out.txt": "outside", "in.txt": "outside"})
    os.symlink(home, root / "link")
    path = "/".join(parts)
    # Whatever a snapshot claims.
    files = WorkspaceFiles(paths=frozenset([path]), folders=frozenset({""}))
    assert all(text.text == "inside" for text in read_texts(root, files, [path]).found.values())


def test_secrets_in_every_text_are_taken_out_and_said(tmp_path):
    lay(tmp_path, {
        "AGENTS.md": f"Log in with {TOKEN}.",
        "src/service.py": f'KEY = "{TOKEN}"\n',
        "package.json": '{"name":"x","scripts":{"test":"TOKEN=' + TOKEN + ' vitest run"}}',
    })  # fmt: skip
    document = parse(dedent(BREAKDOWN).replace("Extend", f"With {TOKEN} extend").replace("bicycles", TOKEN))
    told = shared(tmp_path, document)
    context = of_task(tmp_path, document, 1, finished=[FinishedPlan(document.graph.keys[0], "Task 1", TOKEN, ())])
    for text in (told.tasks, told.stack, told.about, told.notes, told.layout):
        assert TOKEN not in text
    for text in (context.text, context.files, context.finished):
        assert TOKEN not in text
        assert "REDACTED" in text
    assert "`AGENTS.md`: 1 secret was taken out" in told.left_out
    assert "`src/service.py`: 1 secret was taken out" in context.left_out


PLAN = """
    ## Task 1: Model

    ### Implementation Steps

    #### Step 1: Write

    **Code Examples**:

    ```python
    class Bicycle:
        def price(self) -> int:
            return total
    ```

    ### Files Created/Modified

    **New Files**:

    - `src/models.py` - the model

    **Modified Files**: None

    ## Task 2: Service

    **Prerequisites**: Task 1

    ## Task 3: Window
"""


def test_a_finished_plan_hands_on_its_files_and_its_interfaces():
    document = parse(PLAN)
    plan = finished_plan(document, 0)
    assert plan.label == "Task 1: Model"
    assert "New Files:\n- `src/models.py` - the model" in plan.files
    assert plan.interfaces == ("class Bicycle:", "def price(self) -> int:")
    told = task_context(document, 1, Texts(), [plan], Limits()).finished
    assert told.startswith("Task 1: Model:\n\n```markdown\nNew Files:")
    assert "class Bicycle:" in told


def test_the_plans_that_a_task_builds_on_go_before_the_others():
    document = parse(PLAN)
    keys = document.graph.keys
    plans = [FinishedPlan(keys[0], "needed", "x" * 300, ()), FinishedPlan(keys[2], "other", "`src/y.py`", ())]
    context = task_context(document, 1, Texts(), plans, replace(Limits(), finished=340))
    assert "needed" in context.finished
    assert "other" not in context.finished
    assert "the finished plan of other: no room" in context.left_out


def test_of_the_other_plans_the_files_are_told_alone():
    document = parse(PLAN)
    told = task_context(document, 2, Texts(), [finished_plan(document, 0)], Limits()).finished
    assert told == "- Task 1: Model: `src/models.py`"


def test_an_open_decision_is_no_file():
    document = parse("## Task 1: A\n\n### Files Created/Modified\n\n**New Files**:\n\n- Decide: which file\n")
    assert finished_plan(document, 0).files == ""


def test_a_plan_is_not_told_to_its_own_task():
    document = parse(PLAN)
    assert task_context(document, 0, Texts(), [finished_plan(document, 0)], Limits()).finished == ""


def test_what_has_precedence_is_kept_when_room_is_short(tmp_path):
    lay(tmp_path, {"AGENTS.md": "Use tabs.\n" * 200, "pyproject.toml": "[project]\nname='shop'\n", "src/a.py": ""})
    document = parse(BREAKDOWN)
    small = shared(tmp_path, document, limits=replace(Limits(), shared=700))
    assert small.tasks == describe_tasks(document)
    assert small.stack
    assert small.size <= 700
    assert any(line.startswith("`AGENTS.md`") for line in small.left_out)


def test_a_text_that_has_fences_of_its_own_never_breaks_out_of_its_fence():
    document = parse("## Task 1: Build\n\n````md\n```\n````\n")
    text = task_context(document, 0, Texts(), [], Limits()).text
    assert text.startswith("`````markdown\n")
    assert text.endswith("\n`````")


def test_the_layout_is_as_deep_as_there_is_room():
    files = WorkspaceFiles.of({}, ["a.py", ".env", *(f"src/x{n}/deep/file{n}.py" for n in range(30))])
    assert "file3.py" in describe_layout(files, 10_000)
    short = describe_layout(files, 100)
    assert short.split("\n") == ["- `./`: a.py", "- `src/`: 30 files further down"]


@settings(max_examples=25)
@given(
    documents(),
    st.lists(st.tuples(st.sampled_from(["a.py", "b.md", "ä.txt"]), st.text(max_size=400)), max_size=4),
    st.integers(0, 3000),
    st.integers(0, 600),
)
def test_the_context_never_exceeds_its_budget(text, texts, budget, part):
    document = Document(text, load_format())
    files = Texts({path: FileText(content, True) for path, content in texts})
    limits = Limits(shared=budget, task=budget, note=part, file=part, text=max(part, 100), finished=part)
    known = WorkspaceFiles.of({}, [f"src/ö{n}/file.py" for n in range(20)])
    told = shared_context(document, Stack(), known, files, limits)
    assert told.size <= budget
    for index in range(len(document.tasks)):
        plans = [FinishedPlan(document.graph.keys[0], "Task ü", content, ()) for _, content in texts]
        assert task_context(document, index, files, plans, limits).size <= budget


def test_the_same_files_give_the_same_context(tmp_path):
    lay(tmp_path, {"AGENTS.md": "Use tabs.", "pyproject.toml": "[project]\nname='shop'\n", "src/a.py": ""})
    document = parse(BREAKDOWN)
    first, second = shared(tmp_path, document), shared(tmp_path, parse(BREAKDOWN))
    assert replace(first, format=second.format) == second
