r"""Text as lines: they end at `\n`, `\r\n` and `\r`; edits apply together."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from plansmith.plan.text import (
    Edit,
    Span,
    apply_edits,
    clamp,
    dominant_end,
    fitted,
    insertion,
    join_lines,
    on_line,
    overlap,
    split_lines,
)


@pytest.mark.parametrize(
    ("text", "lines", "ends"),
    [
        ("", [""], [""]),
        ("a", ["a"], [""]),
        ("a\n", ["a", ""], ["\n", ""]),
        ("a\r\nb", ["a", "b"], ["\r\n", ""]),
        ("a\rb\n", ["a", "b", ""], ["\r", "\n", ""]),
        ("\r\r\n\n\r", ["", "", "", "", ""], ["\r", "\r\n", "\n", "\r", ""]),
        ("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei", ["a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei"], [""]),
    ],
)
def test_lines_and_their_ends(text, lines, ends):
    assert split_lines(text) == (lines, ends)


_texts = st.lists(
    st.sampled_from(["a", "b😀", "\n", "\r", "\r\n", "\u2028", " "]) | st.text(max_size=3), max_size=12
).map("".join)


@given(_texts)
def test_lines_and_ends_make_the_text_again(text):
    lines, ends = split_lines(text)
    assert join_lines(lines, ends) == text
    assert not any("\n" in line or "\r" in line for line in lines)
    assert ends[-1] == ""
    assert set(ends[:-1]) <= {"\n", "\r\n", "\r"}


@pytest.mark.parametrize(
    ("ends", "most"),
    [([""], "\n"), (["\r\n", ""], "\r\n"), (["\n", "\r\n", "\r\n", ""], "\r\n"), (["\r", "\n", ""], "\r"), ([], "\n")],
)
def test_the_line_end_that_most_lines_have(ends, most):
    assert dominant_end(ends) == most


@pytest.mark.parametrize(
    ("place", "nearest"),
    [((0, 0), (0, 0)), ((0, 9), (0, 2)), ((0, -1), (0, 0)), ((1, 1), (1, 1)), ((2, 0), (1, 3)), ((99, 99), (1, 3)), ((-1, 2), (0, 0))],
)  # fmt: skip
def test_the_nearest_place(place, nearest):
    assert clamp(["ab", "cde"], *place) == nearest


def test_edits_apply_together_to_the_text_before():
    text = "one\ntwo\r\nthree"
    edits = [
        Edit(Span(2, 0, 2, 5), "3"),
        insertion(0, 0, "a"),
        insertion(0, 0, "b"),
        Edit(Span(0, 3, 1, 0), " "),
        Edit(on_line(1, 1, 3), ""),
    ]
    assert apply_edits(text, edits) == "abone t\r\n3"
    assert apply_edits(text, []) == text


def test_an_insertion_goes_before_what_is_replaced_there():
    assert apply_edits("one", [Edit(on_line(0, 1, 2), "2"), insertion(0, 1, "1")]) == "o12e"


def test_edits_that_overlap_are_an_error():
    with pytest.raises(ValueError, match="overlap at line 0"):
        apply_edits("one", [Edit(on_line(0, 0, 2), ""), Edit(on_line(0, 1, 3), "")])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (on_line(0, 0, 2), on_line(0, 1, 3), True),
        (on_line(0, 0, 2), on_line(0, 2, 3), False),
        (on_line(0, 2, 2), on_line(0, 2, 2), True),
        (on_line(0, 2, 2), on_line(0, 2, 3), False),
        (on_line(0, 2, 2), on_line(0, 1, 3), True),
        (Span(0, 5, 2, 0), on_line(1, 0, 1), True),
        (Span(0, 5, 1, 0), on_line(1, 0, 1), False),
    ],
)
def test_whether_edits_would_disturb_each_other(one, other, expected):
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected


@given(_texts, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), _texts), max_size=4))
def test_edits_leave_every_other_character(text, drawn):
    # By offsets: apart from each other, in any order.
    cuts = sorted({min(offset, len(text)) for start, end, _ in drawn for offset in (start, end)})
    ranges = [
        (start, end)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if not splits(text, start) and not splits(text, end)
    ]
    lines, ends = split_lines(text)
    edits = [
        Edit(Span(*place(lines, ends, start), *place(lines, ends, end)), new)
        for (start, end), (_, _, new) in zip(ranges, drawn, strict=False)
    ]
    expected, done = "", 0
    for (start, end), edit in zip(ranges, edits, strict=True):
        expected += text[done:start] + edit.text
        done = end
    assert apply_edits(text, edits[::-1]) == expected + text[done:]


def splits(text: str, offset: int) -> bool:
    return text[max(offset - 1, 0) : offset + 1] == "\r\n"


def place(lines: list[str], ends: list[str], offset: int) -> tuple[int, int]:
    for number, (line, end) in enumerate(zip(lines, ends, strict=True)):
        if offset <= len(line):
            return number, offset
        offset -= len(line) + len(end)
    raise AssertionError("behind the text")


_broken = st.lists(st.sampled_from(["a", "\n", "\r", "\r\n"]), max_size=5).map("".join)


@example("a\r\na\r\n", (0, 0), "a\n", "\r\n")
@example("a\rb", (2, 2), "\nc", "\n")
@example("a\rb\n", (2, 3), "", "\n")
@example("a\n\n", (2, 2), "b\n", "\r")
@given(_broken, st.tuples(st.integers(0, 10), st.integers(0, 10)), _broken, st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_fitted_edit_has_the_line_ends_of_the_text_and_joins_no_two(text, offsets, new, most):
    new = "\n".join(split_lines(new)[0])
    lines, ends = split_lines(text)
    start, end = sorted(min(offset, len(text)) for offset in offsets)
    assume(not splits(text, start) and not splits(text, end))
    span = Span(*place(lines, ends, start), *place(lines, ends, end))
    after = apply_edits(text, [fitted(Edit(span, new), lines, ends, most)])
    whole = (lines[span.line][: span.start] + new + lines[span.end_line][span.end :]).split("\n")
    assert split_lines(after)[0] == lines[: span.line] + whole + lines[span.end_line + 1 :]
    if {*ends, most} == {most, ""}:
        assert set(split_lines(after)[1]) <= {most, ""}


def test_a_span_moves_by_lines():
    assert Span(1, 2, 3, 4).shifted(-1) == Span(0, 2, 2, 4)
