"""empty-section: a title with no content."""

from __future__ import annotations

import pytest

STEP = """
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
"""


def test_a_label_with_nothing_below_it(check):
    check(only="empty-section", text=STEP + """
        **Objective**: Start.
        **Actions**:
          ^^^^^^^ error[empty-section]: Write what belongs under “Actions”
    """)  # fmt: skip


def test_a_heading_with_nothing_below_it(check):
    check(only="empty-section", text=STEP + """
        Begin here.

        ### Success Criteria
            ^^^^^^^^^^^^^^^^ error[empty-section]: Write what belongs under “Success Criteria”
    """)  # fmt: skip


def test_a_section_that_may_say_none_is_told_so(check):
    check(only="empty-section", text=STEP + """
        Begin here.

        ### Dependencies Added
            ^^^^^^^^^^^^^^^^^^ error[empty-section]: Write what belongs under “Dependencies Added”, or “None”
    """)  # fmt: skip


def test_an_optional_section_is_a_warning(check):
    check(only="empty-section", text=STEP + """
        **Code Examples**:
          ^^^^^^^^^^^^^ warning[empty-section]: Write what belongs under “Code Examples”, or delete the title
    """)  # fmt: skip


def test_the_action_writes_that_section(check):
    [finding] = check(only="empty-section", text=STEP + """
        **Actions**:
          ^^^^^^^ error[empty-section]
    """)  # fmt: skip
    assert finding.section == "steps.1.actions"


@pytest.mark.parametrize(
    "content",
    ["- [ ] `make`", "Run it.", "```\nmake\n```", "| a |\n| - |", "> Run it.", "#### A heading", "None", "    code"],
)
def test_what_is_content(check, content):
    check(only="empty-section", text=f"## Task 1: Build\n### Implementation Steps\n#### Step 1: A\n**Actions**: a\n"
          f"### Success Criteria\n\n{content}\n")  # fmt: skip


@pytest.mark.parametrize("comment", ["<!-- later -->", "<!--\nlater\n-->", "---"])
def test_a_comment_and_a_rule_line_are_none(check, comment):
    plan = "## Task 1: Build\n### Implementation Steps\n#### Step 1: A\nBegin.\n### Success Criteria\n"
    check(only="empty-section", text=f"{plan}    ^^^^^^^^^^^^^^^^ error[empty-section]\n{comment}\n")


def test_a_comment_on_the_labels_own_line_is_none(check):
    check(only="empty-section", text=STEP + """
        **Actions**: <!-- later -->
          ^^^^^^^ error[empty-section]
    """)  # fmt: skip


def test_content_on_the_labels_own_line(check):
    check(only="empty-section", text=STEP + """
        **Actions**: Create `a.py` <!-- and later b.py -->
    """)  # fmt: skip


def test_a_coarse_task_has_no_sections(check):
    check(only="empty-section", text=STEP + """
        **Objective**: Start.
        ## Task 2: Ship
        **Objective**:
    """)  # fmt: skip
