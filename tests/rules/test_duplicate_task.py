"""duplicate-task: the same id, or the same name without ids, under one group heading."""

from __future__ import annotations

OURS = """
        ---
        plansmith: true
        ---
"""
FLAG = "---\nplansmith: true\n---\n"


def test_the_same_id(check):
    [finding] = check(only="duplicate-task", text=OURS + """
        ## Task 1: Build
        ## 🚀 Task 1 - Ship
             ^^^^^^ warning[duplicate-task]: Task 1 is taken already; give this task an id of its own
    """)  # fmt: skip
    [first] = finding.related
    assert (first.task, first.span) == (0, (4, 3, 4, 9))


def test_an_id_with_its_own_word(check):
    check(only="duplicate-task", text=OURS + """
        ## TASK-006: Build
        ## task-006: Ship
           ^^^^^^^^ warning[duplicate-task]: task-006 is taken already; give this task an id of its own
    """)  # fmt: skip


def test_the_same_name_without_ids(check):
    check(only="duplicate-task", text=OURS + """
        ## Task: Build it
        ## Task: build **it** ✅
                 ^^^^^^^^^^^^ warning[duplicate-task]: Another task is called “build **it**”; give this one a name or an id of its own
    """)  # fmt: skip


def test_the_same_name_with_ids_is_fine(check):
    check(only="duplicate-task", text=FLAG + "## Task 1: Build\n## Task 2: Build\n## Task: Build\n")


def test_ids_are_words_and_no_numbers(check):
    check(only="duplicate-task", text=FLAG + "## Task 1.1: Build\n## Task 1.10: Ship\n")


def test_each_group_counts_anew(check):
    check(only="duplicate-task", text=FLAG + "# Phase 1\n## Task 1: Build\n# Phase 2\n## Task 1: Build\n")


def test_coarse_tasks_of_a_document_that_is_ours_are_covered(check):
    check(only="duplicate-task", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        ## Task 2: Ship
        ## Task 2: Tell
           ^^^^^^ warning[duplicate-task]
    """)  # fmt: skip


def test_other_documents_are_left_alone(check):
    check(only="duplicate-task", text="## Task 1: Build\n## Task 1: Ship\n")
