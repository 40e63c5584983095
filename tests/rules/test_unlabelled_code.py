"""The rule unlabelled-code: code examples say their language, other fences need not."""

from __future__ import annotations

RULE = "unlabelled-code"


def test_code_examples_without_a_language(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        ```
        make
        ```
        - **Code Examples**:

          ```
          ^^^ hint[unlabelled-code]: Name the language of this code after the fence
          run()
          ```

          ~~~~
          ^^^^ hint[unlabelled-code]
          ~~~~

          ```python
          run()
          ```

          ``` {.python}
          ```
        **Validation**:
        ```
        pytest
        ```
        #### Step 2: Go on
        **Code Examples**:
        - One:
          ```
          ^^^ hint[unlabelled-code]
    """)  # fmt: skip
