"""The layout of plans: nothing but what it is about changes, and what is laid out stays as it is."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plansmith.plan.document import Document
from plansmith.plan.graph import PROSE
from plansmith.plan.text import apply_edits, split_lines
from plansmith.rules.layout import laid_out
from tests.markers import built_in_format, dedent
from tests.plan.mended import mended
from tests.plan.texts import each_corpus_text, plans, snippets


def layout(text, first=0, last=None):
    document = Document(text, built_in_format())
    return apply_edits(text, laid_out(document, first, last))


PLAN = """
    # Shop
    ##Prose
    ## Task 1: Store 🛒
    **Objective**: Keep 导入.
    **Prerequisites**: None
    ### Implementation Steps
    #### Step 1: Read
    **Actions**:
    - [ ] Read `a.py`
    - [x] b


    - [ ] c


    #### Step 3: Write, as Step 3 says
    ```

    ### Not a heading


    x
    ```
    ### Dependencies Added

    * None

    ### Success Criteria

    1. It works




    ## Task 2: Coarse


    * stays
    """

LAID_OUT = """
    # Shop
    ##Prose
    ## Task 1: Store 🛒

    **Objective**: Keep 导入.
    **Prerequisites**: None

    ### Implementation Steps

    #### Step 1: Read

    **Actions**:

    - [ ] Read `a.py`
    - [x] b

    - [ ] c

    #### Step 2: Write, as Step 2 says

    ```

    ### Not a heading


    x
    ```

    ### Success Criteria

    1. It works

    ### Dependencies Added

    - None

    ## Task 2: Coarse


    * stays
    """


def test_a_plan_is_laid_out_and_all_else_stays():
    assert layout(dedent(PLAN)) == dedent(LAID_OUT)
    assert layout(dedent(LAID_OUT)) == dedent(LAID_OUT)


def test_line_ends_are_the_documents():
    assert layout(dedent(PLAN).replace("\n", "\r\n")) == dedent(LAID_OUT).replace("\n", "\r\n")


def test_a_range_is_laid_out_alone():
    text = dedent(PLAN)
    lines = text.split("\n")
    first, last = lines.index("### Implementation Steps"), lines.index("- [ ] c")
    found = layout(text, first, last)
    before, after = text.split("### Implementation Steps")[0], text.split("- [ ] c\n")[1]
    assert found.startswith(before)
    assert found.endswith(f"- [ ] c\n{after}")
    assert "\n\n### Implementation Steps\n\n#### Step 1: Read\n\n**Actions**:\n\n- [ ] Read" in found
    assert layout(text, 0, 0) == text
    half = "## Task 1: A\n\n### Testing Plan\n\n* a\n* b\n\n### Success Criteria\n\n- a\n- b\n- c\n"
    assert layout(half, 4, 4) == half
    assert layout(half, 4, 5) == layout(half) == half.replace("* ", "- ")
    assert layout(text, 900, 999) == layout(text, 9, 2) == text


@pytest.mark.parametrize(
    "text",
    [
        "    code\n\n\n    goes on",
        "- a\n* b",
        "<div>\n\n\n</div>",
        "<!--\n\n\n-->",
        "> * a\n>\n>\n> * b",
        "text\n\n+ - -",
        "```\n* a\n\n\n* b\n```",
        "text\n**Actions**: x\n**Validation**: y",
        "<!-- plansmith: ignore step-numbering -->\n#### Step 7: x",
    ],
)
def test_what_would_be_another_block_stays(text):
    plan = f"## Task 1: A\n\n### Testing Plan\n\n{text}\n\n### Success Criteria\n\n- [ ] a\n- [ ] b\n- [ ] c\n"
    assert layout(plan) == plan


def test_a_blank_line_that_would_take_a_reference_away_is_not_added():
    plan = "## Task 1: A\n\n### Testing Plan\n\ntext\n\n### Next Steps\n{}Serve\nmore\nand more\n\n## Task: Serve\n"
    assert layout(plan.format("")) == plan.format("")
    assert layout(plan.format("1. ")) == plan.format("\n1. ")


def test_a_document_without_a_plan_stays():
    for text in ("", "* a\n\n\n\n- b\n", "## Task 1: A\n* a\n\n\n\n* b\n"):
        assert layout(text) == text


# Properties

_NUMBER = re.compile(r"(?i)(steps?[ -])[\d, –-]+|\d+")
_LEVEL = re.compile(r"</?h\d>")


def _blocks(text):
    rendered = mended(MarkdownIt("commonmark")).render(text)
    return Counter(_NUMBER.sub("#", _LEVEL.sub("<h>", line)) for line in rendered.split("\n") if line.strip())


def _words(text):
    """The lines that are not blank, levels, numbers and bullets aside."""
    lines = split_lines(text)[0]
    return Counter(
        re.sub(r"^([\s>]*)[-*+](?= |$)", r"\1-", _NUMBER.sub("#", line.strip("# \t"))) for line in lines if line.strip()
    )


def _meaning(text):
    """What each task is, and which tasks it refers to."""
    document = Document(text, built_in_format())
    targets = [[target for target in found if target != PROSE] for found in document.graph.targets]
    return Counter(
        (task.id, task.name, task.done, task.started, task.is_plan, tuple(sorted(found)))
        for task, found in zip(document.tasks, targets, strict=True)
    )


def _check(text):
    after = layout(text)
    assert layout(after) == after
    assert _words(after) == _words(text)
    assert _blocks(after) == _blocks(text)
    assert _meaning(after) == _meaning(text)
    lines = split_lines(text)[0]
    for edit in laid_out(Document(text, built_in_format())):
        old = lines[edit.span.line : edit.span.end_line]
        assert old != split_lines(edit.text)[0][:-1]


_PARTS = [
    "### Implementation Steps\n", "#### Step 1: A\n", "#### Step 3: B\n\n", "### Success Criteria\n", "### Testing Plan\n\n\n",
    "**Actions**:\n", "**Validation**:\n\n\n", "- [ ] a\n", "* [x] b\n", "+ c\n", "  * d\n", "\n", "\n\n", "\n\n\n", "text\n",
    "```\n", "    code\n", "<!-- c -->\n", "> * q\n", "1. n\n", "---\n", "#### Notes\n", "As Step 3\n", "\t- t\n", "<div>\n", "- **Unit Tests**: x\n",
    "### Dependencies Added\n\n* None\n", "##### Testing Plan\n", "## Next Steps\n", "Setext\n---\n",
]  # fmt: skip
_messy = st.builds(
    lambda parts, tail: "## Task 1: A\n" + "".join(parts) + tail,
    st.lists(st.sampled_from(_PARTS), max_size=14),
    st.sampled_from(["", "\n## Task 2: B\n\n* x\n", "### Testing Plan\n### Success Criteria\n- [ ] z"]),
)


@given(_messy | plans | st.lists(snippets, max_size=12).map("".join))
def test_layout_is_lossless_and_idempotent(text):
    _check(text)


@given(_messy, st.integers(0, 20), st.integers(0, 20))
def test_the_layout_of_a_range_changes_nothing_outside_and_is_idempotent(text, first, count):
    document = Document(text, built_in_format())
    for edit in laid_out(document, first, first + count):
        assert first <= edit.span.line
        assert edit.span.end_line - (edit.span.end == 0) <= first + count
    after = layout(text, first, first + count)
    assert _words(after) == _words(text)
    assert _blocks(after) == _blocks(text)


@each_corpus_text
def test_the_corpus_is_laid_out_losslessly(text):
    _check(text)
