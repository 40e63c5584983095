"""TOML as a table, and what is wrong with its syntax as a place and words: any text is read."""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

from plansmith.plan.text import Span, split_lines

_TOO_DEEP = "This is nested too deeply, so nothing in this file is in force"
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
# The parser of the standard library takes quadratic time for a key of many parts.
_ENDLESS_KEY = re.compile(r"(?:[\w\"'-]+[ \t]*\.[ \t]*){100}")


class SyntaxMistake(NamedTuple):
    """Why a text is no TOML; the span is empty only where the text is."""

    span: Span
    message: str


def parse_toml(text: str) -> tuple[dict[str, Any], SyntaxMistake | None]:
    """The table of a text; an empty one and the mistake where it is no TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        # Only there on 3.10, while types are checked for 3.10 on any version.
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

    endless = _ENDLESS_KEY.search(text)
    if endless is not None:
        return {}, SyntaxMistake(_line_of(text, endless.start()), _TOO_DEEP)
    try:
        return tomllib.loads(text), None
    except RecursionError:
        return {}, SyntaxMistake(_line_of(text, len(text)), _TOO_DEEP)
    except ValueError as error:
        return {}, _mistake(text, str(error))


def _mistake(text: str, message: str) -> SyntaxMistake:
    from plansmith.workspace.manifest import printable

    place = _PLACE.search(message)
    reason = printable(message[: place.start()] if place else message)
    offset = len(text)
    if place is not None and place[1]:
        # Its lines end at `\n` only, and its columns don't count the `\r` before it.
        start = 0
        for _ in range(int(place[1]) - 1):
            start = text.find("\n", start) + 1
        offset = min(start + int(place[2]) - 1, len(text))
    words = f"{reason[:1].lower()}{reason[1:]}"
    return SyntaxMistake(_line_of(text, offset), f"No valid TOML, so nothing in this file is in force: {words}")


def _line_of(text: str, offset: int) -> Span:
    """From a place to the end of its line; the whole line, or the last one with text, where nothing follows."""
    from plansmith.workspace.toml_keys import span_of

    lines, _ = split_lines(text)
    line, column, _, _ = span_of(text, offset, offset)
    while line and not lines[line].strip():
        line -= 1
        column = len(lines[line])
    stripped = lines[line].rstrip()
    if column >= len(stripped):
        column = len(stripped) - len(stripped.lstrip())
    return Span(line, column, line, len(stripped))
