"""What can stand at a place: sections in order, references, choices; in prose nothing."""

from __future__ import annotations

import pytest

from plansmith.plan.blanks import Stop, blank_form, without_stops
from plansmith.plan.completion import code_at, completion_at, empty_item_at
from plansmith.plan.document import Document
from plansmith.plan.text import Edit, apply_edits
from tests.markers import built_in_format, dedent, read_cursor

PLAN = """
    # Shop 🛒

    ## Task 1: Store 导入

    **Objective**: Keep the orders.
    $head

    ### Implementation Steps

    #### Step 1: Read

    **Objective**: Read them.

    $step

    **Validation**:

    - [ ] `pytest` passes

    $last

    ### Success Criteria

    - [ ] It works
    $end
    ## Task 2: Serve

    **Prerequisites**: 🚀🚀 Task 1

    ## Task 3: Ship

    ## Task 12: Shop
    """


def at(place, written):
    """The plan with something written at one of its places, the cursor in it."""
    text = dedent(PLAN)
    for name in ("$head", "$step", "$last", "$end"):
        text = text.replace(name, dedent(written) if name == place else "")
    return text


def complete(text):
    plain, line, column = read_cursor(text)
    document = Document(plain, built_in_format())
    found = completion_at(document, line, column)
    return plain, found


def labels(text):
    found = complete(text)[1]
    return [] if found is None else [offer.label for offer in found.offers]


def accept(text, label):
    """The text after an offer was taken."""
    plain, found = complete(text)
    [offer] = [offer for offer in found.offers if offer.label == label]
    return apply_edits(plain, [Edit(found.whole, without_stops(offer.parts))])


def test_a_blank_line_offers_what_is_missing_there_in_order():
    assert labels(at("$step", "$0")) == ["Actions", "Code Examples", "Configuration"]
    assert labels(at("$last", "$0")) == ["Troubleshooting", "#### Step 2", "### Testing Plan"]
    assert labels(at("$head", "$0")) == ["Prerequisites", "Estimated Complexity"]


def test_hashes_offer_headings_and_stars_offer_labels():
    assert labels(at("$last", "#$0")) == ["#### Step 2", "### Testing Plan"]
    assert labels(at("$last", "### Te$0")) == ["### Testing Plan"]
    assert labels(at("$last", "**$0")) == ["Troubleshooting"]
    assert labels(at("$step", "**co$0")) == ["Code Examples", "Configuration"]
    assert labels(at("$step", "**Co$0**")) == ["Code Examples", "Configuration"]
    assert labels(at("$end", "\n### $0\n")) == [
        "### Files Created/Modified",
        "### Dependencies Added",
        "### Next Steps",
    ]


def test_a_heading_that_would_end_the_task_while_it_is_typed_is_completed_all_the_same():
    assert labels(at("$last", "## Te$0")) == ["### Testing Plan"]
    done = accept(at("$last", "# Te$0"), "### Testing Plan")
    assert "\n### Testing Plan\n\n**Unit Tests**:\n\n- [ ] \n\n**Integration Tests**:\n\n- [ ] \n" in done


def test_what_is_written_is_read_as_that_section():
    text = accept(at("$step", "**$0"), "Actions")
    step = Document(text, built_in_format()).tasks[0].find("steps.1")
    assert step is not None
    assert [section.key for section in step.children] == [
        "steps.1.objective", "steps.1.actions", "steps.1.validation",
    ]  # fmt: skip


LABELLED = """
    ## Task 1: 写 A

    ### Implementation Steps

    #### Step 1: Go 🚀

    - **Objective**: Go on 🚀.
    - **Actions**:
      - [ ] Run `make`
    $0
    ### Success Criteria

    - [ ] It works
"""


def labelled(written):
    return dedent(LABELLED).replace("$0", written)


MISSING = ["Code Examples", "Configuration", "Validation", "Troubleshooting"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("- **$0", MISSING),
        ("- **co$0**", ["Code Examples", "Configuration"]),
        ("- $0", MISSING),
        ("- **v$0", ["Validation"]),
        ("- Va$0", []),
        ("  - **$0", []),
        ("  - $0", []),
        ("- [ ] $0", []),
        ("- `$0", []),
        ("> - **$0", []),
    ],
)
def test_labels_are_offered_as_list_items_where_those_beside_them_are(written, found):
    assert labels(labelled(written)) == found


def test_a_label_that_is_a_list_item_holds_its_list():
    for marker, label, key in (("-", "Validation", "validation"), ("-", "Code Examples", "code")):
        text = accept(labelled(f"{marker} **$0"), label)
        [task] = Document(text, built_in_format()).tasks
        section = task.find(f"steps.1.{key}")
        assert section is not None
        assert section.bullet == marker
        assert (len(section.items), len(section.fences)) == ((1, 0) if key == "validation" else (0, 1))
        assert task.find("success") is not None
    assert "\n- **Validation**:\n  - [ ] \n### Success" in accept(labelled("- $0"), "Validation")


