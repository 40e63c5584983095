"""What Enter adds: items and steps go on, and end behind an empty one."""

from __future__ import annotations

import pytest

from plansmith.plan.continuing import after_enter
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits, split_lines
from tests.markers import built_in_format, dedent

PLAN = """
    ## Task 1: Store 🛒

    ### Implementation Steps

    #### Step 1: Read

    **Actions**:

    @

    ### Success Criteria

    - [ ] Step 2 works

    """


def entered(written, plan=PLAN):
    """The text after Enter was typed at `$0`."""
    before, _, after = dedent(plan).replace("@", dedent(written)).partition("$0")
    text = f"{before}\n{after}"
    line = len(split_lines(before)[0])
    return apply_edits(text, after_enter(Document(text, built_in_format()), line))


def expected(written, plan=PLAN):
    return dedent(plan).replace("@", dedent(written))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- [ ] 🚀 Read$0", "- [ ] 🚀 Read\n- [ ] "),
        ("- [x] Read$0\n- [ ] b", "- [x] Read\n- [ ] \n- [ ] b"),
        ("- Read$0", "- Read\n- "),
        ("*   Read$0", "*   Read\n*   "),
        ("- [ ] Read 导入$0 the rest", "- [ ] Read 导入\n- [ ] the rest"),
        ("- a\n  - [ ] b$0", "- a\n  - [ ] b\n  - [ ] "),
        ("1. a$0", "1. a\n2. "),
        ("1. a$0\n2. b\n   - c\n3. d\n\ntext\n\n2. e", "1. a\n2. \n3. b\n   - c\n4. d\n\ntext\n\n2. e"),
        ("8) a$0\n9) b\n10) c", "8) a\n9) \n9) b\n10) c"),
        ("- [ ] a\n- [ ] $0", "- [ ] a\n\n"),
        ("- a\n  - b\n  - $0", "- a\n  - b\n\n"),
        ("text\n\n- $0", "text\n\n\n"),
    ],
)
def test_a_list_goes_on_and_ends_behind_an_empty_item(before, after):
    assert entered(before) == expected(after)


@pytest.mark.parametrize(
    "written",
    ["text$0", "- [ ] $0text", "- a\n$0- b", "> - a$0", "```\n- a$0\n```", "-     - a$0", "- a\n$0  - [ ] b"],
)
def test_prose_quotes_code_and_what_the_editor_continued_stay(written):
    assert entered(written) == expected(written.replace("$0", "\n"))


STEPS = """
    ## Task 1: Store

    ### Implementation Steps

    @
    ### Success Criteria

    - [ ] Step 2 works
    """


def test_an_outline_of_steps_goes_on_and_ends_behind_an_empty_one():
    assert entered("#### Step 1: Read 🚀$0\n", STEPS) == expected("#### Step 1: Read 🚀\n#### Step 2: \n", STEPS)
    assert entered("#### Step 1: Read\n#### Step 2: $0\n", STEPS) == expected("#### Step 1: Read\n\n", STEPS)
    assert entered("#### Step 1: Read\n#### Step 2:$0\n", STEPS) == expected("#### Step 1: Read\n\n", STEPS)


def test_the_steps_that_follow_are_numbered_and_what_is_said_of_them():
    written = "#### Step 1: A$0\n\n#### Step 2: B\n\ntext\n\n#### Step 3: C\n\nAs Step 3.\n\n#### Step 5: D\n"
    after = (
        "#### Step 1: A\n#### Step 2: \n\n#### Step 3: B\n\ntext\n\n#### Step 4: C\n\nAs Step 4.\n\n#### Step 5: D\n"
    )
    assert entered(written, STEPS) == expected(after, STEPS).replace("- [ ] Step 2 works", "- [ ] Step 3 works")


def test_a_step_with_a_number_that_is_taken_moves_the_others_on():
    written = "#### Step 1: A\n\nx\n\n#### Step 2: New$0\n\ny\n\n#### Step 2: B\n"
    after = "#### Step 1: A\n\nx\n\n#### Step 2: New\n\n\ny\n\n#### Step 3: B\n"
    assert entered(written, STEPS) == expected(after, STEPS).replace("- [ ] Step 2 works", "- [ ] Step 3 works")


def test_a_step_with_content_is_left_alone():
    written = "#### Step 1: A$0\n\ntext\n\n#### Step 2: B\n"
    assert entered(written, STEPS) == expected(written.replace("$0", "\n"), STEPS)


def test_nothing_goes_on_outside_of_tasks_and_plans():
    text = "- a\n\n## Task 1: A\n\n- b\n\n"
    document = Document(text, built_in_format())
    for line in (-1, 0, 1, 5, 99):
        assert after_enter(document, line) == []
