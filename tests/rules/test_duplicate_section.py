"""duplicate-section: the same section twice under one parent."""

from __future__ import annotations

PLAN = """
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Objective**: Start.
"""


def test_a_second_field_of_a_step(check):
    [finding] = check(only="duplicate-section", text=PLAN + """
        **Objective**: Start again.
          ^^^^^^^^^ warning[duplicate-section]: “Objective” stands here twice; merge it into the first
    """)  # fmt: skip
    [first] = finding.related
    assert (first.span.line, first.span.start, first.message) == (3, 2, "The first “Objective”")


def test_a_second_heading_of_a_plan(check):
    check(only="duplicate-section", text=PLAN + """
        ### Success Criteria
        - [ ] `make` passes
        ### Success Criteria
            ^^^^^^^^^^^^^^^^ warning[duplicate-section]
        - [ ] `make test` passes
    """)  # fmt: skip


def test_the_same_title_under_two_parents_is_two_sections(check):
    check(only="duplicate-section", text=PLAN + """
        #### Step 2: Go on
        **Objective**: Go on.
    """)  # fmt: skip


def test_two_steps_of_one_number_are_the_numberings_business(check):
    check(only="duplicate-section", text=PLAN + """
        #### Step 1: Go on
        **Objective**: Go on.
    """)  # fmt: skip


def test_an_alias_may_be_the_authors_own_word(check):
    check(only="duplicate-section", text="""
        ## Task 1: Build
        **Goal**: The image is small.
        **Objective**: Build the image.
        **Purpose**: Ship faster.
        ### Implementation Steps
        #### Step 1: Start
    """)  # fmt: skip
