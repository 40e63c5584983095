"""What a place points at, and what is told of it."""

from __future__ import annotations

import pytest

from plansmith.plan.cards import Card, package_card, path_card, section_card, task_card
from plansmith.plan.document import Document
from plansmith.plan.examples import example_of
from plansmith.plan.format import SectionSpec
from plansmith.plan.pointed import pointed_at
from plansmith.plan.states import blockers, next_task, state_of
from tests.markers import built_in_format, dedent, read_cursor

PLAN = """
    # Shop 🛒

    ## Task 1: Store ✅

    **Objective**: Keep the orders.

    ## Task 2: Serve 导入 🚀

    **Objective**: Answer requests
    in time.

    **Prerequisites**: Task 1

    **Estimated Complexity**: High (2 weeks)

    ### Implementation Steps

    #### Step 1: Read `src/a.py`

    **Actions**:

    - [x] 🚀🚀 Write `src/a.py`
    - [ ] Test it

    ## Task 3: Ship

    **Prerequisites**: 🚀 Tasks 1–2, Task 9

    ## Task 4: Sell

    **Prerequisites**: Ship
    """


def parsed(text):
    return Document(text, built_in_format())


def point(text):
    plain, line, column = read_cursor(text)
    document = parsed(plain)
    return document, pointed_at(document, line, column)


@pytest.mark.parametrize(
    ("before", "after", "target"),
    [
        ("🚀 Tasks 1–2", "🚀 Ta$0sks 1–2", 0),
        ("🚀 Tasks 1–2", "🚀 Tasks $01–2", 0),
        ("🚀 Tasks 1–2", "🚀 Tasks 1–$02", 1),
        ("Prerequisites**: Ship", "Prerequisites**: S$0hip", 2),
        ("🚀 Tasks 1–2, Task 9", "🚀 Task 4: S$0ell", 3),
        ("## Task 4: Sell", "## Ta$0sk 4: Sell", 3),
        ("## Task 4: Sell", "## Task 4: Sell$0", 3),
    ],
)
def test_a_place_points_at_the_task_that_is_spoken_of(before, after, target):
    document, pointed = point(PLAN.replace(before, after))
    assert pointed.target == target
    line = document.lines[pointed.span.line]
    assert line[pointed.span.start : pointed.span.end] in ("Tasks 1", "2", "Ship", "Task 4: Sell")


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("**Objective**: Answer", "**Obj$0ective**: Answer", "objective"),
        ("### Implementation", "### Im$0plementation", "steps"),
        ("#### Step 1", "#### Ste$0p 1", "steps.1"),
        ("**Actions**:", "**Actions$0**:", "steps.1.actions"),
    ],
)
def test_a_place_points_at_the_title_of_a_section(before, after, key):
    _, pointed = point(PLAN.replace(before, after))
    assert pointed.section.key == key


def test_a_place_points_at_a_path_or_at_code():
    document, pointed = point(PLAN.replace("Write `src/a.py`", "Write `src$0/a.py`"))
    assert pointed.path == "src/a.py"
    line = document.lines[pointed.span.line]
    assert line[pointed.span.start : pointed.span.end] == "src/a.py"
    assert point(PLAN.replace("Read `src/a.py`", "Read `src$0/a.py`"))[1].path == "src/a.py"
    document, pointed = point(PLAN.replace("Test it", "Test 导入 `pyt$0est`"))
    assert (pointed.path, pointed.code) == (None, "pytest")
    line = document.lines[pointed.span.line]
    assert line[pointed.span.start : pointed.span.end] == "pytest"


def test_a_path_is_told_by_who_creates_and_who_changes_it():
    files = (
        "### Files Created/Modified\n\n**New Files**:\n\n- `./src/a.py` - a\n\n**Modified Files**:\n\n- `src/b.py`\n\n"
    )
    text = f"## Task 1: A\n\n{files}## Task 2: B\n\n{files.replace('a.py', 'c.py').replace('b.py', 'a.py')}"
    document = parsed(text)
    card = path_card(document, "src/a.py", False)
    assert (card.title, card.note) == ("`src/a.py`", "does not exist")
    assert card.facts == (("Created by", "Task 1"), ("Changed by", "Task 2"))
    assert path_card(document, "src/z.py", None) == Card("`src/z.py`")
    assert path_card(document, "./src/a.py", True).facts == card.facts


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Shop", "# Sh$0op"),
        ("Answer requests", "Answer re$0quests"),
        ("Test it", "Te$0st it"),
        ("Task 9", "Task$0 9"),
        ("in time.", "in time.\n\n    ```\n    `co$0de`\n    ```"),
    ],
)
def test_prose_gaps_code_and_unknown_tasks_point_at_nothing(before, after):
    assert point(PLAN.replace(before, after))[1] is None


def test_a_place_that_the_text_does_not_have_points_at_nothing():
    document = parsed(dedent(PLAN))
    for line, column in ((-1, 0), (10_000, 0), (3, 10_000)):
        assert pointed_at(document, line, column) is None
    assert pointed_at(parsed(""), 0, 0) is None


