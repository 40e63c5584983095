"""Ignore comments: what they cover, and the ones that silence nothing."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span, apply_edits
from plansmith.rules.runner import Analysis, Checker
from tests.markers import built_in_format, find

LISTS = ("plain-list", "unused-ignore")
HEAD = """
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
"""


def test_a_comment_covers_the_next_block(check):
    check(only=LISTS, text=HEAD + """
        **Actions**:

        <!-- plansmith: ignore plain-list -->

        - Create `a.py`

          more of it

        - Create `b.py`

        Then:

        - Create `c.py`
          ^^^^^^^^^^^^^ warning[plain-list]
    """)  # fmt: skip


def test_before_a_label_it_covers_the_whole_section(check):
    check(only=LISTS, text=HEAD + """
        <!-- plansmith: ignore plain-list -->
        **Actions**:

        - Create `a.py`

        Then:

        - Create `b.py`

        **Validation**:

        - Run `make`
          ^^^^^^^^^^ warning[plain-list]
    """)  # fmt: skip


def test_before_a_heading_it_covers_all_below_it(check):
    check(only=LISTS, text="""
        ## Task 1: Build
        <!-- plansmith: ignore plain-list -->
        ### Implementation Steps
        #### Step 1: Start
        **Actions**:
        - Create `a.py`
        #### Step 2: Go on
        **Actions**:
        - Create `b.py`
        ### Success Criteria
        - `make` passes
          ^^^^^^^^^^^^^ warning[plain-list]
    """)  # fmt: skip


def test_before_a_heading_of_the_authors_it_covers_what_is_below_that(check):
    check(only=("unclosed-fence", "unused-ignore"), text="""
        ## Task 1: Build
        ### Implementation Steps
        #### Step 1: Start
        <!-- plansmith: ignore unclosed-fence -->
        ##### Notes
        Mine.

        - ```
        ##### More
        - ```
          ^^^ error[unclosed-fence]
    """)  # fmt: skip


@pytest.mark.parametrize("blank", ["", "\n"], ids=["directly", "a blank line"])
def test_before_a_task_it_covers_that_task(check, blank):
    plan = "### Implementation Steps\n#### Step 1: A\n**Actions**:\n- b\n"
    mark = "  ^ warning[plain-list]\n"
    comment = f"<!-- plansmith: ignore plain-list -->\n{blank}"
    check(only=LISTS, text=f"# Group\n{comment}## Task 1: A\n{plan}## Task 2: B\n{plan}{mark}")
    check(only=LISTS, text=f"## Task 1: A\n{plan}{mark}\n{comment}## Task 2: B\n{plan}## Task 3: C\n{plan}{mark}")


def test_several_comments_cover_the_same_block(check):
    check(only=LISTS, text=HEAD + """
        **Actions**:

        <!-- plansmith: ignore plain-list -->
        <!-- plansmith: ignore unused-ignore -->
                               ^^^^^^^^^^^^^ hint[unused-ignore]: “unused-ignore” is silenced here, but finds nothing; delete it

        - Create `a.py`
    """)  # fmt: skip


def test_findings_about_tasks_are_covered_too(check):
    check(only=("duplicate-task", "unused-ignore"), text="""
        ---
        plansmith: true
        ---
        ## Task 1: Build

        <!-- plansmith: ignore duplicate-task -->

        ## Task 1: Ship
        ## Task 1: Tell
           ^^^^^^ warning[duplicate-task]
    """)  # fmt: skip


def test_each_name_is_asked_for_itself(check):
    check(only=LISTS, text=HEAD + """
        **Actions**:

        <!-- plansmith: ignore no-such-rule plain-list,plain-lists -->
                               ^^^^^^^^^^^^ hint[unused-ignore]: There is no rule “no-such-rule”; delete it
                                                       ^^^^^^^^^^^ hint[unused-ignore]: There is no rule “plain-lists”; delete it
        - Create `a.py`
    """)  # fmt: skip


def test_a_rule_that_is_switched_off_is_not_judged(check):
    check(only="unused-ignore", text=HEAD + """
        <!-- plansmith: ignore plain-list -->
        **Actions**: a
    """)  # fmt: skip


def test_a_comment_that_covers_nothing_is_idle(check):
    check(only=LISTS, text=HEAD + """
        **Actions**: a

        <!-- plansmith: ignore plain-list -->
                               ^^^^^^^^^^ hint[unused-ignore]
    """)  # fmt: skip


def test_a_comment_without_a_name_says_nothing(check):
    check(only="unused-ignore", text=HEAD + """
        <!-- plansmith: ignore -->
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[unused-ignore]: Name the rules to silence here, or delete the comment
        **Actions**: a
    """)  # fmt: skip


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- plansmith: ignored plain-lists -->",
        "<!-- ignore plain-lists -->",
        "`<!-- plansmith: ignore plain-lists -->`",
        "    <!-- plansmith: ignore plain-lists -->",
        "```\n<!-- plansmith: ignore plain-lists -->\n```",
        "<!-- a longer comment\n<!-- plansmith: ignore plain-lists -->",
        "<!-- plansmith: ignore plain-lists --> and words",
    ],
)
def test_what_is_no_ignore_comment(check, comment):
    check(
        only="unused-ignore",
        text=f"## Task 1: A\n### Implementation Steps\n#### Step 1: B\n\n{comment}\n\n**Actions**: a\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\n\n<!-- plansmith: ignore x -->\n\nb\n", "a\n\nb\n"),
        ("a\n<!-- plansmith: ignore x -->\nb\n", "a\nb\n"),
        ("a\n\n<!-- plansmith: ignore x -->\nb\n", "a\n\nb\n"),
        ("a\n\n<!-- plansmith: ignore x -->", "a\n"),
        ("- <!-- plansmith: ignore x, plain-list -->\n  b\n", "- <!-- plansmith: ignore plain-list -->\n  b\n"),
        ("<!-- plansmith: ignore x, plain-list -->\n- b\n", "<!-- plansmith: ignore plain-list -->\n- b\n"),
        ("<!-- plansmith: ignore plain-list, x -->\n- b\n", "<!-- plansmith: ignore plain-list -->\n- b\n"),
        ("<!-- plansmith: ignore x plain-list y -->\n- b\n", "<!-- plansmith: ignore plain-list -->\n- b\n"),
        ("a\n\n<!-- plansmith: ignore x, y -->\n\nb\n", "a\n\nb\n"),
        ("a\n\n<!-- plansmith: ignore x -->\n## Task 2: C\n", "a\n\n## Task 2: C\n"),
    ],
)
def test_the_fix_deletes_a_name_or_the_comment(fix, before, after):
    plan = "## Task 1: A\n### Implementation Steps\n#### Step 1: B\n**Actions**:\n"
    fix(only="unused-ignore", before=plan + before, after=plan + after)


def test_a_comment_that_begins_a_list_item_stays():
    """Without it the item's line is `- `, which underlines the line above."""
    text = "## Task 1: A\n### Implementation Steps\n#### Step 1: B\n**Actions**:\n- <!-- plansmith: ignore x -->\n  b\n"
    [finding] = find(text, "unused-ignore")
    assert finding.fix is None


def test_a_comment_that_comes_and_goes_above_a_task_is_seen_at_once():
    text = "# Group\n\n\n\n## Task 1: A\n### Implementation Steps\n#### Step 1: B\n**Actions**:\n- b\n"
    comment = Edit(Span(2, 0, 2, 0), "<!-- plansmith: ignore plain-list -->")
    document = Document(text, built_in_format())
    analysis = Analysis(document, Checker(document.format))
    assert "plain-list" in {finding.rule for finding in analysis.report().findings}
    analysis.update(document.edit(comment))
    found = analysis.report().findings
    assert "plain-list" not in {finding.rule for finding in found}
    assert len(found) == len(find(apply_edits(text, [comment])))
    analysis.update(document.edit(Edit(Span(2, 0, 2, 38), "")))
    assert "plain-list" in {finding.rule for finding in analysis.report().findings}
