"""Insertions at the very end are made where every editor has a line."""

from __future__ import annotations

import pytest

from plansmith.lsp.edits import above_the_end
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits, insertion
from tests.markers import built_in_format


@pytest.mark.parametrize("text", ["a\n", "a\n\n", "a\r\nb\r\n", "a\rb\r", "\n"])
def test_nothing_is_inserted_in_the_empty_line_after_the_last(text):
    document = Document(text, built_in_format())
    last, end = len(document.lines) - 1, document.ends[0]
    edits = [insertion(0, 0, "x"), insertion(last, 0, f"{end}new{end}")]
    moved = above_the_end(document, edits)
    assert moved[0] == edits[0]
    assert moved[1].span.line == last - 1
    assert apply_edits(text, moved) == apply_edits(text, edits)


@pytest.mark.parametrize("text", ["", "a", "a\nb"])
def test_a_text_without_an_end_stays_as_it_is(text):
    document = Document(text, built_in_format())
    last = len(document.lines) - 1
    edits = [insertion(last, len(document.lines[last]), "\nnew\n"), insertion(last, 0, "new\n")]
    assert above_the_end(document, edits) == edits
