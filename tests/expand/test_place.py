"""Where a draft goes, as text before and text after."""

from __future__ import annotations

import pytest

from plansmith.expand.draft import Draft
from plansmith.expand.place import guidelines, place
from plansmith.expand.write import render
from plansmith.plan.text import apply_edits
from tests.expand.canned import FORMAT, canned, drafts_for, parse
from tests.expand.rendering import not_seen_again, seen_blocks
from tests.markers import dedent

OBJECTIVE = Draft("objective", ("Serve it.",))
PREREQUISITES = Draft("prerequisites", ("None",))
COMPLEXITY = Draft("complexity", ("Low",))
SUCCESS = Draft("success", ("- [ ] `make` passes",))
UNIT = Draft("testing.unit", ("- [ ] `make unit`",))
INTEGRATION = Draft("testing.integration", ("- [ ] `make whole`",))
TESTING = Draft("testing", (), (UNIT, INTEGRATION))
FILES = Draft("files", (), (Draft("files.new", ("None",)),))
DEPENDENCIES = Draft("dependencies", ("- `httpx@0.28` - asks",))
ACTIONS = Draft("steps.1.actions", ("- [ ] Create `a.py`", "- [ ] Run `make`"))
VALIDATION = Draft("steps.1.validation", ("- [ ] `make` passes",))
CODE = Draft("steps.1.code", ("```py", "- 1", "```"))
STEP = Draft("steps.1", (), (Draft("steps.1.objective", ("Do it.",)),), "Begin")


def placed(text: str, *drafts: Draft, index: int = 0) -> str:
    """The text with the drafts in it."""
    placement = place(parse(text), index, drafts)
    assert not placement.conflict, placement.conflict
    return apply_edits(text, placement.edits)


def becomes(before: str, *drafts: Draft, after: str, index: int = 0) -> None:
    assert placed(dedent(before), *drafts, index=index) == dedent(after)


# The canonical place


def test_a_head_field_goes_after_the_opening_text():
    becomes("""
        ## Task 1: Build

        Some text.

        - with a list
    """, OBJECTIVE, after="""
        ## Task 1: Build

        Some text.

        - with a list

        **Objective**: Serve it.
    """)  # fmt: skip


def test_a_head_field_goes_before_the_first_sub_heading():
    becomes("""
        ## Task 1: Build

        Some text.

        ### Notes

        Mine.
    """, OBJECTIVE, after="""
        ## Task 1: Build

        Some text.

        **Objective**: Serve it.

        ### Notes

        Mine.
    """)  # fmt: skip


def test_a_section_goes_before_the_sibling_that_follows_in_the_format():
    becomes("""
        ## Task 1: Build

        ### Implementation Steps

        ### Success Criteria

        - [ ] works
    """, TESTING, after="""
        ## Task 1: Build

        ### Implementation Steps

        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`

        **Integration Tests**:

        - [ ] `make whole`

        ### Success Criteria

        - [ ] works
    """)  # fmt: skip


def test_a_section_without_a_sibling_after_it_goes_to_the_end():
    becomes("""
        ## Task 1: Build

        ### Testing Plan

        Text.
    """, SUCCESS, after="""
        ## Task 1: Build

        ### Testing Plan

        Text.

        ### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_body_sections_go_after_all_of_the_authors_text():
    becomes("""
        ## Task 1: Build

        ### Notes

        Mine.

        ### More notes

        > Mine too.
    """, SUCCESS, after="""
        ## Task 1: Build

        ### Notes

        Mine.

        ### More notes

        > Mine too.

        ### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_a_section_never_takes_the_text_behind_a_label_of_the_author():
    becomes("""
        ## Task 1: Build

        **Definition of Done**:

        - works

        Text of mine.
    """, TESTING, DEPENDENCIES, after="""
        ## Task 1: Build

        **Definition of Done**:

        - works

        Text of mine.

        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`

        **Integration Tests**:

        - [ ] `make whole`

        ### Dependencies Added

        - `httpx@0.28` - asks
    """)  # fmt: skip


def test_several_sections_of_one_place_stand_in_the_formats_order():
    becomes("""
        ## Task 1: Build
    """, SUCCESS, COMPLEXITY, PREREQUISITES, OBJECTIVE, after="""
        ## Task 1: Build

        **Objective**: Serve it.

        **Prerequisites**: None

        **Estimated Complexity**: Low

        ### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_what_belongs_to_the_last_step_stands_before_the_next_section():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:
        - [ ] Run `make`
    """, SUCCESS, VALIDATION, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:
        - [ ] Run `make`

        **Validation**:

        - [ ] `make` passes

        ### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_sections_that_are_out_of_order_count_by_their_longest_run_in_order():
    becomes("""
        ## Task 1: Build
        ### Next Steps
        a
        ### Testing Plan
        b
        ### Dependencies Added
        c
    """, SUCCESS, after="""
        ## Task 1: Build
        ### Next Steps
        a
        ### Testing Plan
        b

        ### Success Criteria

        - [ ] `make` passes

        ### Dependencies Added
        c
    """)  # fmt: skip


def test_of_runs_that_are_as_long_all_that_is_added_keeps_to_the_one_that_the_rule_keeps():
    becomes("""
        ## Task 1: Build
        ### Dependencies Added
        a
        ### Success Criteria
        b
    """, TESTING, FILES, after="""
        ## Task 1: Build

        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`

        **Integration Tests**:

        - [ ] `make whole`

        ### Files Created/Modified

        **New Files**: None

        ### Dependencies Added
        a
        ### Success Criteria
        b
    """)  # fmt: skip


def test_fields_as_headings_say_nothing_of_the_level_of_sections():
    becomes("""
        ## Task 1: Build
        ##### Objective
        Mine.
    """, SUCCESS, after="""
        ## Task 1: Build
        ##### Objective
        Mine.

        ### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_a_section_lies_in_no_other_one_however_deep_its_siblings_are():
    becomes("""
        #### Task 1: Build
        ###### Testing Plan
        a
        ##### Unit Tests
        b
    """, SUCCESS, after="""
        #### Task 1: Build
        ###### Testing Plan
        a
        ##### Unit Tests
        b

        ##### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_a_step_goes_between_its_neighbours():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        a
        #### Step 3: Three
        b
    """, Draft("steps.2", ("Text.",), (), "Two"), after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        a

        #### Step 2: Two

        Text.

        #### Step 3: Three
        b
    """)  # fmt: skip


def test_a_child_of_a_section_that_is_not_there_brings_its_title():
    becomes("""
        ## Task 1: Build
    """, UNIT, after="""
        ## Task 1: Build

        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`
    """)  # fmt: skip


def test_what_is_there_is_never_written_twice():
    text = "## Task 1: Build\n\n**Objective**: Mine.\n"
    placement = place(parse(text), 0, [OBJECTIVE])
    assert placement.edits == ()
    assert placement.added == ()


def test_the_missing_children_of_a_section_that_is_there_are_added():
    becomes("""
        ## Task 1: Build

        ### Testing Plan

        **Unit Tests**: `mine`
    """, TESTING, after="""
        ## Task 1: Build

        ### Testing Plan

        **Unit Tests**: `mine`

        **Integration Tests**:

        - [ ] `make whole`
    """)  # fmt: skip


def test_a_placement_says_what_it_adds():
    placement = place(parse("## Task 1: Build\n"), 0, [SUCCESS, UNIT, OBJECTIVE])
    assert placement.added == ("objective", "testing", "success")


def test_a_key_that_the_format_lacks_is_left_out():
    assert (
        place(parse("## Task 1: Build\n"), 0, [Draft("nonsense", ("x",)), Draft("steps.7.actions", ("- x",))]).edits
        == ()
    )


# Tasks


def test_insertion_goes_before_a_nested_task():
    becomes("""
        ## Task 1: Build

        Text.

        ### Task 1.1: Pack

        Text.
    """, SUCCESS, after="""
        ## Task 1: Build

        Text.

        ### Success Criteria

        - [ ] `make` passes

        ### Task 1.1: Pack

        Text.
    """)  # fmt: skip


def test_insertion_goes_before_a_trailing_rule():
    becomes("""
        ## Task 1: Build

        Text.

        ---

        ## Task 2: Ship
    """, SUCCESS, after="""
        ## Task 1: Build

        Text.

        ### Success Criteria

        - [ ] `make` passes

        ---

        ## Task 2: Ship
    """)  # fmt: skip


def test_a_comment_that_speaks_of_the_next_task_stays_with_it():
    becomes("""
        ## Task 1: Build

        Text.

        <!-- plansmith: ignore duplicate-task -->
        ## Task 1: Build
    """, SUCCESS, after="""
        ## Task 1: Build

        Text.

        ### Success Criteria

        - [ ] `make` passes

        <!-- plansmith: ignore duplicate-task -->
        ## Task 1: Build
    """)  # fmt: skip


def test_a_comment_that_speaks_of_a_section_stays_with_it():
    becomes("""
        ## Task 1: Build

        Text.

        <!-- plansmith: ignore plain-list -->

        ### Success Criteria

        - works
    """, TESTING, after="""
        ## Task 1: Build

        Text.

        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`

        **Integration Tests**:

        - [ ] `make whole`

        <!-- plansmith: ignore plain-list -->

        ### Success Criteria

        - works
    """)  # fmt: skip


def test_a_rule_parts_a_plan_that_is_completed_from_the_task_right_after_it():
    text = "## Task 1: Build\n\nText.\n\n## Task 2: Ship\n"
    after = placed(text, *drafts_for(parse(text).tasks[0]))
    assert after.endswith("**Dependencies unlocked**: None\n\n---\n\n## Task 2: Ship\n")
    assert after.count("\n---\n") == 1


@pytest.mark.parametrize("text", [
    "## Task 1: Build\n\n---\n\n## Task 2: Ship\n",
    "## Task 1: Build\n",
    "## Task 1: Build\n\n## Appendix\n\n## Task 2: Ship\n",
])  # fmt: skip
def test_no_rule_is_added_where_one_is_or_no_task_follows_directly(text):
    after = placed(text, *drafts_for(parse(text).tasks[0]))
    assert after.count("\n---\n") == text.count("\n---\n")


def test_no_rule_is_added_behind_a_plan_that_stays_incomplete():
    assert "---" not in placed("## Task 1: Build\n\n## Task 2: Ship\n", SUCCESS)


def test_a_task_of_level_four_has_steps_of_level_six():
    steps = Draft("steps", (), (STEP,))
    assert placed("#### Task 1: Deep\n", steps) == dedent("""
        #### Task 1: Deep

        ##### Implementation Steps

        ###### Step 1: Begin

        **Objective**: Do it.
    """)


def test_a_task_whose_heading_is_underlined():
    becomes("""
        Task 1: Build
        =============
        Text.
    """, SUCCESS, after="""
        Task 1: Build
        =============
        Text.

        ## Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


def test_a_section_stands_at_the_level_of_deeper_siblings():
    becomes("""
        ## Task 1: Build
        #### Testing Plan
        text
    """, SUCCESS, after="""
        ## Task 1: Build
        #### Testing Plan
        text

        #### Success Criteria

        - [ ] `make` passes
    """)  # fmt: skip


# The author's blocks


def test_a_paragraph_of_labels_is_not_parted():
    becomes("""
        ## Task 1: Build
        **Objective**: Mine.
        **Estimated Complexity**: Low
    """, PREREQUISITES, after="""
        ## Task 1: Build
        **Objective**: Mine.
        **Estimated Complexity**: Low

        **Prerequisites**: None
    """)  # fmt: skip


def test_a_field_before_all_members_of_a_paragraph_goes_before_it():
    becomes("""
        ## Task 1: Build

        Text.

        **Prerequisites**: None
        **Estimated Complexity**: Low
    """, OBJECTIVE, after="""
        ## Task 1: Build

        Text.

        **Objective**: Serve it.

        **Prerequisites**: None
        **Estimated Complexity**: Low
    """)  # fmt: skip


def test_a_list_of_labels_is_not_parted():
    becomes("""
        ## Task 1: Build

        - **Objective**: Mine.
        - **Estimated Complexity**: Low

        ### Notes
    """, PREREQUISITES, after="""
        ## Task 1: Build

        - **Objective**: Mine.
        - **Estimated Complexity**: Low

        **Prerequisites**: None

        ### Notes
    """)  # fmt: skip


def test_a_list_is_never_put_before_a_list_that_it_would_take_for_its_own():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        - Objective: Mine.
        - Validation: `make` passes
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        - Objective: Mine.
        - Validation: `make` passes

        **Actions**:

        - [ ] Create `a.py`
        - [ ] Run `make`
    """)  # fmt: skip


def test_a_list_goes_on_below_an_empty_item():
    becomes("""
        ## Task 1: Build

        -

        - **Prerequisites**: None
    """, OBJECTIVE, after="""
        ## Task 1: Build

        **Objective**: Serve it.

        -

        - **Prerequisites**: None
    """)  # fmt: skip


def test_the_content_of_a_label_is_not_parted_from_it():
    becomes("""
        ## Task 1: Build
        ### Files Created/Modified
        - **New Files**:
        - **Dependencies Added**:

        None
    """, Draft("files.modified", ("- `a.py` - it",)), after="""
        ## Task 1: Build
        ### Files Created/Modified
        - **New Files**:
        - **Dependencies Added**:

        None

        **Modified Files**:

        - `a.py` - it
    """)  # fmt: skip


def test_an_indented_heading_is_not_taken_into_a_list():
    becomes("""
        ## Task 1: Build

          ## Task 2: Ship
    """, SUCCESS, after="""
        ## Task 1: Build

        ### Success Criteria

        - [ ] `make` passes

        <!-- -->

          ## Task 2: Ship
    """)  # fmt: skip


def test_another_bullet_keeps_a_list_of_the_author_apart():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:

        - **Validation**: `make` passes
        - **Troubleshooting**: none
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:

        * [ ] Create `a.py`
        * [ ] Run `make`

        - **Validation**: `make` passes
        - **Troubleshooting**: none
    """)  # fmt: skip


# Blank lines, line ends, bullets


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## Task 1: A", "## Task 1: A\n\n+\n"),
        ("## Task 1: A\n", "## Task 1: A\n\n+\n"),
        ("## Task 1: A\n\n", "## Task 1: A\n\n+\n"),
        ("## Task 1: A\n\n\n\n", "## Task 1: A\n\n+\n\n\n"),
        ("## Task 1: A\n  ", "## Task 1: A\n\n+\n  "),
        ("## Task 1: A\n## B\n", "## Task 1: A\n\n+\n\n## B\n"),
        ("## Task 1: A\n\n## B\n", "## Task 1: A\n\n+\n\n## B\n"),
        ("## Task 1: A\n\n\n## B\n", "## Task 1: A\n\n+\n\n## B\n"),
        ("## Task 1: A\n\n\n\n## B\n", "## Task 1: A\n\n+\n\n\n## B\n"),
        ("## Task 1: A\n \n## B\n", "## Task 1: A\n \n+\n\n## B\n"),
        ("## Task 1: A\r\n\r\n## B\r\n", "## Task 1: A\r\n\r\n+\r\n\r\n## B\r\n"),
        ("## Task 1: A\r\r## B\r", "## Task 1: A\r\r+\r\r## B\r"),
        ("## Task 1: A\r\n", "## Task 1: A\r\n\r\n+\r\n"),
        ("## Task 1: A\n## B\r\n## C\n", "## Task 1: A\n\n+\n\n## B\r\n## C\n"),
        ("## Task 1: A\r## B\n## C\n", "## Task 1: A\r\r\n+\n\n## B\n## C\n"),
        ("## Task 1: A\r\r\n## B\r## C\r", "## Task 1: A\r\r\n+\r\r## B\r## C\r"),
        ("## Task 1: A\r\r\r\n## B\r## C\r", "## Task 1: A\r\r+\r\r\n## B\r## C\r"),
        ("## Task 1: A\r \n\n## B\r## C\r", "## Task 1: A\r \n+\r\n\n## B\r## C\r"),
    ],
)
def test_one_blank_line_stands_before_and_after_and_none_is_doubled(before, after):
    assert placed(before, OBJECTIVE) == after.replace("+", "**Objective**: Serve it.")


def test_the_bullet_is_the_documents():
    becomes("""
        # Plan

        * one
        * two
        - three

        ## Task 1: Build
    """, Draft("success", ("- [ ] `make`", "  - nested", "    ```", "    - code", "    ```")), after="""
        # Plan

        * one
        * two
        - three

        ## Task 1: Build

        ### Success Criteria

        * [ ] `make`
          * nested
            ```
            - code
            ```
    """)  # fmt: skip


# A title without content


def test_an_empty_heading_gets_its_content():
    becomes("""
        ## Task 1: Build
        ### Success Criteria
        ### Next Steps
        Text.
    """, SUCCESS, after="""
        ## Task 1: Build
        ### Success Criteria

        - [ ] `make` passes

        ### Next Steps
        Text.
    """)  # fmt: skip


def test_an_empty_heading_gets_its_labels():
    becomes("""
        ## Task 1: Build
        ### Testing Plan
        ### Next Steps
        Text.
    """, TESTING, after="""
        ## Task 1: Build
        ### Testing Plan

        **Unit Tests**:

        - [ ] `make unit`

        **Integration Tests**:

        - [ ] `make whole`

        ### Next Steps
        Text.
    """)  # fmt: skip


def test_an_empty_label_gets_a_paragraph_of_its_own():
    becomes("""
        ## Task 1: Build

        **Objective**:

        **Prerequisites**: None
    """, OBJECTIVE, after="""
        ## Task 1: Build

        **Objective**:

        Serve it.

        **Prerequisites**: None
    """)  # fmt: skip


def test_an_empty_label_gets_its_list():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:

        - [ ] Create `a.py`
        - [ ] Run `make`
    """)  # fmt: skip


def test_one_line_joins_the_paragraph_that_an_empty_label_stands_in():
    becomes("""
        ## Task 1: Build
        **Objective**:
        **Prerequisites**:
        **Estimated Complexity**: Low
    """, OBJECTIVE, PREREQUISITES, after="""
        ## Task 1: Build
        **Objective**:
        Serve it.
        **Prerequisites**:
        None
        **Estimated Complexity**: Low
    """)  # fmt: skip


def test_what_belongs_inside_of_a_paragraph_goes_where_a_list_parts_it():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        **Objective**: a
        **Validation**:
        **Troubleshooting**: b
    """, ACTIONS, VALIDATION, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: One
        **Objective**: a
        **Validation**:

        - [ ] `make` passes

        **Actions**:

        - [ ] Create `a.py`
        - [ ] Run `make`

        **Troubleshooting**: b
    """)  # fmt: skip


def test_a_list_parts_the_paragraph_that_an_empty_label_stands_in():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:
        **Validation**: `make` passes
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        **Actions**:

        - [ ] Create `a.py`
        - [ ] Run `make`

        **Validation**: `make` passes
    """)  # fmt: skip


def test_below_an_empty_label_in_a_tight_list_the_content_is_nested_tight():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        1. **Objective**:
        2. **Actions**:
        3. **Code Examples**:
    """, Draft("steps.1.objective", ("Go.",)), ACTIONS, CODE, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        1. **Objective**:
           Go.
        2. **Actions**:
           - [ ] Create `a.py`
           - [ ] Run `make`
        3. **Code Examples**:
           ```py
           - 1
           ```
    """)  # fmt: skip


def test_below_an_empty_label_in_a_loose_list_the_content_is_nested_loose():
    becomes("""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        - **Actions**:

        - **Validation**: `make` passes
    """, ACTIONS, after="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Go
        - **Actions**:

          - [ ] Create `a.py`
          - [ ] Run `make`

        - **Validation**: `make` passes
    """)  # fmt: skip


def test_below_an_empty_label_with_a_tab_the_content_is_nested():
    assert placed("## Task 1: Build\n-\t**Objective**:\n-\t**Complexity**: Low\n", OBJECTIVE) == (
        "## Task 1: Build\n-\t**Objective**:\n    Serve it.\n-\t**Complexity**: Low\n"
    )