def test_an_item_of_a_list_is_none_of_a_label_unless_it_is_bold():
    flat = labelled("$0").replace("  - [ ] Run", "- [ ] Run")
    assert labels(flat.replace("$0", "- $0")) == []
    assert labels(flat.replace("$0", "- **$0")) == MISSING
    assert labels(at("$step", "- **$0")) == [], "the labels beside it are none"
    assert labels(labelled("- **$0").replace("- **Ob", " - **Ob").replace("- **Ac", " - **Ac")) == [], "not beside them"


def test_stars_right_below_a_list_offer_labels_with_a_blank_line_between():
    tight = at("$last", "**Tr$0").replace("passes\n\n", "passes\n")
    assert labels(tight) == ["Troubleshooting"]
    assert "- [ ] `pytest` passes\n\n**Troubleshooting**:\n\n- \n" in accept(tight, "Troubleshooting")
    assert labels(tight.replace("**Tr$0", "  **$0")) == [], "it is part of the item"
    assert labels(tight.replace("**Tr$0", "**on$0")) == []


def test_a_new_step_has_the_next_number_and_what_is_required():
    text = accept(at("$last", "$0"), "#### Step 2")
    assert "#### Step 2: \n" in text or "#### Step 2:\n" in text
    step = Document(text, built_in_format()).tasks[0].find("steps.2")
    assert step is not None
    assert [section.spec.name for section in step.children] == ["objective", "actions", "validation"]


def test_blank_lines_part_a_title_from_its_neighbours():
    text = accept(at("$end", "\n$0"), "### Next Steps")
    assert (
        "- [ ] It works\n\n### Next Steps\n\n**Immediate next task**:\n\n**Dependencies unlocked**:\n\n## Task 2"
        in text
    )


@pytest.mark.parametrize(
    "end", ["The **bold$0", "The orders$0", "text\n**bo$0", "- [ ] a\n  **$0", "> **$0", "```\n**$0\n```", "    #$0"]
)
def test_no_section_is_offered_in_prose_lists_quotes_and_code(end):
    assert labels(at("$step", end)) == []


def test_no_section_is_offered_outside_of_tasks_and_where_another_goes_on():
    assert labels("# Shop\n\n$0\n\n" + at("$step", "")) == []
    assert labels("## Task 1: A\n\n$0\n\ntext\n") == [], "it is no plan"
    assert "### Testing Plan" not in labels(at("$step", "$0"))
    assert labels("$0") == []


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("**Prerequisites**: $0", ["Task 2: Serve"]),
        ("**Prerequisites**:$0", []),
        ("**Prerequisites**: Task $0", []),
        ("**Prerequisites**: Task 1$0", []),
        ("**Prerequisites**: Task 1, $0", []),
        ("**Prerequisites**: The order mu$0", []),
        ("**Prerequisites**: Task 1 must$0", []),
        ("**Prerequisites**: `Ta$0`", []),
    ],
)
def test_a_task_that_waits_for_this_one_is_no_prerequisite(written, found):
    # Task 2 waits for Task 1.
    offered = labels(at("$head", written))
    assert "Task 2: Serve" not in offered
    assert "Task 1: Store 导入" not in offered
    if written.endswith(("mu$0", "must$0", "`")):
        assert offered == []


THIRD = "## Task 3: Ship\n\n**Prerequisites**: "


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("$0", ["Task 2: Serve", "Task 1: Store 导入", "Task 12: Shop", "None"]),
        ("🚀 导入, $0", ["Task 2: Serve", "Task 1: Store 导入", "Task 12: Shop"]),
        ("Ta$0", ["Task 2: Serve", "Task 1: Store 导入", "Task 12: Shop"]),
        ("Task 1$0", ["Task 1: Store 导入", "Task 12: Shop"]),
        ("Task 2, Task 1$0", ["Task 1: Store 导入", "Task 12: Shop"]),
        ("Task 2 and $0", ["Task 1: Store 导入", "Task 12: Shop"]),
        ("Se$0", ["Task 2: Serve"]),
        ("n$0", ["None"]),
        ("Serve the o$0", []),
        ("🚀 after (Task $0", ["Task 2: Serve", "Task 1: Store 导入", "Task 12: Shop"]),
        ("Waits for Task 2 (see task #1$0)", ["Task 1: Store 导入", "Task 12: Shop"]),
        ("Multitask $0", []),
        ("After Task 2 is$0", []),
        ("After Task 2 $0", []),
        ("\n\n- $0", ["Task 2: Serve", "Task 1: Store 导入", "Task 12: Shop", "None"]),
        ("\n\n- Task 2\n- 🚀, St$0", ["Task 1: Store 导入"]),
    ],
)
def test_references_are_offered_nearest_first(written, offered):
    text = at("$end", "").replace("## Task 3: Ship\n", THIRD + written + "\n")
    assert labels(text) == offered


