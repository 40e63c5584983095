"""What speaks of other tasks, where it is read, and what is left as prose."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from plansmith.plan.references import slug
from plansmith.plan.tree import Reference
from tests.markers import built_in_format, dedent

FORMAT = built_in_format()
OTHERS = """
## Task 2: Build the image
## Task 3: Ship it
## Task 4: Rest
## Task 5: Rest
## Task 1.2: Part
## Task 1.3: Part
## Task 1.4: Part
## Task 1.10: Part
## TASK-006: Glued
## Task: Paint the shed, twice
"""


def document(text: str) -> Document:
    return Document(f"## Task 1: A\n{dedent(text)}\n{OTHERS}", FORMAT)


def resolved(text: str) -> list[str]:
    """The ids or names of the tasks that the first task's references mean; `?` and the id where there is none."""
    read = document(text)
    tasks = read.tasks
    return [
        (tasks[target].id or tasks[target].name) if target >= 0 else f"?{reference.text}"
        for reference, target in zip(tasks[0].references, read.graph.targets[0], strict=True)
        if target >= -1
    ]


def spans(text: str) -> list[tuple[str, str]]:
    """The words of each id's reference, and the words that a rename replaces."""
    task = document(text).tasks[0]

    def words(reference: Reference) -> tuple[str, str]:
        line = task.lines[reference.span.line]
        return line[reference.span.start : reference.span.end], line[reference.target.start : reference.target.end]

    return [words(reference) for reference in task.references if reference.kind == "id"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Task 2", ["2"]),
        ("task 2.", ["2"]),
        ("TASK 2", ["2"]),
        ("Task #2", ["2"]),
        ("after Task 2, and only then", ["2"]),
        ("(Task 2)", ["2"]),
        ("**Task 2**", ["2"]),
        ("Task 2: Build the image", ["2"]),
        ("Task 2 (Build the image)", ["2"]),
        ("Task 2 and Task 3", ["2", "3"]),
        ("Tasks 2, 3 and 4", ["2", "3", "4"]),
        ("Tasks 2, 3, and 4", ["2", "3", "4"]),
        ("Tasks 2 & 3 or 4", ["2", "3", "4"]),
        ("Tasks 2-4", ["2", "3", "4"]),
        ("Tasks 2–4", ["2", "3", "4"]),
        ("Tasks 2 to 4", ["2", "3", "4"]),
        ("Task 2 — 4", ["2", "3", "4"]),
        ("Tasks #2, #3", ["2", "3"]),
        ("Tasks 2, 3–5", ["2", "3", "4", "5"]),
        ("Tasks 1.2-1.4", ["1.2", "1.3", "1.4"]),
        ("Task 1.10", ["1.10"]),
        ("Task 1.2 and 1.10", ["1.2", "1.10"]),
        ("TASK-006", ["TASK-006"]),
        ("task-006, Task 2", ["TASK-006", "2"]),
        ("Task 006", ["TASK-006"]),
        ("Task 9", ["?9"]),
        ("Task 1.1", ["?1.1"]),
        ("TASK-9", ["?TASK-9"]),
        ("Tasks 4-9", ["4", "5", "?6", "?7", "?8", "?9"]),
        ("[the image](#task-2-build-the-image)", ["2"]),
        ("[Task 9](#task-2-build-the-image)", ["2"]),
        ("[the shed](#task-paint-the-shed-twice)", ["Paint the shed, twice"]),
        ("Build the image", ["2"]),
        ("build the **image**.", ["2"]),
        ("Build the image, Ship it", ["2", "3"]),
        ("Paint the shed, twice", ["Paint the shed, twice"]),
    ],
)
@pytest.mark.parametrize("shape", ["**Prerequisites**: {}", "- **Prerequisites**: {}", "**Prerequisites**:\n\n{}", "**Prerequisites**:\n- {}", "**Prerequisites**:\n* [ ] {}", "### Prerequisites\n- {}", "**Depends on**: {}"])  # fmt: skip
def test_a_reference(text, found, shape):
    if text == "Build the image, Ship it" and shape.startswith(
        ("**Prerequisites**:\n-", "**Prerequisites**:\n*", "### ")
    ):
        found = []  # the whole of an item is one name
    assert resolved(shape.format(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "the tasks",
        "Task",
        "Task force",
        "Task A",
        "Tasks two and three",
        "Task 3 in the other plan",
        "Task 3 of TASKS.md",
        "Tasks 2, 3 in plan B",
        "Task 2x3",
        "Subtask 2",
        "my-task 2",
        "Multitask 2",
        "`Task 2`",
        "``Task 2 ` x``",
        "[Task 2](other.md)",
        "[Task 2](other.md#task-2)",
        "[Task 2](https://example.org)",
        "[nowhere](#nowhere)",
        "Step 2",
        "2",
        "#2",
        "Python 3.11, Docker",
        "Build",
        "Build the image first",
        "something, or other",
        "None",
    ],
)
@pytest.mark.parametrize("shape", ["**Prerequisites**: {}", "**Prerequisites**:\n- {}"])
def test_prose(text, shape):
    assert resolved(shape.format(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Task 2",
        "**Objective**: Task 2",
        "**Estimated Complexity**: Low, as Task 2",
        "### Notes\nTask 2",
        "### Success Criteria\n- Task 2",
        "### Dependencies Added\n- Task 2",
        "### Implementation Steps\n#### Step 1: Task 2\n**Actions**: Task 2",
        "**Prerequisites**: None\n\n### Notes\nTask 2",
        "**Prerequisites**:\n\n```\nTask 2\n```",
        "**Prerequisites**:\n<!-- Task 2 -->",
        "**Prerequisites**:\n\n<div>\nTask 2\n</div>",
        "**Prerequisites**:\n- b\n\n      Task 2",
    ],
)
def test_elsewhere_it_is_prose(text):
    assert resolved(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "### Next Steps\nTask 2",
        "### Next Steps\n**Immediate next task**: Task 2",
        "### Next Steps\n- **Dependencies unlocked**: Task 2",
        "### Next Steps\n#### Immediate next task\nTask 2",
    ],
)
def test_next_steps_are_read(text):
    assert resolved(text) == ["2"]


def test_each_reference_knows_its_section():
    task = document("""
        **Prerequisites**: Task 2
        ### Next Steps
        Task 3
        **Immediate next task**: Task 4
        **Dependencies unlocked**: Task 5
    """).tasks[0]
    found = [(reference.text, reference.section) for reference in task.references if reference.kind == "id"]
    assert found == [("2", "prerequisites"), ("3", "next"), ("4", "next.task"), ("5", "next.unlocked")]


def test_a_word_that_the_lists_glue_can_be_another_languages():
    assert resolved("**Prerequisites**: Task 2 und 3") == ["2", "3"]


def test_a_rename_replaces_the_id_alone():
    assert spans("**Prerequisites**: see Task #2, 3–5 and TASK-006") == [
        ("Task #2", "2"), ("3", "3"), ("5", "5"), ("5", "5"), ("TASK-006", "TASK-006"),
    ]  # fmt: skip


def test_a_range_that_is_none_or_too_long_has_its_ends_only():
    assert resolved("**Prerequisites**: Tasks 4-2") == ["4", "2"]
    assert len(resolved("**Prerequisites**: Tasks 2-99999999")) == 2
    assert resolved("**Prerequisites**: Tasks 1.2-5") == ["1.2", "5"]


def test_one_id_alone_makes_no_reference_to_an_unknown_one():
    lone = Document("---\nplansmith: true\n---\n## Task 1: A\n**Prerequisites**: Task 9\n## Task: B", FORMAT)
    assert lone.graph.targets == ((-2,), ()) or all(target == -2 for target in lone.graph.targets[0])


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Task 1: Build it!", "task-1-build-it"),
        ("A  b", "a--b"),
        ("`Code` & **c_d**", "code--cd"),
        ("Ünï – x", "ünï--x"),
    ],
)
def test_the_anchor_of_a_heading(heading, anchor):
    assert slug(heading) == anchor
