"""misplaced-section: the order of the format, and the levels of headings."""

from __future__ import annotations

import pytest

from tests.markers import find

STEPS = "## Task 1: Build\n\n### Implementation Steps\n\n#### Step 1: Start\n\n"


def test_a_heading_before_one_that_it_should_follow(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        ### Success Criteria
        ### Testing Plan
            ^^^^^^^^^^^^ warning[misplaced-section]: Move “Testing Plan” before “Success Criteria”
        ### Next Steps
    """)  # fmt: skip


def test_the_longest_run_in_order_stays(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Next Steps
            ^^^^^^^^^^ warning[misplaced-section]: Move “Next Steps” after “Success Criteria”
        ### Implementation Steps
        #### Step 1: Start
        ### Testing Plan
        ### Success Criteria
    """)  # fmt: skip


def test_fields_of_a_step_have_an_order_too(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Validation**: `make`

        **Actions**:
          ^^^^^^^ warning[misplaced-section]: Move “Actions” before “Validation”

        - [ ] Create `a.py`
    """)  # fmt: skip


def test_head_fields_are_free_among_themselves_but_come_first(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        **Estimated Complexity**: Low

        **Objective**: Build.
        ### Implementation Steps
        #### Step 1: Start
        ### Success Criteria

        **Prerequisites**: None
          ^^^^^^^^^^^^^ warning[misplaced-section]: Move “Prerequisites” before “Implementation Steps”
    """)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        STEPS + "### Notes\n\n### Success Criteria\n\n### More notes\n",
        STEPS + "### Success Criteria\n\n### Success Criteria\n\n### Dependencies Added\n",
        "## Task 1: Build\n\n### Definition of Done\n\n- a\n\n### Implementation Steps\n\n#### Step 1: A\n",
        "# Task 1: Build\n\n## Implementation Steps\n\n### Step 1: A\n\n## Testing Plan\n",
        "## Task 1: Build\n\n#### Implementation Steps\n\n##### Step 1: A\n\n#### Testing Plan\n",
    ],
    ids=["own titles", "a twin", "an alias", "a task of level 1", "one level deeper throughout"],
)
def test_what_is_in_its_place(check, text):
    check(only="misplaced-section", text=text)


@pytest.mark.parametrize("mark", ["{}", "- {}"], ids=["paragraph", "list"])
def test_labels_of_one_block_are_one_unit_for_what_stands_beside_it(check, mark):
    """An insertion of ours stands before or behind such a block, never inside."""
    block = "\n".join(mark.format(label) for label in ("**Objective**: A.", "**Validation**: `make`"))
    other = "<!-- -->\n\n**Actions**:\n\n- [ ] Create `a.py`\n\n<!-- -->"
    check(only="misplaced-section", text=f"{STEPS}{other}\n\n{block}\n")
    check(only="misplaced-section", text=f"{STEPS}{block}\n\n{other}\n")


@pytest.mark.parametrize("labels", ["**{}**:\n**{}**: a", "- **{}**:\n  - **{}**: a"], ids=["paragraph", "list"])
def test_before_a_label_in_the_block_of_its_parent_there_is_no_place(check, labels):
    labels = labels.format("Files Created/Modified", "Modified Files")
    check(only="misplaced-section", text=f"{STEPS}### Next Steps\n\n{labels}\n\n**New Files**: None\n")


def test_a_label_right_below_the_text_of_a_list_is_in_the_block_of_that_list(check):
    check(
        only="misplaced-section",
        text=STEPS + "**Configuration**:\n\n1. a\n\n   more\n**Troubleshooting**: b\n\n**Validation**: `make`\n",
    )


def test_what_fits_neither_before_nor_after_a_block_is_misplaced(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Troubleshooting**: None yet.
          ^^^^^^^^^^^^^^^ warning[misplaced-section]: Move “Troubleshooting” after “Validation”

        **Objective**: A.
        **Validation**: `make`
    """)  # fmt: skip


def test_a_label_that_is_a_bullet_may_stand_anywhere_among_labels_that_are_none(check):
    """Our own insertion can't stand above it: the list there would take it in."""
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Files Created/Modified
        - **Modified Files**: None

        **New Files**: None
        ### Dependencies Added
    """)  # fmt: skip


def test_a_label_for_a_heading_may_stand_anywhere_among_headings(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Success Criteria
        **Dependencies Added**: None
        ### Files Created/Modified
    """)  # fmt: skip


def test_labels_inside_of_one_block_have_their_order(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Validation**: `make`
        **Objective**: Start.
          ^^^^^^^^^ warning[misplaced-section]: Move “Objective” before “Validation”
    """)  # fmt: skip


def test_a_heading_that_is_too_deep(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        #### Testing Plan
             ^^^^^^^^^^^^ warning[misplaced-section]: Make “Testing Plan” a heading of level 3 instead of 4
        ##### Success Criteria
              ^^^^^^^^^^^^^^^^ warning[misplaced-section]: Make “Success Criteria” a heading of level 3 instead of 5
        ### Next Steps
    """)  # fmt: skip


