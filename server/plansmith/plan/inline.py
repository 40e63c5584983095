"""What stands inside a paragraph: code spans and comments, found in one pass over text of any length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_TICKS: Final = re.compile(r"`+")
_HIDING: Final = re.compile(r"`+|<!--")


class CodeSpan(NamedTuple):
    """A code span by its offsets: the whole of it, and the code between its backticks; -1 for a comment's code."""

    start: int
    end: int
    code_start: int
    code_end: int


def code_spans(text: str, start: int = 0) -> list[CodeSpan]:
    """The code spans of a paragraph's text from an offset on, as CommonMark pairs runs of backticks.

    A backslash before a run makes its first backtick a plain sign.
    """
    return _hidden(text, start, _TICKS) if "`" in text else []


def without_code(text: str) -> str:
    """The text with its code spans blanked out; lines and columns stay."""
    return _blanked(text, _hidden(text, 0, _TICKS)) if "`" in text else text


def without_comments(text: str) -> str:
    """The text with its comments blanked out, but not what looks like one in code; lines and columns stay."""
    if "<!--" not in text:
        return text
    return _blanked(text, [span for span in _hidden(text, 0, _HIDING) if span.code_start < 0])


def without_code_and_comments(text: str) -> str:
    """The text with its code spans and comments blanked out; lines and columns stay."""
    return _blanked(text, _hidden(text, 0, _HIDING)) if "`" in text or "<!--" in text else text


def _blanked(text: str, spans: Iterable[CodeSpan]) -> str:
    pieces = []
    done = 0
    for span in spans:
        pieces.append(text[done : span.start])
        pieces.append("\n".join(" " * len(line) for line in text[span.start : span.end].split("\n")))
        done = span.end
    pieces.append(text[done:])
    return "".join(pieces)


def _hidden(text: str, start: int, pattern: re.Pattern[str]) -> list[CodeSpan]:
    """Code spans, and comments with offsets of -1 for code, in the order of the text."""
    # The last run of each length tells whether a search for a closing run is worth it at all.
    last = {len(run[0]): run.start() for run in _TICKS.finditer(text, start)}
    found: list[CodeSpan] = []
    place = start
    while True:
        opening = pattern.search(text, place)
        if opening is None:
            return found
        place = opening.end()
        if opening[0] == "<!--":
            close = text.find("-->", place)
            if close < 0:
                pattern = _TICKS  # nor will any later comment close
            else:
                place = close + 3
                found.append(CodeSpan(opening.start(), place, -1, -1))
            continue
        first = opening.start() + _is_escaped(text, opening.start())
        length = place - first
        if last.get(length, -1) < place:
            continue
        for closing in _TICKS.finditer(text, place):
            if len(closing[0]) == length:
                found.append(CodeSpan(first, closing.end(), place, closing.start()))
                place = closing.end()
                break


def _is_escaped(text: str, place: int) -> bool:
    before = place
    while before and text[before - 1] == "\\":
        before -= 1
    return (place - before) % 2 == 1
