r"""Text is lines: they end at `\n`, `\r\n` and `\r`, and nowhere else (`str.splitlines` knows eight more)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

# Makes a tuple of a class from all of its values, in half the time of the class; for records that are many.
new: Final = tuple.__new__
_END: Final = re.compile(r"\r\n|\n|\r")
# All control characters but tabs and `\n`, and those that turn the direction of what follows.
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Span(NamedTuple):
    """A stretch of text: lines and code-point columns, both zero-based, the end exclusive."""

    line: int
    start: int
    end_line: int
    end: int

    def shifted(self, lines: int) -> Span:
        """The same stretch, `lines` lines further down."""
        return Span(self.line + lines, self.start, self.end_line + lines, self.end)


class Edit(NamedTuple):
    """Replace `span` by `text`; an insertion has an empty span, a deletion an empty text."""

    span: Span
    text: str


def on_line(line: int, start: int, end: int) -> Span:
    """The span of columns `start` to `end` (exclusive) of one line."""
    return new(Span, (line, start, line, end))


def insertion(line: int, column: int, text: str) -> Edit:
    """The edit that puts `text` at a place and removes nothing."""
    return new(Edit, (on_line(line, column, column), text))


def split_lines(text: str) -> tuple[list[str], list[str]]:
    """Split a text into its lines and their ends; the last line's end is the empty string.

    There is always one line more than there are line ends, as in the Language Server Protocol.
    """
    if "\r" not in text:
        lines = text.split("\n")
        ends = ["\n"] * len(lines)
        ends[-1] = ""
        return lines, ends
    ends = [*_END.findall(text), ""]
    return _END.split(text), ends


def join_lines(lines: Sequence[str], ends: Sequence[str]) -> str:
    """The text that `split_lines` was given."""
    parts = [""] * (2 * len(lines))
    parts[::2] = lines
    parts[1::2] = ends
    return "".join(parts)


def dominant_end(ends: Iterable[str]) -> str:
    r"""The line end that most lines have; `\n` where there is none."""
    counts: dict[str, int] = {}
    for end in ends:
        if end:
            counts[end] = counts.get(end, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else "\n"


def clamp(lines: Sequence[str], line: int, column: int) -> tuple[int, int]:
    """The nearest place that exists: past a line's end means its end, past the last line the end of the text."""
    if line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    if line < 0:
        return 0, 0
    return line, min(max(column, 0), len(lines[line]))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; their spans speak of the text before, and must not overlap.

    The line after the last one means the end of the text.
    Insertions at one place are put in the order given.
    """
    lines, ends = split_lines(text)
    starts = _offsets(lines, ends)
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        span = edit.span
        start = starts[span.line] + span.start
        if start < done:
            raise ValueError(f"edits overlap at line {span.line}, column {span.start}")
        pieces.append(text[done:start])
        pieces.append(edit.text)
        done = starts[span.end_line] + span.end
    pieces.append(text[done:])
    return "".join(pieces)


def fitted(edit: Edit, lines: Sequence[str], ends: Sequence[str], end: str) -> Edit:
    r"""The edit of a text of these lines with `end` for each of its line breaks, which are `\n`.

    A `\r` right before a `\n` is one line end, whoever wrote which: what would join two keeps them apart.
    """
    span, text = edit
    if end != "\n":
        text = text.replace("\n", end)
    line, column = clamp(lines, span.line, span.start)
    last, last_column = clamp(lines, span.end_line, span.end)
    after_return = not column and line > 0 and ends[line - 1] == "\r"
    before_feed = last_column == len(lines[last]) and ends[last] == "\n"
    if after_return and (text.startswith("\n") or (before_feed and not text and span[:2] != span[2:])):
        text = f"\r{text}"
    elif before_feed and text.endswith("\r"):
        text += "\n"
    return edit if text == edit.text else Edit(span, text)


def overlap(one: Span, other: Span) -> bool:
    """Whether two edits of these spans would disturb each other; two insertions at one place do."""
    if one == other:
        return True
    return one[:2] < other[2:] and other[:2] < one[2:]


def moved(line: int, edit: Edit) -> int | None:
    """Where a line stands after an edit; None if the edit took the whole line away."""
    span = edit.span
    added = split_lines(edit.text)[0]
    shift = len(added) - 1 - (span.end_line - span.line)
    if (span.line, span.start) > (line, 0) or (span.line == line and span.line == span.end_line and span.start):
        return line
    if (span.end_line, span.end) <= (line, 0):
        # Text that ends in a line break before the line pushes it down.
        return line + shift
    if span.end_line > line:
        return None
    return line + shift


def _offsets(lines: Sequence[str], ends: Sequence[str]) -> list[int]:
    starts = []
    offset = 0
    for line, end in zip(lines, ends, strict=True):
        starts.append(offset)
        offset += len(line) + len(end)
    starts.append(offset)
    return starts


def visible(text: str) -> str:
    """The text without what could steer a terminal, or have it read otherwise than it stands."""
    return _STEERING.sub("", text)
