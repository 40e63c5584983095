"""The addresses of a text that stand bare or between angle brackets, outside code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from .inline import code_spans
from .scanner import CODE_KINDS
from .text import Span, on_line
from .tree import Task, Unit

_URL: Final = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^，。、；：）】》]+", re.I)
_PUNCTUATION: Final = ".,;:!?*_~"


class Address(NamedTuple):
    """An address and its place in its unit."""

    url: str
    span: Span


def find_urls(unit: Unit) -> Sequence[Address]:
    """The addresses of a unit, in the order of the text; kept with a task."""
    if not isinstance(unit, Task):
        return list(_find(unit))
    known: tuple[Address, ...] | None = unit.memo.get("urls")
    if known is None:
        known = unit.memo["urls"] = tuple(_find(unit))
    return known


def _find(unit: Unit) -> Iterator[Address]:
    for number, line in enumerate(unit.lines):
        if "://" not in line or unit.tokens[number][0] in CODE_KINDS:
            continue
        codes = code_spans(line)
        for match in _URL.finditer(line):
            start = match.start()
            if line[max(0, start - 2) : start] == "](" or any(code.start < start < code.end for code in codes):
                continue  # a link with words, which editors follow by themselves, or code
            url = _trimmed(match[0])
            if len(url) > len("https://"):
                yield Address(url, on_line(number, start, start + len(url)))


def _trimmed(url: str) -> str:
    """The address without the signs of the sentence that it stands in."""
    while url:
        if url[-1] in _PUNCTUATION or (url[-1] == ")" and url.count(")") > url.count("(")):
            url = url[:-1]
        else:
            break
    return url
