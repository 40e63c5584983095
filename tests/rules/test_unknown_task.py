"""unknown-task: a reference that no task of the document carries."""

from __future__ import annotations

import pytest

from tests.markers import find


def ours(*tasks: str) -> str:
    return "---\nplansmith: true\n---\n" + "".join(f"## {task}\n" for task in tasks)


def test_a_reference_to_no_task(check):
    check(only="unknown-task", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        ## Task 2: Ship
        **Objective**: Ship it, unlike Task 7.
        **Prerequisites**: Task 9
                           ^^^^^^ error[unknown-task]: No task here is called Task 9
    """)  # fmt: skip


def test_each_of_a_list_is_told(check):
    check(only="unknown-task", text="""
        ---
        plansmith: true
        ---
        ## Task 1: Build
        ## Task 2: Ship
        **Prerequisites**: Tasks 1, 7 and 8
                                    ^ error[unknown-task]: No task here is called Task 7
                                          ^ error[unknown-task]: No task here is called Task 8
        ### Next Steps
        **Immediate next task**: Task 4 if all is well
                                 ^^^^^^ error[unknown-task]: No task here is called Task 4
    """)  # fmt: skip


def test_the_gaps_of_a_range_are_told_once(check):
    [finding] = check(only="unknown-task", text="""
        ---
        plansmith: true
        ---
        ## Task 1: Build
        ## Task 5: Ship
        ## Task 6: Tell
        **Prerequisites**: Tasks 1–5
                                   ^ error[unknown-task]: No task here is called Task 2, Task 3 or Task 4
    """)  # fmt: skip
    assert finding.fix is None


@pytest.mark.parametrize("text", ["Tasks 1-9", "Tasks 8 – 9", "Tasks 7 to 1"])
def test_the_end_of_a_range_is_not_changed(text):
    """Another end would name other tasks in between, too."""
    found = find(ours("Task 1: A", "Task 2: B", "Task 3: C") + f"**Prerequisites**: {text}\n", "unknown-task")
    assert [finding.fix for finding in found] == [None] * len(found) != []


@pytest.mark.parametrize(
    "prerequisites",
    ["Task 9 in the other plan", "Task 9 of `b.md`", "[Task 9](b.md)", "`Task 9`", "Python 3.12", "Task TBD"],
)
def test_what_is_no_reference(check, prerequisites):
    check(only="unknown-task", text=ours("Task 1: A", "Task 2: B") + f"**Prerequisites**: {prerequisites}\n")


def test_with_a_single_id_a_number_may_mean_anything(check):
    check(only="unknown-task", text=ours("Task 1: A", "Task: B") + "**Prerequisites**: Task 9\n")


@pytest.mark.parametrize(
    ("ids", "wrong", "near"),
    [
        (["1", "2", "3"], "9", "2"),  # the task itself is the third
        (["1", "20", "3"], "19", "20"),
        (["1.1", "1.2", "1.3"], "1.22", "1.2"),
        (["1", "5", "30"], "7", "5"),
    ],
)
def test_the_fix_takes_the_nearest(fix, ids, wrong, near):
    text = ours(*(f"Task {id}: T{id}" for id in ids)) + "**Prerequisites**: Task {}\n"
    fix(only="unknown-task", before=text.format(wrong), after=text.format(near))


def test_an_id_with_its_own_word(fix):
    text = ours("TASK-001: A", "TASK-002: B") + "**Prerequisites**: TASK-{}\n"
    fix(only="unknown-task", before=text.format("010"), after=text.format("001"))


def test_the_fix_makes_no_cycle(check):
    """The only other task waits for this one."""
    [finding] = find(
        ours("Task 1: A") + "**Prerequisites**: Task 9\n" + "## Task 2: B\n**Prerequisites**: Task 1\n", "unknown-task"
    )
    assert finding.fix is None


def test_the_fix_of_a_done_task_names_no_open_one():
    [finding] = find(ours("Task 1: A", "Task 2: B ✅") + "**Prerequisites**: Task 9\n", "unknown-task")
    assert finding.fix is None
    [finding] = find(ours("Task 1: A ✅", "Task 2: B ✅") + "**Prerequisites**: Task 9\n", "unknown-task")
    assert finding.fix


def test_a_task_that_is_named_already_is_not_named_twice():
    [finding] = find(ours("Task 1: A", "Task 2: B") + "**Prerequisites**: Task 1, Task 9\n", "unknown-task")
    assert finding.fix is None