def test_a_package_is_told_by_who_adds_it():
    added = "### Dependencies Added\n\n- 🚀 `x`\n- `Http_X@0.28` - calls\n\n"
    steps = "### Implementation Steps\n\n#### Step 1: A\n\n**Actions**:\n\n- [ ] Run `pip install http-x==1`\n"
    text = f"## Task 1: A\n\n{added}## Task 2: B\n\n{steps}"
    document, pointed = point(text.replace("Http_X", "Ht$0tp_X"))
    assert pointed.package == "Http_X"
    line = document.lines[pointed.span.line]
    assert line[pointed.span.start : pointed.span.end] == "Http_X"
    assert package_card(document, "http-x", False) == Card(
        "`http-x`", "in no manifest yet", (), (("Added by", "Task 1"), ("Installed by", "Task 2"))
    )
    assert package_card(document, "y", None) == Card("`y`")
    assert package_card(document, "Http_X", True).note == "in the manifest"


def test_a_task_is_told_by_objective_complexity_state_what_blocks_it_and_what_it_unlocks():
    document = parsed(dedent(PLAN))
    card = task_card(document, 1)
    assert card.title == "Task 2: Serve 导入 🚀"
    assert card.note == "in progress"
    assert card.texts == ("Answer requests in time.",)
    assert card.facts == (
        ("Estimated Complexity", "High (2 weeks)"),
        ("Progress", "1 of 2 actions done"),
        ("Unlocks", "Task 3"),
    )
    assert dict(task_card(document, 2).facts) == {
        "Blocked by": "Task 2, 1 that the document does not have",
        "Unlocks": "Task 4",
    }
    assert task_card(document, 0).note == "done"


def test_long_facts_are_cut():
    text = "".join(f"## Task {n}: T\n\n" for n in range(1, 30)) + "## Task 99: All\n\n**Prerequisites**: Tasks 1–29\n"
    document = parsed(text)
    assert dict(task_card(document, 29).facts)["Blocked by"].endswith("Task 8, 21 more")
    long = parsed(f"## Task 1: A\n\n**Objective**: {'x' * 900}\n")
    assert len(task_card(long, 0).texts[0]) == 300


def test_a_section_is_told_by_its_meaning_need_and_an_example():
    spec = built_in_format().by_key["steps.step.validation"]
    card = section_card(spec, 2)
    assert (card.title, card.note) == ("Validation", "required")
    assert card.texts == (spec.hover,)
    assert card.facts == (("Also read as", "Verification, Checkpoint"),)
    assert card.example.startswith("**Validation**:\n\n- [ ] `pytest")
    assert section_card(built_in_format().by_key["steps.step"], 2, 3).title == "Step 3"


def test_an_example_stands_at_the_level_of_its_place():
    spec = built_in_format().by_key["success"]
    assert example_of(spec, 2).startswith("### Success")
    assert example_of(spec, 4).startswith("##### Success")


@pytest.mark.parametrize(
    ("changes", "example"),
    [
        ({"kind": "line", "form": "field"}, "**T**: …"),
        ({"kind": "line", "form": "heading"}, "### T\n\n…"),
        ({"kind": "choice", "form": "field", "choices": ("Low",)}, "**T**: Low"),
        ({"kind": "list", "form": "field"}, "**T**:\n\n- …"),
        ({"kind": "checklist", "form": "heading"}, "### T\n\n- [ ] …"),
        ({"kind": "code", "form": "field"}, "**T**:\n\n```text\n…\n```"),
        ({"kind": "group", "form": "heading"}, "### T"),
    ],
)
def test_an_example_that_the_format_lacks_is_made_of_the_kind(changes, example):
    spec = SectionSpec({"key": "objective", "title": "T", "need": "required", **changes}, depth=1)
    assert example_of(spec, 2) == example


def test_a_task_is_done_in_progress_ready_or_blocked():
    document = parsed(dedent(PLAN))
    assert [state_of(document, index) for index in range(4)] == ["done", "in progress", "blocked", "blocked"]
    assert blockers(document, 2) == [1, -1]
    assert next_task(document) == 1


def test_what_is_in_progress_comes_next_else_the_first_that_is_ready():
    assert next_task(parsed("## Task 1: A\n\n## Task 2: B\n\n- [x] one\n- [ ] two\n")) == 1
    assert next_task(parsed("## Task 1: A\n\n**Prerequisites**: Task 2\n\n## Task 2: B\n")) == 1
    assert next_task(parsed("## Task 1: A ✅\n")) is None
    assert next_task(parsed("text\n")) is None
    started = "- [x] one\n- [ ] two\n\n"
    assert next_task(parsed(f"## Task 1: A\n\n## Task 2: B\n\n{started}## Task 3: C\n\n{started}")) == 1


def test_what_a_task_leads_to_does_not_block_it():
    document = parsed("## Task 1: A\n\n### Next Steps\n\n**Immediate next task**: Task 2\n\n## Task 2: B\n")
    assert state_of(document, 0) == "ready"
