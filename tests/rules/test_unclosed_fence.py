"""The rule unclosed-fence: where it opens, and where its fix closes it."""

from __future__ import annotations

import pytest

RULE = "unclosed-fence"


def test_a_fence_closes_before_the_next_task(fix):
    fix(
        only=RULE,
        title="Close the fence before “Task 2: Ship”",
        before="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
            ```python
            ^^^^^^^^^ error[unclosed-fence]: This fence never closes; write “```” below the code
            # Task 9: a comment of the code
            run()

            ---

            ## Task 2: Ship
            Text.
        """,
        after="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
            ```python
            # Task 9: a comment of the code
            run()
            ```

            ---

            ## Task 2: Ship
            Text.
        """,
    )


def test_without_a_next_task_it_closes_at_the_end(fix):
    fix(
        only=RULE,
        title="Close the fence before the end of the plan",
        before="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
              ~~~~ text
              ^^^^^^^^^ error[unclosed-fence]: This fence never closes; write “~~~~” below the code
            ## No task
            ~~~


        """,
        after="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
              ~~~~ text
            ## No task
            ~~~
              ~~~~


        """,
    )


def test_a_fence_without_code_closes_at_once(fix):
    fix(
        only=RULE,
        before="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
            ```""",
        after="""
            ## Task 1: Build
            ### Implementation Steps
            #### Step 1: Start
            ```
            ```""",
    )


@pytest.mark.parametrize(
    ("marker", "indent"),
    [("- ", "  "), ("1. ", "   "), ("> ", "> "), ("> - ", ">   "), ("- > ", "  > ")],
)
def test_a_fence_in_a_list_or_quote_closes_inside_it(fix, marker, indent):
    head = "## Task 1: Build\n### Implementation Steps\n#### Step 1: Start\n"
    fix(
        only=RULE,
        before=f"{head}{marker}```sh\n{indent}make\n\nText.\n",
        after=f"{head}{marker}```sh\n{indent}make\n{indent}```\n\nText.\n",
    )


def test_a_nested_task_ends_the_code(fix):
    fix(
        only=RULE,
        before="""
            # Task 1: Build
            ## Implementation Steps
            ### Step 1: Start
            ```sh
            make

            # Task 2: Ship
        """,
        after="""
            # Task 1: Build
            ## Implementation Steps
            ### Step 1: Start
            ```sh
            make
            ```

            # Task 2: Ship
        """,
    )


def test_closed_fences_and_other_people_s_text_are_free(check):
    check(only=RULE, text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        ````markdown
        ```python
        run()
        ```
        ````
        - ~~~
          make
          ~~~

        ## Task 2: Coarse
        ```
    """)  # fmt: skip
