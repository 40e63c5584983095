"""The rule unlisted-file."""

from __future__ import annotations

import pytest

from plansmith.plan.files import ListedFiles
from tests.markers import apply_all_fixes, find

RULE = "unlisted-file"
FILES = ListedFiles(["src/app.py"], ignored=["secret.txt"])


def plan(
    actions: str, new: str = "**New Files**:\n\n- `src/a.py` - a", modified: str = "**Modified Files**: None"
) -> str:
    """A plan of one step, with lists of files."""
    return (
        "## Task 1: Build\n\n### Implementation Steps\n\n#### Step 2: Do it\n\n**Actions**:\n\n"
        f"{actions}\n\n### Files Created/Modified\n\n{new}\n\n{modified}\n"
    )


def test_actions_that_touch_what_no_list_names(check):
    check(only=RULE, files=FILES, text="""
        ## Task 1: Build 🚀

        ### Implementation Steps

        #### Step 1: Do it

        **Actions**:

        - [ ] Create `src/导入.py`
                      ^^^^^^^^^ hint[unlisted-file]: No list of this task names src/导入.py; add it to “New Files”
        - [ ] **Extend** 🚀 `src/app.py`
                            ^^^^^^^^^^ hint[unlisted-file]: No list of this task names src/app.py; add it to “Modified Files”
        - [ ] Delete `src/old.py`
                      ^^^^^^^^^^ hint[unlisted-file]: No list of this task names src/old.py; add it to “Modified Files”
        - [ ] Create `src/导入.py` again
        - [ ] Read `src/read.py`
        - [ ] Add `GET /notes` to `src/routes.py`
        - [ ] Write `secret.txt`
        - [ ] Add `read/write` rights
        - [ ] Add rows like the ones that follow `src/rows.py`
        - [ ] Write the helper `src/helper.py`
                                ^^^^^^^^^^^^^ hint[unlisted-file]
        - [ ] Creates `src/x.py`
          - Create `src/nested.py`

        ### Files Created/Modified

        **Modified Files**: None
    """)  # fmt: skip


@pytest.mark.parametrize(
    "listed",
    [
        "**New Files**:\n\n- `src/b.py` - b",
        "**New Files**:\n\n- `src/` - all of it",
        "**New Files**:\n\n- `src/*.py` - all of it",
        "**New Files**:\n\n- `src/a.py`, `src/b.py` - both",
        "**New Files**:\n\n- src/b.py - b",
        "**New Files**: `b.py`",
        "**New Files**:\n\n| file |\n| --- |\n| `src/b.py` |",
        "**New Files**:\n\n```text\nsrc/b.py\n```",
        "**Modified Files**:\n\n- [b](../src/b.py) - b",
    ],
)
def test_a_list_covers_it(listed):
    assert find(plan("- [ ] Create `src/b.py`", listed, ""), RULE, files=FILES) == []


def test_a_folder_is_covered_by_a_file_in_it():
    assert find(plan("- [ ] Create `src/`"), RULE, files=FILES) == []


def test_a_task_without_lists_hears_of_that_alone():
    assert find(plan("- [ ] Create `src/b.py`", "", ""), RULE, files=FILES) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("**New Files**:\n\n* `src/a.py` - a\n* `src/c.py` - c", "\n* `src/b.py` - made in Step 2"),
        ("**New Files**:\n\n1. `src/a.py` - a\n   which goes on", "\n2. `src/b.py` - made in Step 2"),
        ("**New Files**:\n\n- [ ] `src/a.py` - a", "\n- [ ] `src/b.py` - made in Step 2"),
        ("**New Files**: `src/a.py`", "\n\n- `src/b.py` - made in Step 2"),
        ("**New Files**:", "\n\n- `src/b.py` - made in Step 2"),
    ],
)
def test_the_fix_adds_an_item_as_those_that_are_there(before, after):
    text = plan("- [ ] Create `src/b.py`", before)
    assert apply_all_fixes(text, RULE, files=FILES) == text.replace(before, before + after)


@pytest.mark.parametrize(
    "none", ["**New Files**: None", "**New Files**:\n\n- None", "**New Files**:\n\nNone — not yet"]
)
def test_the_fix_takes_the_place_of_none(none):
    text = plan("- [ ] Create `src/b.py`", none)
    fixed = text.replace(none, "**New Files**:\n\n- `src/b.py` - made in Step 2")
    assert apply_all_fixes(text, RULE, files=FILES) == fixed


def test_the_fix_keeps_labels_apart():
    text = plan("- [ ] Extend `src/app.py`", "**Modified Files**: None\n**New Files**: None", "")
    fixed = apply_all_fixes(text, RULE, files=FILES)
    assert "**Modified Files**:\n\n- `src/app.py` - changed in Step 2\n\n**New Files**: None\n" in fixed


def test_a_fix_adds_no_other_finding():
    started = plan("- [x] Create `src/app.py`\n- [x] Extend `src/none.py`\n- [ ] Look")
    assert "**New Files**:\n\n- `src/a.py` - a\n- `src/app.py` - made in Step 2\n- `src/none.py` - made" in (
        apply_all_fixes(started, RULE, files=FILES)
    )
    done = plan("- [x] Create `src/app.py`\n- [x] Extend `src/none.py`").replace("Build", "Build ✅")
    assert "**Modified Files**:\n\n- `src/none.py` - changed in Step 2" in apply_all_fixes(done, RULE, files=FILES)


def test_without_files_nothing_is_claimed():
    assert find(plan("- [ ] Create `src/b.py`"), RULE) == []