def test_a_reference_is_written_as_the_document_spells_it():
    text = at("$end", "").replace("## Task 3: Ship\n", THIRD + "Task 2, Task 1$0\n")
    assert THIRD + "Task 2, Task 12\n" in accept(text, "Task 12: Shop")
    text = at("$end", "").replace("## Task 3: Ship\n", THIRD + "Sho$0\n")
    assert THIRD + "Task 12\n" in accept(text, "Task 12: Shop")
    text = at("$end", "").replace("## Task 3: Ship\n", THIRD + "🚀 after (task #1$0)\n")
    assert THIRD + "🚀 after (task #12)\n" in accept(text, "Task 12: Shop")
    text = at("$end", "").replace("## Task 3: Ship\n", "## Task 3: Ship\n\n**Prerequisites**:$0\n")
    assert THIRD + "Task 2\n" in accept(text, "Task 2: Serve")


def test_next_steps_offer_the_tasks_that_follow_first():
    text = at("$end", "\n### Next Steps\n\n**Immediate next task**: $0\n\n")
    assert labels(text) == ["Task 2: Serve", "Task 3: Ship", "Task 12: Shop", "None"]


def test_references_are_capped():
    tasks = "".join(f"## Task {n}: T{n}\n\n" for n in range(1, 150))
    plan = "## Task 999: Last\n\n**Prerequisites**: $0\n\n### Success Criteria\n\n- [ ] a\n\n### Testing Plan\n\ntext\n"
    found = complete(tasks + plan)[1]
    assert len(found.offers) == 100
    assert found.is_incomplete


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("**Estimated Complexity**: $0", ["Low", "Medium", "High"]),
        ("**Estimated Complexity**: 🚀$0", []),
        ("**Estimated Complexity**: M$0", ["Low", "Medium", "High"]),
        ("**Estimated Complexity**: Medium ($0", []),
        ("**Estimated Complexity**: Medium (about th$0ree)", []),
    ],
)
def test_choices_are_offered_where_one_is_made(written, offered):
    assert labels(at("$head", written)) == offered


def test_a_choice_replaces_the_word_that_stands_there():
    assert "Complexity**: High\n" in accept(at("$head", "**Estimated Complexity**: L$0ow"), "High")
    assert "Complexity**: High\n" in accept(at("$head", "**Estimated Complexity**:$0"), "High")


@pytest.mark.parametrize(
    ("written", "text", "closed"),
    [
        ("- [ ] Read `src/$0", "src/", False),
        ("- [ ] Read `src/$0`", "src/", True),
        ("- [ ] 🚀 `a` 导入 `$0", "", False),
        ("- [ ] `$0 and `b.py`", "", False),
        ("Read `a$0` there", "a", True),
        ("- [ ] 🚀 Read `$0`", "", True),
        ("- [ ] `a` 导入 `$0` there", "", True),
        ("`$0`", "", True),
    ],
)
def test_code_is_completed_after_its_backtick(written, text, closed):
    plain, line, column = read_cursor(at("$step", f"**Actions**:\n\n{written}"))
    place = code_at(Document(plain, built_in_format()), line, column)
    assert place is not None
    assert place.section is not None
    assert (place.text, place.is_closed, place.section.key) == (text, closed, "steps.1.actions")


@pytest.mark.parametrize(
    "written", ["`a` an$0d", "text$0", "```\n`a$0\n```", "``$0", "$0``", "`$0``", "``$0`", "# `a$0"]
)
def test_no_code_is_completed_in_prose_and_fences(written):
    plain, line, column = read_cursor(at("$step", written))
    assert code_at(Document(plain, built_in_format()), line, column) is None


def test_an_item_without_text_is_a_place_for_a_command():
    plain, line, column = read_cursor(at("$last", "- [ ] b\n- [ ] $0"))
    place = empty_item_at(Document(plain, built_in_format()), line, column)
    assert place is not None
    assert place.section is not None
    assert place.section.key == "steps.1.validation"
    plain, line, column = read_cursor(at("$last", "- [ ] b$0"))
    assert empty_item_at(Document(plain, built_in_format()), line, column) is None


def test_places_that_the_text_does_not_have_offer_nothing():
    document = Document(at("$step", ""), built_in_format())
    for line, column in ((-1, 0), (9999, 0), (4, 9999), (0, 0)):
        assert completion_at(document, line, column) is None
        assert code_at(document, line, column) is None
        assert empty_item_at(document, line, column) is None


def test_a_form_has_places_to_write_at():
    specs = built_in_format().by_key
    assert blank_form(specs["complexity"], 2) == [
        "**Estimated Complexity**:", " ", Stop("", ("Low", "Medium", "High")),
    ]  # fmt: skip
    assert blank_form(specs["success"], 3, "*") == ["#### Success Criteria", "\n\n* [ ] ", Stop()]
    assert blank_form(specs["steps.step"], 2, "-", 4)[:2] == ["#### Step 4: ", Stop("Name")]
    assert without_stops(blank_form(specs["steps.step.code"], 2)) == "**Code Examples**:\n\n```\n\n```"
