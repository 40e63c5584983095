"""unfinished-success: all criteria are ticked while an action is open."""

from __future__ import annotations

import pytest


def plan(actions: str, success: str) -> str:
    return (
        "## Task 1: Build\n### Implementation Steps\n#### Step 1: Start\n**Actions**:\n"
        f"{actions}\n### Success Criteria\n{success}\n"
    )


def test_an_open_action(check):
    [finding] = check(only="unfinished-success", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [x] Create `a.py`
        - [ ] Create `b.py`
        ### Success Criteria
            ^^^^^^^^^^^^^^^^ warning[unfinished-success]: All criteria are ticked, but an action is open; finish and tick the work, or untick what is not met yet
        - [X] `make` passes
    """)  # fmt: skip
    [place] = finding.related
    assert place.span == (5, 6, 5, 19)


def test_open_actions_are_counted(check):
    [finding] = check(only="unfinished-success", text=plan("- [ ] a\n  - [-] b", "   ^^^\n- [x] c").replace(
        "   ^^^\n", "    ^^^^^^^^^^^^^^^^ warning[unfinished-success]\n"
    ))  # fmt: skip
    assert "2 actions are open" in finding.message


@pytest.mark.parametrize(
    ("actions", "success"),
    [
        ("- [x] a", "- [x] b"),
        ("- [ ] a", "- [ ] b\n- [x] c"),
        ("- [ ] a", "- b"),
        ("- [ ] a", "None"),
        ("- a", "- [x] b"),
    ],
)
def test_what_agrees(check, actions, success):
    check(only="unfinished-success", text=plan(actions, success))
