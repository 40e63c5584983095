"""What a client says of its typing is never believed blindly: places are clamped, and what is no change is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.lsp.changes import MalformedError, read_changes
from plansmith.lsp.position import Encoding
from plansmith.plan.text import apply_edits, split_lines

TEXT = "ab\nc🚀d\n"


def changed(*numbers: int, text: str = "+", encoding: Encoding = Encoding.UTF16) -> str:
    line, character, end_line, end_character = numbers
    range_ = {"start": {"line": line, "character": character}, "end": {"line": end_line, "character": end_character}}
    params = {"textDocument": {"uri": "untitled:a"}, "contentChanges": [{"range": range_, "text": text}]}
    _, _, [change] = read_changes(params)
    return apply_edits(TEXT, [change.edit(split_lines(TEXT)[0], encoding)])


@pytest.mark.parametrize(
    ("place", "after"),
    [
        ((0, 1, 0, 1), "a+b\nc🚀d\n"),
        ((1, 1, 1, 3), "ab\nc+d\n"),
        ((1, 3, 1, 1), "ab\nc+d\n"),
        ((-5, 1, -5, 1), "+ab\nc🚀d\n"),
        ((-1, 0, 0, 1), "+b\nc🚀d\n"),
        ((1, -5, 1, -5), "ab\n+c🚀d\n"),
        ((1, -5, 1, 1), "ab\n+🚀d\n"),
        ((0, 99, 0, 99), "ab+\nc🚀d\n"),
        ((2, 0, 99, 99), "ab\nc🚀d\n+"),
        ((99, 0, 0, 0), "+"),
        ((0, 0, 10**30, 10**30), "+"),
    ],
)
def test_a_place_outside_the_text_means_the_nearest_one_inside(place, after):
    assert changed(*place) == after


@given(st.tuples(*[st.integers(-3, 6)] * 4), st.sampled_from(Encoding))
def test_any_places_give_a_text(place, encoding):
    after = changed(*place, encoding=encoding)
    assert after.count("+") == 1
    head, tail = after.split("+")
    assert TEXT.startswith(head)
    assert TEXT.endswith(tail)
    assert len(head) + len(tail) <= len(TEXT)
    assert changed(*place[2:], *place[:2], encoding=encoding) == after


def test_without_places_the_whole_text_is_replaced():
    _, version, [change] = read_changes(
        {"textDocument": {"uri": "untitled:a", "version": 3}, "contentChanges": [{"text": "x"}]}
    )
    assert version == 3
    assert apply_edits(TEXT, [change.edit(split_lines(TEXT)[0], Encoding.UTF8)]) == "x"


_PLACE = {"line": 0, "character": 0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"range": 5, "text": ""}, "not subscriptable"),
        ({"range": {}, "text": ""}, "'start' is missing"),
        ({"range": {"start": _PLACE}, "text": ""}, "'end' is missing"),
        ({"range": {"start": {"line": 0}, "end": _PLACE}, "text": ""}, "'character' is missing"),
        ({"range": {"start": {"line": "0", "character": 0}, "end": _PLACE}, "text": ""}, "a line or character is '0'"),
        ({"range": {"start": {"line": 0.5, "character": 0}, "end": _PLACE}, "text": ""}, "a line or character is 0.5"),
        ({"range": {"start": _PLACE, "end": _PLACE}}, "'text' is missing"),
        ({"range": {"start": _PLACE, "end": _PLACE}, "text": 5}, "the text is 5"),
        (None, "not subscriptable"),
        ([], "list indices"),
    ],
)
def test_what_is_no_change_is_refused_by_name(change, message):
    with pytest.raises(MalformedError, match=message):
        read_changes({"textDocument": {"uri": "untitled:a"}, "contentChanges": [{"text": ""}, change]})


@pytest.mark.parametrize(
    "params", [None, [], {}, {"textDocument": 5}, {"textDocument": {"uri": 5}, "contentChanges": []}]
)
def test_what_names_no_document_is_refused(params):
    with pytest.raises(MalformedError):
        read_changes(params)
