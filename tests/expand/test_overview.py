"""What is known of all tasks: kept from task to task, it is what a fresh look would give, and a look costs little."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.expand.expansion import incomplete_tasks, wanted_keys
from plansmith.expand.offline import plan_offline
from plansmith.expand.overview import Overview
from plansmith.expand.place import place
from plansmith.plan.document import Document
from plansmith.plan.text import insertion
from plansmith.workspace.formats import load_format
from tests.expand.offline import planned, workspace

WHERE = workspace()
_NAMES = ["Build the API", "Ship it", "Log in", "DB", "None", "", "Paint `the` shed", "Task 3 again"]
_SAID = [
    "Depends on Task {}.", "After Tasks {}, 2 and 4.", "Requires Tasks 1-{}.", "Unlike Task {}, it is fast.", "3-4 days",
    "**Depends on**: Task {}", "**Blocked by**:\n\n- Log in\n- Task {}", "[It](#task-{}-ship-it) comes first.",
    "**Prerequisites**: Task {}", "Uses TASK-00{}.", "Needs\nTask {} first.", "- Create `src/a{}.py`", "- [x] done",
    "### Files Created/Modified\n\n**New Files**:\n\n- `src/a{}.py` - made here", "**Blocked by**: DB", "Nothing.",
]  # fmt: skip
_HEADS = ["## Task {}: ", "## Task {}: ", "## Task: ", "## TASK-00{}: "]


@st.composite
def speaking(draw: st.DrawFn) -> str:
    """Documents of tasks that speak of each other."""
    parts = []
    for number in range(1, draw(st.integers(2, 5))):
        head = draw(st.sampled_from(_HEADS)).format(number)
        parts.append(head + draw(st.sampled_from(_NAMES)) + draw(st.sampled_from(["", "", " ✅"])))
        said = draw(st.lists(st.sampled_from(_SAID), max_size=3))
        parts += [line.format(draw(st.integers(1, 6))) for line in said]
    return "\n\n".join(parts) + "\n"


_typed = st.sampled_from(
    [
        "\n\n## Task 7: Log in\n\n",
        "\n\nDepends on Task 2.\n\n",
        " again",
        "\n\n**Prerequisites**: Task 1\n\n",
        " ✅",
        "",
    ]
)


# A task that is expanded, and what is typed then, at the end of a line.
_steps = st.lists(st.tuples(st.integers(0, 5), st.integers(-12, 40), _typed), max_size=3)


@given(speaking(), _steps)
@example("## Task: DB\n\nx\n\n## Task: Ship it\n\n**Blocked by**: DB\n", [(9, 0, " again"), (9, 0, "")])
@example("## Task 1: A\n\n## Task 2: B\n\nx\n", [(9, -2, "\n\nDepends on Task 1.\n")])
@example("## Task 1: A\n\n## Task 2: B\n\nDepends on Task 1.\n", [(1, -2, "")])
@example("## Task 1: A\n\n## Task 2: B\n\nDepends on Task 1.\n", [(9, -2, "\n\n**Prerequisites**: None\n")])
@example("## Task: DB\n\n## Task: B\n\n**Blocked by**: DB\n", [(9, -2, "\n\n**Prerequisites**: None\n")])
@example("## Task 1: A\n\n## Task 2: B\n\n## Task 3: C\n", [(9, 2, " ✅")])
@example(f"## Task 1: A\n\n- Create `src/a1.py`\n\n{_SAID[-3].format(1)}\n\n## Task 2: B\n", [(9, -4, " now")])
@example("## Task 1: A\n\n- Create `a/b.py`\n\n## Task 2: B\n\n- Create `a/b.py`\n", [(0, 0, "")])
def test_an_overview_that_is_kept_equals_a_fresh_one(text: str, steps: list[tuple[int, int, str]]) -> None:
    document = Document(text, load_format())
    overview = Overview()
    for expanded, line, words in [*steps, (9, 0, "")]:
        for index, task in enumerate(document.tasks):
            keys = wanted_keys(task, document.format)
            drafts = plan_offline(document, index, keys, WHERE.stack, WHERE.files, overview)
            assert drafts == plan_offline(document, index, keys, WHERE.stack, WHERE.files)
            if index == expanded:
                placement = place(document, index, drafts)
                if placement.edits:
                    document.apply(placement.edits)
        line %= len(document.lines)
        document.edit(insertion(line, len(document.lines[line]), words))


def test_what_the_others_say_is_found_however_they_spell_it():
    text = """
        ## Task 1: Lay the floor

        ## Task 2: Walls

        {}
    """
    for said in (
        "Depends on Task 1.",
        "Depends on\nTask 1.",
        "**Depends on**: [the floor](#task-1-lay-the-floor)",
        "**Blocked by**:\n\n- Lay the floor",
        "Requires Tasks 0–1.",
    ):
        plan = planned(text.format(said.replace("\n", "\n        ")))
        assert plan["next.unlocked"] == "Task 2", said


def test_what_a_plan_costs_does_not_hang_on_the_number_of_tasks():
    few, many = calls_for_one_task(30), calls_for_one_task(300)
    assert many < few * 1.5  # ten times the tasks; what is remembered of other texts makes a little difference


def calls_for_one_task(count: int) -> int:
    """How many functions are called for the plan of a task in the middle, from the question to the new document."""
    text = "".join(
        f"## Task {n}: Build part {n}\n\nDepends on Task {n - 1}.\n\n- Create `src/part_{n}.py`\n- Run `make`\n\n"
        for n in range(101, 101 + count)
    )
    document = Document(text, load_format())
    overview = Overview()

    def expand(index: int) -> None:
        keys = wanted_keys(document.tasks[index], document.format)
        placement = place(document, index, plan_offline(document, index, keys, WHERE.stack, WHERE.files, overview))
        assert document.apply(placement.edits)

    middle = count // 2
    for index in incomplete_tasks(document)[:middle]:
        expand(index)
    return calls_in(lambda: expand(middle))


def calls_in(work: Callable[[], None]) -> int:
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls
