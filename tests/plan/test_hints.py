"""Hints behind words, and what words are."""

from __future__ import annotations

from plansmith.plan.document import Document
from plansmith.plan.highlights import find_highlights
from plansmith.plan.hints import MOST_HINTS, find_hints
from plansmith.plan.text import Span
from tests.markers import built_in_format, dedent

NAMES = ("task", "reference", "section", "path", "command", "placeholder")

PLAN = """
    # Shop

    ## Task 1: Store ✅

    ## Task 2: Serve 导入

    **Prerequisites**: 🚀🚀 Task 1, Task 9

    ### Implementation Steps

    #### Step 1: Read `src/导入.py` 🚀

    **Actions**:

    - [x] Write 🚀 `src/a.py` and [TODO]
    - [ ] Run `pytest -q` and `Order`

    ```sh
    pytest `src/a.py`
    ```

    #### Step 2: Rest

    ## Task 3: Ship

    **Prerequisites**: Tasks 1–2

    ## Task 4: Sell

    **Prerequisites**: [Ship](#task-3-ship)

    Text.
    """


def parsed(text):
    return Document(dedent(text), built_in_format())


def hinted(document, first=0, last=10_000):
    lines = document.lines
    return [f"{lines[hint.line][: hint.column]}|{hint.text}" for hint in find_hints(document, first, last)]


def test_the_state_stands_behind_the_name_of_a_task_that_is_referred_to():
    text = "## Task 1: Store\n\n## Task 2: Serve\n\n**Prerequisites**: 🚀 Task 1: Store, Task 1\n"
    assert hinted(Document(text, built_in_format())) == [
        "**Prerequisites**: 🚀 Task 1: Store|ready",
        "**Prerequisites**: 🚀 Task 1: Store, Task 1|ready",
    ]


def test_references_show_how_tasks_stand_and_steps_how_far_they_have_come():
    assert hinted(parsed(PLAN)) == [
        "**Prerequisites**: 🚀🚀 Task 1|✓ done",
        "#### Step 1: Read `src/导入.py` 🚀|1/2",
        "**Prerequisites**: Tasks 1|✓ done",
        "**Prerequisites**: Tasks 1–2|blocked",
        "**Prerequisites**: [Ship](#task-3-ship)|blocked",
    ]


def test_hints_are_those_of_the_lines_that_are_asked_for():
    document = parsed(PLAN)
    line = document.lines.index("**Prerequisites**: Tasks 1–2")
    assert len(hinted(document, line, line)) == 2
    assert hinted(document, line + 1, line + 3) == []
    assert hinted(document, 0, 1) == []
    assert hinted(document, 5, 2) == hinted(document, 9_999, 10_000) == []
    assert hinted(parsed("")) == []


def test_hints_are_capped():
    text = "## Task 1: A\n\n" + "".join(f"## Task {n}: T\n\n**Prerequisites**: Task 1\n\n" for n in range(2, 2500))
    assert len(hinted(parsed(text))) == MOST_HINTS


def highlighted(document, index, placeholders=()):
    task = document.tasks[index]
    found = find_highlights(task, document.graph.targets[index], placeholders, lambda text: text.startswith("pytest"))
    return [(NAMES[part.kind], task.lines[part.line][part.start : part.end]) for part in found]


def test_words_are_told_by_what_they_are_and_never_twice():
    document = parsed(PLAN)
    line = document.tasks[1].lines.index("- [x] Write 🚀 `src/a.py` and [TODO]")
    assert highlighted(document, 1, [Span(line, 29, line, 35)]) == [
        ("task", "Task 2: Serve 导入"),
        ("section", "Prerequisites"),
        ("reference", "Task 1"),
        ("section", "Implementation Steps"),
        ("section", "Step 1: Read `"),
        ("path", "src/导入.py"),
        ("section", "` 🚀"),
        ("section", "Actions"),
        ("path", "src/a.py"),
        ("placeholder", "[TODO]"),
        ("command", "pytest -q"),
        ("section", "Step 2: Rest"),
    ]
    assert highlighted(document, 3) == [
        ("task", "Task 4: Sell"), ("section", "Prerequisites"), ("reference", "[Ship](#task-3-ship)"),
    ]  # fmt: skip


def test_what_goes_over_several_lines_is_told_line_by_line():
    document = parsed("## Task 1: A\n\none\ntwo\nthree\n")
    spans = [Span(2, 1, 4, 2), Span(4, 3, 99, 1)]
    assert highlighted(document, 0, spans)[1:] == [
        ("placeholder", "ne"), ("placeholder", "two"), ("placeholder", "th"), ("placeholder", "ee"),
    ]  # fmt: skip
