"""step-numbering: steps count 1, 2, 3; the fix renumbers what is said of them."""

from __future__ import annotations

import pytest

PLAN = "## Task 1: Build\n### Implementation Steps\n"


def test_a_gap(check):
    check(only="step-numbering", text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        #### Step 3: Go on
                  ^ warning[step-numbering]: Steps count 1, 2, 3 …: this one is Step 2
        #### Step 7: End
    """)  # fmt: skip


@pytest.mark.parametrize("number", ["0", "01", "2", "12345678901234567890"])
def test_the_first_step_is_number_one(check, number):
    marks = [] if number == "01" else ["          " + "^" * len(number) + " warning[step-numbering]"]
    check(only="step-numbering", text="\n".join([PLAN + f"#### Step {number}: Start", *marks, ""]))


def test_steps_in_order_are_fine(check):
    check(only="step-numbering", text=PLAN + "#### Step 1: A\n#### Step 2: B\n#### 3. Step 3: C\n")


def test_a_heading_that_is_no_step_counts_for_nothing(check):
    check(only="step-numbering", text=PLAN + "#### Step 1: A\n#### A word on steps\n#### Step 2: B\n")


def test_each_plan_counts_anew(check):
    check(
        only="step-numbering", text=PLAN + "#### Step 1: A\n## Task 2: Ship\n### Implementation Steps\n#### Step 1: B\n"
    )


def test_the_fix_renumbers_steps_and_what_is_said_of_them(fix):
    fix(
        only="step-numbering",
        before="""
            ## Task 1: Build
            After Step 2 comes step 4.
            ### Implementation Steps
            #### Step 2: Start
            **Objective**: What Steps 4 and 5, or Steps 2–5 need.
            #### Step 4: Undo Step 2
            - See (Step 5), Step 9 and **Step 4**; not Step 4.1 or Step 42.
            #### Step 5: End
            ### Notes
            A footstep 4, a step4 and Step-4.
        """,
        after="""
            ## Task 1: Build
            After Step 1 comes step 2.
            ### Implementation Steps
            #### Step 1: Start
            **Objective**: What Steps 2 and 3, or Steps 1–3 need.
            #### Step 2: Undo Step 1
            - See (Step 3), Step 9 and **Step 2**; not Step 4.1 or Step 42.
            #### Step 3: End
            ### Notes
            A footstep 4, a step4 and Step-4.
        """,
    )


def test_the_fix_leaves_code_alone(fix):
    code = "Run `Step 2` here.\n\n```\n# Step 2\n```\n\n    Step 2\n\n<!-- Step 2 -->\n"
    fix(
        only="step-numbering",
        before=f"{PLAN}#### Step 2: Start\n\n{code}",
        after=f"{PLAN}#### Step 1: Start\n\n{code}",
    )


def test_the_fix_leaves_the_steps_of_other_tasks_alone(fix):
    others = "Step 2 of Task 3, Step 2 in Task 4; Task 3, Step 2. Task 4 (Step 2). Task 5's Step 2."
    fix(
        only="step-numbering",
        before=f"{PLAN}#### Step 2: Start\n{others} Task 1, Step 2.\n",
        after=f"{PLAN}#### Step 1: Start\n{others} Task 1, Step 1.\n",
    )


def test_of_two_steps_with_one_number_words_mean_the_first(fix):
    fix(
        only="step-numbering",
        before=f"{PLAN}#### Step 1: A\n#### Step 1: B\n#### Step 2: C\nAs Step 1 and Step 2 say.\n",
        after=f"{PLAN}#### Step 1: A\n#### Step 2: B\n#### Step 3: C\nAs Step 1 and Step 3 say.\n",
    )


def test_links_to_steps_follow_them(fix):
    fix(
        only="step-numbering",
        before=f"{PLAN}#### Step 2: Build it\nSee [above](#step-2-build-it) and [there](#step-2-ship-it).\n",
        after=f"{PLAN}#### Step 1: Build it\nSee [above](#step-1-build-it) and [there](#step-2-ship-it).\n",
    )


def test_other_tasks_stay_as_they_are(fix):
    other = "## Task 2: Ship\nAfter Step 2.\n"
    fix(only="step-numbering", before=f"{PLAN}#### Step 2: A\n{other}", after=f"{PLAN}#### Step 1: A\n{other}")