def test_an_empty_label_in_a_list_gets_its_labels_nested():
    becomes("""
        ## Task 1: Build
        - **Testing Plan**:
        - **Success Criteria**: works
    """, TESTING, after="""
        ## Task 1: Build
        - **Testing Plan**:
          - **Unit Tests**:
            - [ ] `make unit`
          - **Integration Tests**:
            - [ ] `make whole`
        - **Success Criteria**: works
    """)  # fmt: skip


def test_a_label_of_steps_gets_its_steps():
    becomes("""
        ## Task 1: Build

        **Implementation Steps**:

        - first this
        - then that
    """, STEP, after="""
        ## Task 1: Build

        **Implementation Steps**:

        - first this
        - then that

        #### Step 1: Begin

        **Objective**: Do it.
    """)  # fmt: skip


def test_a_comment_below_an_empty_title_stays():
    becomes("""
        ## Task 1: Build
        ### Success Criteria
        <!-- to be written -->
    """, SUCCESS, after="""
        ## Task 1: Build
        ### Success Criteria

        - [ ] `make` passes

        <!-- to be written -->
    """)  # fmt: skip


# Conflicts


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("# P\n\n## Task 1: A\n\n```py\ncode\n\n## Task 2: B\n", "a code fence", 5),
        ("## Task 1: A\n\n~~~~\n~~~\n", "a code fence", 3),
        ("## Task 1: A\n\ntext\n<!-- draft\n\nmore\n", "a comment", 4),
        ("## Task 1: A\n\n<pre>\n\nmore\n", "an HTML block", 3),
        ("## Task 1: A\n\n- item\n  ```\n  code\n", "a code fence", 4),
    ],
)
def test_a_task_that_ends_in_something_unclosed_is_a_conflict_that_names_the_line(text, what, line):
    placement = place(parse(text), 0, [SUCCESS])
    assert placement.edits == ()
    assert placement.added == ()
    assert placement.conflict == f"Line {line}: {what} opens here and never closes; close it, then try again"


