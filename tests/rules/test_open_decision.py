"""The rule open-decision: the mark `Decide: …`, wherever content starts."""

from __future__ import annotations

RULE = "open-decision"


def test_what_the_author_must_settle(check):
    check(only=RULE, text="""
        ## Task 1: Build
        Decide: not in a section
        **Objective**: Decide: what for
                       ^^^^^^^^^^^^^^^^ hint[open-decision]: Settle this, and write the answer in place of the question
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Decide: which store
              ^^^^^^^^^^^^^^^^^^^ hint[open-decision]
        - [ ] Create `src/app.py`
          1. **Decide:** which port
             ^^^^^^^^^^^^^^^^^^^^^^ hint[open-decision]
        - [ ] 🚀 is not the mark
        > decide：谁来做
          ^^^^^^^^^^ hint[open-decision]

        Decide: a line of its own
        ^^^^^^^^^^^^^^^^^^^^^^^^^ hint[open-decision]
        ### Next Steps
        - **Immediate next task**: Decide: which
                                   ^^^^^^^^^^^^^ hint[open-decision]
    """)  # fmt: skip


def test_other_uses_of_the_word(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - [ ] Decide which store
        - [ ] `Decide: x`
        - [ ] `auth` Decide: later in the line
        - [ ] We decide: later
        - [ ] A line that goes on with
          Decide: in its second line
        <!-- Decide: x -->
        ```
        Decide: x
        ```
    """)  # fmt: skip
