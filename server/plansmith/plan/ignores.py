"""Ignore comments: which rules they name, and which lines they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .leaves import block_end
from .scanner import BLANK, HTML, Token
from .text import Span, on_line
from .tree import Heading, Ignore, Section

COMMENT = 2  # CommonMark's kind of HTML block
IGNORE = re.compile(r"<!--\s*plansmith:\s*ignore\s(?P<names>[^>]*?)-->\s*$")
_NAME = re.compile(r"[^\s,]+")


def gap_ignores(lines: Sequence[str], tokens: Sequence[Token]) -> tuple[Ignore, ...]:
    """The ignore comments of lines that belong to no task; those at their end speak of the task that follows."""
    found: list[Ignore] = []
    for number, token in enumerate(tokens):
        if token[0] == HTML and token[2] == COMMENT:
            match = IGNORE.match(lines[number], token[1])
            if match:
                names, spans = _names(number, match)
                rest = tokens[number + 1 :]
                last = all(t[0] == BLANK or IGNORE.match(lines[number + 1 + n].lstrip()) for n, t in enumerate(rest))
                start = -1 if last else number + 1
                found.append(Ignore(number, names, spans, start, -1 if last else number + 1))
    return tuple(found)


def covered(
    number: int,
    match: re.Match[str],
    lines: Sequence[str],
    tokens: Sequence[Token],
    sections: Sequence[Section],
    headings: Sequence[Heading],
    end: int,
) -> Ignore:
    """An ignore comment with the lines that it covers: the next block, or the whole of a section."""
    names, spans = _names(number, match)
    start = number + 1
    while start < end and (tokens[start][0] == BLANK or IGNORE.match(lines[start].lstrip())):
        start += 1
    if start >= end:
        return Ignore(number, names, spans, -1, -1)
    stop = block_end(tokens, start, end)
    for section in sections:
        if section.line == start:
            stop = max(stop, section.end)
    for heading in headings[1:]:
        if heading.line == start:
            after = (h.line for h in headings if h.line > start and h.level <= heading.level)
            stop = max(stop, next(after, end))
    return Ignore(number, names, spans, start, stop)


def _names(number: int, match: re.Match[str]) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    start = match.start("names")
    words = list(_NAME.finditer(match["names"]))
    return tuple(word[0] for word in words), tuple(
        on_line(number, start + word.start(), start + word.end()) for word in words
    )
