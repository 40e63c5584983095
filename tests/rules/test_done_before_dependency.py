"""done-before-dependency: a done task needs one that is not."""

from __future__ import annotations

OURS = """
        ---
        plansmith: true
        ---
"""


def test_a_task_marked_done(check):
    [finding] = check(only="done-before-dependency", text=OURS + """
        ## Task 1: Build 🚧
        ## Task 2: Ship ✅
        **Prerequisites**: Task 1, then Task 1 again
                           ^^^^^^ warning[done-before-dependency]: Task 2 is done, but Task 1 is not; finish Task 1 first, or reopen this task
    """)  # fmt: skip
    [place] = finding.related
    assert (place.task, place.message) == (0, "Task 1 is still open")


def test_a_task_whose_boxes_are_all_ticked(check):
    check(only="done-before-dependency", text=OURS + """
        ## Task 1: Build
        ## Task 2: Ship
        **Prerequisites**: Task 1
                           ^^^^^^ warning[done-before-dependency]
        ### Success Criteria
        - [x] `make` passes
    """)  # fmt: skip


def test_what_agrees(check):
    check(only="done-before-dependency", text=OURS + """
        ## Task 1: Build [done]
        ## Task 2: Ship ✅
        **Prerequisites**: Task 1, Task 7
        ### Next Steps
        **Immediate next task**: Task 3
        ## Task 3: Tell
        **Prerequisites**: Task 2, Task 4
        ## Task 4: Rest
    """)  # fmt: skip
