"""The rule missing-file."""

from __future__ import annotations

import pytest

from plansmith.plan.files import ListedFiles
from tests.markers import find

RULE = "missing-file"


def plan(entries: str, *, head: str = "## Task 1: Build", other: str = "", box: str = " ") -> str:
    """A plan that says to modify some files, and another task."""
    return (
        f"{head}\n\n### Implementation Steps\n\n#### Step 1: Do it\n\n**Actions**:\n\n- [{box}] Look at it\n\n"
        f"### Files Created/Modified\n\n**Modified Files**:\n\n{entries}\n\n## Task 2: Ship\n\n{other}\n"
    )


def test_a_path_that_is_not_there(check):
    check(only=RULE, files=["src/app.py"], text="""
        ## Task 1: Build 🚀

        ### Implementation Steps

        #### Step 1: Do it

        ### Files Created/Modified

        **Modified Files**:

        - [ ] 🚀 no path
        - `./src/导入.py:12` - 🚀 the import
           ^^^^^^^^^^^ warning[missing-file]: There is no src/导入.py, and no other task lists it under “New Files”; correct the path, or list it there if this task creates it
        - `src/app.py`, `src/b.py` - both
                         ^^^^^^^^ warning[missing-file]
        - [c](src/c.py) - a link
              ^^^^^^^^ warning[missing-file]
    """)  # fmt: skip


@pytest.mark.parametrize(
    "entries",
    [
        "- `src/app.py` - the app",
        "- `src/` - a folder",
        "- `src` no path at all",
        "- `src/*.py` - a glob",
        "- `src/<name>.py` - a template",
        "- `https://example.org/a.py` - elsewhere",
        "- `/etc/hosts` - absolute",
        "- `../../out.py` - out of the root",
        "- Rows, as `src/none.py` would have them",
        "- `src/old.py` - deleted",
        "- `src/old.py` - moved to `src/new/old.py`",
        "- `src/maybe.py` - routes (if it is there already)",
        "- `src/later.py` (created in Task 7)",
        "- `src/later.py` - 🚀 from phase 2 of the other plan",
        "- `src/later.py` - will be created by `make`",
        "- `src/later.py` (generated)",
        "- `src/later.py` (optional)",
        "- `src/later.py` - to be removed",
        "- `src/later.py` → `src/last.py`",
        "- `src/later.py` - does not exist yet",
        "- `secret/key.pem.txt` - ignored",
        "- `near.py` - beside the document",
        "- `src/app.py#L10-L20` - there",
        "- [the file](my%20docs/a.py) - there, by its address",
        "- `src\\app.py` - as Windows has it",
        "- None",
        "```text\nsrc/none.py\n```",
        "<!-- `src/none.py` -->",
    ],
)
def test_what_is_no_finding(entries):
    files = ListedFiles(["src/app.py", "docs/near.py", "my docs/a.py"], folder="docs", ignored=["secret"])
    assert find(plan(entries), RULE, files=files) == []


@pytest.mark.parametrize(
    "note",
    ["creates the app", "generated code goes here", "the routes it added -> `x`", "added options", "from scratch"],
)
def test_a_note_of_what_is_done_to_it_is_no_excuse(note):
    assert len(find(plan(f"- `src/later.py` - {note}"), RULE, files=ListedFiles(["src/app.py"]))) == 1


def test_case_is_that_of_the_file_system():
    assert [found.message.split(",")[0] for found in find(plan("- `SRC/App.py`"), RULE, files=["src/app.py"])] == [
        "There is no SRC/App.py"
    ]


def test_another_task_may_create_it():
    new = "### Files Created/Modified\n\n**New Files**:\n\n- `src/b.py` - the rest"
    assert find(plan("- `src/b.py`", other=new), RULE, files=["x.py"]) == []
    assert find(plan("- `src/b.py`", other=new.replace("src/b.py", "src/")), RULE, files=["x.py"]) == []
    assert find(plan("- `src/b.py`", other=new.replace("src/b.py", "src/c.py")), RULE, files=["x.py"]) != []


def test_its_own_new_files_do_not_count():
    text = plan("- `src/b.py`").replace("**Modified", "**New Files**: `src/b.py`\n\n**Modified")
    assert [found.rule for found in find(text, RULE, files=["x.py"])] == [RULE]


def test_a_done_task_is_not_judged():
    assert find(plan("- `src/b.py`", head="## Task 1: Build ✅"), RULE, files=["x.py"]) == []
    assert find(plan("- `src/b.py`", box="x"), RULE, files=["x.py"]) == []


def test_without_files_nothing_is_claimed():
    assert find(plan("- `src/b.py`"), RULE) == []