OPEN_LISTS = ["- item\n  ```\n  code\n", "1. ~~~\n   code\n\n   more\n", "- a\n  - ```\n    code\n", "- <pre>\n  text\n", "- a\n\n  <!-- b\n"]  # fmt: skip
OPEN_QUOTES = ["> ```\n> code\n", "- > ```\n  > code\n", "> - ```\n>   code\n", "> <!-- text\n"]


@pytest.mark.parametrize("opened", [*OPEN_LISTS, *OPEN_QUOTES])
@pytest.mark.parametrize(
    "below", ["\n", "\n\n\n", "\n## Task 2: B\n", "\n\n \n## Task 2: B\n", "\n---\n\n## Task 2: B\n"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_a_list_or_a_quote_ends_stays_as_it_is_rendered(opened, below, end):
    before = f"## Task 1: A\n\n{opened}{below}"
    after = placed(before.replace("\n", end), SUCCESS).replace(end, "\n")
    assert "### Success Criteria\n\n- [ ] `make` passes\n" in after
    assert not list(not_seen_again(seen_blocks(before.split("\n")), seen_blocks(after.split("\n"))))


@pytest.mark.parametrize("opened", OPEN_LISTS)
@pytest.mark.parametrize("below", ["", "## Task 2: B\n", "### Next Steps\n", "  "])
def test_what_is_open_in_a_list_is_a_conflict_where_a_blank_line_of_ours_would_go_on_with_it(opened, below):
    text = f"## Task 1: A\n\n{opened}{below}"
    line = next(n for n, line in enumerate(text.split("\n"), 1) if any(mark in line for mark in ("```", "~~~", "<")))
    assert place(parse(text), 0, [SUCCESS]).conflict.startswith(f"Line {line}: a")
    assert place(parse(text.removesuffix("\n")), 0, [SUCCESS]).conflict.startswith(f"Line {line}: a")
    if not below.strip():
        assert guidelines(parse(text), ["- x"]) is None


def test_the_guidelines_go_below_what_is_open_in_a_list():
    text = "## Task 1: A\n\n- item\n  ```\n  code\n\n\n# Appendix\n"
    edit = guidelines(parse(text), ["Text."])
    assert edit is not None
    assert apply_edits(text, [edit]) == text.replace("# App", "## Implementation Guidelines\n\nText.\n\n# App")


@pytest.mark.parametrize("text", ["## Task 1: A\n\n<div>\ntext\n", "## Task 1: A\n\n> ```\n> code\n"])
def test_what_a_blank_line_closes_is_no_conflict(text):
    assert placed(text, SUCCESS) == f"{text}\n### Success Criteria\n\n- [ ] `make` passes\n"


# The guidelines


def test_the_guidelines_go_once_after_the_last_task():
    text = "# P\n\n## Task 1: A\n\n### Task 1.1: B\n\nText.\n\n---\n\n# Appendix\n"
    edit = guidelines(parse(text), ["### Development Workflow", "", "- Run `make`"])
    assert edit is not None
    after = apply_edits(text, [edit])
    assert after == (
        "# P\n\n## Task 1: A\n\n### Task 1.1: B\n\nText.\n\n---\n\n"
        "## Implementation Guidelines\n\n### Development Workflow\n\n- Run `make`\n\n# Appendix\n"
    )
    assert guidelines(parse(after), ["- x"]) is None


def test_the_guidelines_headings_are_moved_below_their_title():
    text = "# Task 1: A\n"
    edit = guidelines(parse(text), ["### Development Workflow", "", "```", "# code", "```", "", "#### Deeper"])
    assert edit is not None
    assert apply_edits(text, [edit]) == (
        "# Task 1: A\n\n# Implementation Guidelines\n\n## Development Workflow\n\n```\n# code\n```\n\n### Deeper\n"
    )


@pytest.mark.parametrize(
    "text", ["No task.\n", "## Task 1: A\n\n```\n", "## Task 1: A\n\n### 📋 Implementation guidelines\n"]
)
def test_where_there_is_no_place_for_guidelines_there_are_none(text):
    assert guidelines(parse(text), ["- x"]) is None


# The form


def test_a_draft_is_written_in_the_form_of_the_table():
    draft = canned("steps", FORMAT.by_key["steps"], steps=1)
    assert "\n".join(render(draft, FORMAT, 2, "*")) + "\n" == dedent("""
        ### Implementation Steps

        #### Step 1: Serve the health check

        **Objective**: Serve `GET /health`.

        **Actions**:

        * [ ] Run `make test`
        * [ ] Run `make lint`

        **Code Examples**:

        ```sh
        - no list

        # no heading
        ```

        **Configuration**: None

        **Validation**:

        * [ ] Run `make test`
        * [ ] Run `make lint`

        **Troubleshooting**:

        * `src/health.py` - the health check
          which is new
    """)
