"""dependency-cycle: tasks that wait for each other."""

from __future__ import annotations

OURS = """
        ---
        plansmith: true
        ---
"""


def test_the_whole_path_is_told(check):
    [finding] = check(only="dependency-cycle", text=OURS + """
        ## Task 1: Build
        **Prerequisites**: None
        ## Task 2: Test
        **Prerequisites**: Tasks 1 and 4
                                       ^ error[dependency-cycle]: Task 2 waits for itself: Task 2 → Task 4 → Task 3 → Task 2; take one of these prerequisites out
        ## Task 3: Ship
        **Prerequisites**: Task 2
        ## Task 4: Tell
        **Prerequisites**: Task 3
    """)  # fmt: skip
    assert [(place.task, place.span.line, place.message) for place in finding.related] == [
        (1, 7, "Task 2 waits for Task 4"),
        (3, 11, "Task 4 waits for Task 3"),
        (2, 9, "Task 3 waits for Task 2"),
    ]


def test_a_task_that_needs_itself(check):
    check(only="dependency-cycle", text=OURS + """
        ## Task 1: Build
        **Prerequisites**: Task 1
                           ^^^^^^ error[dependency-cycle]: Task 1 waits for itself; take it out of its own prerequisites
    """)  # fmt: skip


def test_each_cycle_is_told_once(check):
    check(only="dependency-cycle", text=OURS + """
        ## Task 1: A
        **Prerequisites**: Task 2
                           ^^^^^^ error[dependency-cycle]
        ## Task 2: B
        **Prerequisites**: Task 1
        ## Task 3: C
        **Prerequisites**: Task 1, Task 4
                                   ^^^^^^ error[dependency-cycle]
        ## Task 4: D
        **Prerequisites**: Task 3
    """)  # fmt: skip


def test_a_long_way_is_cut_in_the_message_only(check):
    tasks = [f"## Task {n}: {n}\n**Prerequisites**: Task {n % 9 + 1}" for n in range(1, 10)]
    tasks.insert(
        1,
        "                   ^^^^^^ error[dependency-cycle]: Task 1 waits for itself: Task 1 → Task 2 → Task 3 → Task 4 → Task 5 → … → Task 1; take one of these prerequisites out",
    )
    [finding] = check(only="dependency-cycle", text="---\nplansmith: true\n---\n" + "\n".join(tasks))
    assert len(finding.related) == 9


def test_what_comes_next_is_no_prerequisite(check):
    check(only="dependency-cycle", text=OURS + """
        ## Task 1: Build
        ### Next Steps
        **Immediate next task**: Task 2
        ## Task 2: Ship
        **Prerequisites**: Task 1
    """)  # fmt: skip


def test_the_mark_stands_on_the_prerequisite(check):
    check(only="dependency-cycle", text=OURS + """
        ## Task 1: Build
        ### Next Steps
        **Immediate next task**: Task 2

        **Prerequisites**: Task 2
                           ^^^^^^ error[dependency-cycle]
        ## Task 2: Ship
        **Prerequisites**: Task 1
    """)  # fmt: skip