def test_each_of_several_headings_that_are_too_deep(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        #### Testing Plan
             ^^^^^^^^^^^^ warning[misplaced-section]
        #### Success Criteria
             ^^^^^^^^^^^^^^^^ warning[misplaced-section]
    """)  # fmt: skip


def test_a_heading_that_is_too_high(check):
    check(only="misplaced-section", text="""
        ## Task 1: Build
        ### Implementation Steps
        ### Step 1: Start
            ^^^^^^^^^^^^^ warning[misplaced-section]: Make “Step 1” a heading of level 4 instead of 3
        ## Testing Plan
           ^^^^^^^^^^^^ warning[misplaced-section]: Make “Testing Plan” a heading of level 3 instead of 2
    """)  # fmt: skip


def test_a_section_in_a_step_that_goes_on_is_the_steps_own(check):
    """It would close the steps, and those after it would be lost."""
    text = """
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        ##### Success Criteria
        #### Step 2: Go on
        ##### Acceptance Criteria
        #### Step 3: End
    """
    check(only="misplaced-section", text=text)
    found = [finding.section for finding in find(text.replace("        ", ""), "missing-section")]
    assert {"steps.2.actions", "steps.3.actions", "success"} <= set(found)


def test_the_fix_shifts_a_heading_with_all_below_it(fix):
    fix(
        only="misplaced-section",
        before=STEPS
        + "#### Testing Plan ####\n\n##### Unit Tests\n\n###### Notes\n\n> ##### quoted\n\n### Next Steps\n",
        after=STEPS + "### Testing Plan ####\n\n#### Unit Tests\n\n##### Notes\n\n> ##### quoted\n\n### Next Steps\n",
    )


def test_the_fix_turns_underlined_headings_into_others(fix):
    fix(
        only="misplaced-section",
        before=STEPS + " Testing Plan\n-----\n\n### Notes\n\n## Success Criteria\n",
        after=STEPS + " ### Testing Plan\n\n#### Notes\n\n### Success Criteria\n",
    )


def test_steps_beside_their_section_are_shifted_below_it(fix):
    fix(
        only="misplaced-section",
        before="## Task 1: A\n### Implementation Steps\n### Step 1: B\n#### Notes\n### Step 2: C\n### Testing Plan\n",
        after="## Task 1: A\n### Implementation Steps\n#### Step 1: B\n##### Notes\n#### Step 2: C\n### Testing Plan\n",
    )


def test_no_fix_where_headings_run_out_of_levels():
    text = "#### Task 1: A\n##### Implementation Steps\n##### Step 1: B\n###### Actions\n- [ ] `a`\n###### Validation\n- [ ] `b`\n"
    [finding] = find(text, "misplaced-section")
    assert finding.fix is None


def test_no_fix_that_would_take_in_what_is_the_authors():
    [finding] = find(STEPS + "#### Testing Plan\n\nHow.\n\n#### Notes\n\nMine.\n", "misplaced-section")
    assert finding.fix is None


def test_the_fix_moves_a_section_up(fix):
    fix(
        only="misplaced-section",
        before=STEPS
        + "### Success Criteria\n\n- [ ] a\n\n### Testing Plan\n\n#### Unit Tests\n\n- [ ] b\n\n### Next Steps\n",
        after=STEPS
        + "### Testing Plan\n\n#### Unit Tests\n\n- [ ] b\n\n### Success Criteria\n\n- [ ] a\n\n### Next Steps\n",
    )


def test_the_fix_moves_a_section_down(fix):
    head = "## Task 1: A\n\n"
    steps = "### Implementation Steps\n\n#### Step 1: B\n\n### Testing Plan\n\nHow.\n"
    fix(
        only="misplaced-section",
        before=f"{head}### Next Steps\n\n- a\n\n{steps}\n---\n\n## Task 2: C\n",
        after=f"{head}{steps}\n### Next Steps\n\n- a\n\n---\n\n## Task 2: C\n",
    )


def test_the_fix_moves_a_field(fix):
    fix(
        only="misplaced-section",
        before=STEPS + "**Validation**: `make`\n\n**Actions**:\n\n- [ ] a\n\n  more\n\n**Troubleshooting**: b",
        after=STEPS + "**Actions**:\n\n- [ ] a\n\n  more\n\n**Validation**: `make`\n\n**Troubleshooting**: b",
    )


def test_the_fix_puts_the_lines_of_a_block_in_order(fix):
    fix(
        only="misplaced-section",
        before=STEPS + "- **Validation**: `make`\n- **Objective**: A\n  - more\n- **Troubleshooting**: b\n",
        after=STEPS + "- **Objective**: A\n  - more\n- **Validation**: `make`\n- **Troubleshooting**: b\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        STEPS + "**Validation**: `make`\n\n**Objective**: A\n\nMy own words.\n",
        STEPS + "### Success Criteria\n\n### Testing Plan\n\n```\nopen\n",
    ],
    ids=["own words would change hands", "an open fence"],
)
def test_no_move_that_changes_what_the_author_wrote(text):
    [finding] = find(text, "misplaced-section")
    assert finding.fix is None


def test_sections_by_alias_are_never_misplaced(check):
    check(only="misplaced-section", text=STEPS + "**Verification**: `make`\n\n**Actions**: a\n")


def test_sections_that_lie_in_each_other_stay_where_they_are():
    """The steps go on behind the prerequisites, so neither can be moved without the other."""
    head = "# Task 1: A\n\n### Implementation Steps\n\n**Objective**: B\n\n#### Implementation Steps\n\n**Prerequisites**: None\n"
    order, level = find(f"---\nplansmith: true\n---\n{head}\n### Step 1: C\n", "misplaced-section")
    assert (order.message, order.fix) == ("Move “Implementation Steps” after “Prerequisites”", None)
    assert level.message == "Make “Step 1” a heading of level 4 instead of 3"


def test_no_move_that_joins_the_task_with_what_follows_it():
    text = "## Task 1: A\n### Testing Plan\nHow.\n### Implementation Steps\nWords\n---\n### Step 1: B\n"
    [finding] = find(f"---\nplansmith: true\n---\n{text}", "misplaced-section")
    assert (finding.message, finding.fix) == ("Move “Implementation Steps” before “Testing Plan”", None)
