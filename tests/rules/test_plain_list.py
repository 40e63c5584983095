"""plain-list: items of a checklist section without a box."""

from __future__ import annotations

import pytest

PLAN = "## Task 1: Build\n### Implementation Steps\n#### Step 1: Start\n**Actions**:\n\n"


def test_once_per_list_at_its_first_plain_item(check):
    check(only="plain-list", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Create `a.py`
        - Create `b.py`
          ^^^^^^^^^^^^^ warning[plain-list]: Start each item with a box: “- [ ]”
        - Create `c.py`

        Then:

        1. Create `d.py`
           ^^^^^^^^^^^^^ warning[plain-list]: Start each item with a box: “1. [ ]”
        2. Create `e.py`
    """)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "- [ ] a\n- [x] b\n- [-] c\n",
        "- None\n",
        "None\n",
        "- [ ] a\n  - nested\n    1. deeper\n",
        "```\n- code\n```\n",
        "- ```\n  make\n  ```\n",
        "| - a |\n| - |\n",
        "> - quoted\n",
        "<!--\n- later\n-->\n",
        "- \n",
        "Create `a.py`.\n",
    ],
)
def test_what_needs_no_box(check, content):
    check(only="plain-list", text=PLAN + content)


def test_lists_that_are_no_checklist_are_free(check):
    check(only="plain-list", text=PLAN + "- [ ] a\n\n**Troubleshooting**:\n\n- b\n\n### Dependencies Added\n\n- c\n")


def test_text_below_an_own_heading_is_no_content_of_the_section_above(check):
    check(only="plain-list", text=PLAN + "- [ ] a\n\n##### Notes\n\n- b\n")


def test_a_section_that_is_a_bullet_itself(check):
    check(only="plain-list", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        - **Actions**:
          - Create `a.py`
            ^^^^^^^^^^^^^ warning[plain-list]
            - nested
          - [ ] Create `b.py`
        - **Validation**: `make`
    """)  # fmt: skip


def test_the_fix_adds_a_box_to_each_top_level_item(fix):
    fix(
        only="plain-list",
        before=PLAN + "* a\n  - nested\n* [-] b\n*   c\n  lazily\n\n1) d\n2) e\n",
        after=PLAN + "* [ ] a\n  - nested\n* [-] b\n*   [ ] c\n  lazily\n\n1) [ ] d\n2) [ ] e\n",
    )


def test_the_fix_completes_a_box_that_lacks_its_blank(fix):
    fix(only="plain-list", before=PLAN + "- [] a\n", after=PLAN + "- [ ] a\n")


def test_in_a_task_that_is_done_the_new_boxes_are_ticked(fix):
    """Else task 2 would rest on something undone, just because task 1 got its boxes."""
    after = "- [x] b\n\n## Task 2: Ship ✅\n**Prerequisites**: Task 1\n"
    fix(only="plain-list", before=PLAN + "- a\n" + after, after=PLAN + "- [x] a\n" + after)


def test_where_success_is_ticked_the_new_boxes_of_actions_are_ticked(fix):
    after = "\n**Validation**:\n\n- [ ] b\n\n### Success Criteria\n\n- [x] c\n"
    fix(only="plain-list", before=PLAN + "- a\n" + after, after=PLAN + "- [x] a\n" + after)
