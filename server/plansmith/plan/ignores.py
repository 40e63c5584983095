"""Ignore comments: which rules they name, and which lines they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .leaves import block_end
from .scanner import BLANK, HTML, Token
from .text import Span, on_line
from .tree import Heading, Ignore, Section

COMMENT: Final = 2  # CommonMark's kind of HTML block
IGNORE: Final = re.compile(r"<!--\s*plansmith:\s*ignore\s(?P<names>[^>]*?)-->\s*$")
_NAME: Final = re.compile(r"[^\s,]+")


def read_ignore(lines: Sequence[str], tokens: Sequence[Token], number: int) -> re.Match[str] | None:
    """Read a line of a comment as an ignore comment; one that goes on from the line above is none."""
    if number and tokens[number - 1][4].leaf[0] == "html":
        return None
    return IGNORE.match(lines[number], tokens[number][1])


def gap_ignores(lines: Sequence[str], tokens: Sequence[Token]) -> tuple[Ignore, ...]:
    """The ignore comments of lines that belong to no task; those at their end speak of the task that follows."""
    found: list[Ignore] = []
    last = -1
    for number, token in enumerate(tokens):
        if token[0] == HTML and token[2] == COMMENT:
            match = read_ignore(lines, tokens, number)
            if match:
                if not found:
                    last = _last_content(lines, tokens)
                names, spans = _names(number, match)
                start = -1 if number >= last else number + 1
                found.append(
                    Ignore(number, names, spans, start, start, _place(number, match), _whole(lines, number, match))
                )
    return tuple(found)


def covered(
    comments: Sequence[tuple[int, re.Match[str]]],
    lines: Sequence[str],
    tokens: Sequence[Token],
    sections: Iterable[Section],
    headings: Sequence[Heading],
    end: int,
) -> tuple[Ignore, ...]:
    """The ignore comments of a task with the lines that they cover: the next block, or the whole of a section."""
    if not comments:
        return ()
    ends: dict[int, int] = {}
    for section in sections:
        ends[section.line] = max(section.end, ends.get(section.line, 0))
    places = {heading.line: place for place, heading in enumerate(headings) if place}
    found: list[Ignore] = []
    below = (-1, -1)  # the block that the comment below covers: what runs into it ends with it
    starts: dict[int, int] = {}
    for number, match in reversed(comments):
        start = number + 1
        while start < end and (tokens[start][0] == BLANK or IGNORE.match(lines[start].lstrip())):
            start = starts.get(start, start + 1)
        starts[number] = start
        names, spans = _names(number, match)
        if start >= end:
            found.append(Ignore(number, names, spans, -1, -1, _place(number, match), _whole(lines, number, match)))
            continue
        if start != below[0]:
            below = start, block_end(tokens, start, end, below)
        stop = max(below[1], ends.get(start, 0))
        if start in places:
            place = places[start]
            level = headings[place].level
            below_it = range(place + 1, len(headings))
            stop = max(stop, next((headings[later].line for later in below_it if headings[later].level <= level), end))
        found.append(Ignore(number, names, spans, start, stop, _place(number, match), _whole(lines, number, match)))
    return tuple(reversed(found))


def _last_content(lines: Sequence[str], tokens: Sequence[Token]) -> int:
    """The last line that is neither blank nor an ignore comment; -1 without any."""
    number = len(lines) - 1
    while number >= 0 and (tokens[number][0] == BLANK or IGNORE.match(lines[number].lstrip())):
        number -= 1
    return number


def _names(number: int, match: re.Match[str]) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    start = match.start("names")
    words = list(_NAME.finditer(match["names"]))
    return tuple(word[0] for word in words), tuple(
        on_line(number, start + word.start(), start + word.end()) for word in words
    )


def _place(number: int, comment: re.Match[str]) -> Span:
    return on_line(number, comment.start(), comment.start() + len(comment[0].rstrip()))


def _whole(lines: Sequence[str], number: int, comment: re.Match[str]) -> Span | None:
    """What goes when a comment goes: its line, and one of two blank lines around it.

    Of a comment that begins a list item nothing goes: an item without a first line may be no item at all.
    """
    if lines[number][: comment.start()].strip():
        return None
    if number + 1 == len(lines):
        # No line may follow in the document: the line end before goes with it.
        return (
            Span(number - 1, len(lines[number - 1]), number, len(lines[number]))
            if number
            else on_line(0, 0, len(lines[0]))
        )
    around = [*lines[number - 1 : number], *lines[number + 1 : number + 2]]
    # The blank line above: the one below may be the document's last, with no line after it.
    return Span(number - (len(around) == 2 and not any(map(str.strip, around))), 0, number + 1, 0)
