"""Leaf blocks told from the scanner's tokens: headings, fences, and where a block ends."""

from __future__ import annotations

from collections.abc import Sequence

from .scanner import BLANK, BREAK, FENCE_BODY, FENCE_CLOSE, FENCE_OPEN, HEADING, HTML, MORE, TEXT, Token
from .tree import Fence, Heading


def atx_heading(line: str, number: int, token: Token) -> Heading:
    """The heading of a line that starts with `#`."""
    column = token[1]
    return Heading(number, number + 1, token[2], heading_text(line, column), column)


def heading_text(line: str, column: int) -> str:
    """The text of a heading from a column of its line on, without the signs that may close it."""
    text = line[column:].rstrip()
    opened = text.rstrip("#")
    return opened.rstrip() if not opened or opened[-1] in " \t" else text


def setext_heading(lines: Sequence[str], tokens: Sequence[Token], underline: int) -> Heading:
    """The heading whose underline stands at `underline`; its text is that paragraph's."""
    first = underline - 1
    while first > 0 and tokens[first][0] == MORE:
        first -= 1
    column = tokens[first][1]
    text = " ".join(line.strip() for line in lines[first:underline])
    return Heading(first, underline + 1, tokens[underline][2], text, column)


def is_wrapped(heading: Heading) -> bool:
    """Whether the text of a setext heading goes over several lines: a title stands on one, and so do its places."""
    return heading.end - heading.line > 2


def block_end(tokens: Sequence[Token], start: int, end: int, below: tuple[int, int] = (-1, -1)) -> int:
    """The first line after the block that starts at `start`; `below` is a part of a block whose end is known."""
    kind, _, _, opened, state = tokens[start]
    line = start + 1
    if opened or state.containers:
        # A list or a quote goes on as long as its container is open.
        stop = line
        while line < end and (tokens[line][4].containers or tokens[line][3]):
            if line == below[0]:
                return below[1]
            if tokens[line][0] != BLANK:
                stop = line + 1
            line += 1
        return stop
    go_on = {
        TEXT: (MORE,),
        FENCE_OPEN: (FENCE_BODY, FENCE_CLOSE),
        HTML: (HTML,),
    }.get(kind, (kind,) if kind not in (HEADING, BREAK) else ())
    while line < end and tokens[line][0] in go_on and not tokens[line][3]:
        if line == below[0]:
            return below[1]
        line += 1
        if tokens[line - 1][0] == FENCE_CLOSE:
            break
    return line


def find_fences(lines: Sequence[str], tokens: Sequence[Token]) -> tuple[tuple[Fence, ...], dict[int, Fence]]:
    """All fenced code blocks, and the same by the line they open in."""
    found: dict[int, Fence] = {}
    count = len(tokens)
    for first in [number for number, token in enumerate(tokens) if token[0] == FENCE_OPEN]:
        _, column, length, _, state = tokens[first]
        number = first + 1
        while number < count and tokens[number][0] == FENCE_BODY:
            number += 1
        close = number if number < count and tokens[number][0] == FENCE_CLOSE else None
        if close is not None:
            number += 1
        end = number
        while close is None and end > first + 1 and tokens[end - 1][0] == BLANK:
            end -= 1
        info = lines[first][column + length :].strip()
        found[first] = Fence(first, column, info, close, end, len(state.containers))
    return tuple(found.values()), found
