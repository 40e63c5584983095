"""What a selection grows to: each stretch lies within the next, up to the whole document."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.selection import enclosing
from plansmith.plan.text import Span
from tests.markers import built_in_format, read_cursor
from tests.plan.texts import each_corpus_text, plans

TEXT = """
    # Shop

    ## Phase 1

    ### Task 1: Build

    #### Implementation Steps

    ##### Step 1: 导入 🚀

    **Actions**:

    - [ ] One
    - [ ] 写 🚀 `src/a$0.py` now
      - and more

    **Validation**:

    - [ ] Run it

    ### Task 2: Ship

    ## Phase 2

    Words.
"""


def grown(text: str) -> list[str]:
    plain, line, column = read_cursor(text)
    document = Document(plain, built_in_format())
    return [_text(document, span) for span in enclosing(document, line, column)]


def _text(document: Document, span: Span) -> str:
    if span.line == span.end_line:
        return document.lines[span.line][span.start : span.end]
    lines = document.lines[span.line : span.end_line + 1]
    return "\n".join([lines[0][span.start :], *lines[1:-1], lines[-1][: span.end]])


def ends(text: str) -> str:
    lines = text.split("\n")
    return text if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"


def test_a_selection_grows_from_the_word_to_the_document():
    assert [ends(text) for text in grown(TEXT)] == [
        "a",
        "src/a.py",
        "`src/a.py`",
        "写 🚀 `src/a.py` now",
        "- [ ] 写 🚀 `src/a.py` now",
        "- [ ] 写 🚀 `src/a.py` now …   - and more",
        "- [ ] One …   - and more",
        "**Actions**: …   - and more",
        "##### Step 1: 导入 🚀 … - [ ] Run it",
        "#### Implementation Steps … - [ ] Run it",
        "### Task 1: Build … - [ ] Run it",
        "## Phase 1 … ### Task 2: Ship",
        "# Shop … Words.",
        "# Shop … ",
    ]


@pytest.mark.parametrize(
    ("cursor", "expected"),
    [
        ("## Task $01: Build", ["1", "Task 1: Build", "## Task 1: Build"]),
        ("## Task 1: Bu$0ild", ["Build", "Task 1: Build", "## Task 1: Build"]),
        ("## Task 1: A\n\n```py\nx = 1$0\ny\n```\n", ["1", "x = 1", "x = 1\ny", "```py\nx = 1\ny\n```"]),
        ("Some $0words\nmore\n\n## Task 1: A", ["words", "Some words", "Some words\nmore"]),
    ],
    ids=["id", "name", "fence", "gap"],
)
def test_a_selection_grows_from(cursor, expected):
    assert grown(cursor)[: len(expected)] == expected


@given(plans, st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 80)), min_size=3, max_size=8))
def test_each_selection_lies_within_the_next(text, places):
    _check(text, places)


@each_corpus_text
def test_selections_of_the_corpus_lie_within_the_next(text):
    _check(text, [(line, line % 50) for line in range(0, 2_000, 7)])


def _check(text: str, places: list[tuple[int, int]]) -> None:
    document = Document(text, built_in_format())
    last = len(document.lines) - 1
    for line, column in places:
        spans = enclosing(document, line, column)
        for inner, outer in pairwise(spans):
            assert inner != outer
            assert outer[:2] <= inner[:2]
            assert inner[2:] <= outer[2:]
        if text:
            assert spans[-1] == Span(0, 0, last, len(document.lines[last]))
