"""What sections are made of before they have a form: entries, and blocks of code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .reading import CodeBlock

MOST_LINES = 60


class Entry(NamedTuple):
    """One item of a list, or the text of a line."""

    text: str
    ticked: bool = False
    notes: tuple[str, ...] = ()


def entries_of(texts: Iterable[str], most: int = 100) -> list[Entry]:
    """Entries with nothing but a text, each text once, and at most so many."""
    return [Entry(text) for text in list(dict.fromkeys(texts))[:most]]


def fenced(blocks: Sequence[CodeBlock]) -> tuple[str, ...]:
    """The blocks as fences that their content can't close, with a blank line between them."""
    lines: list[str] = []
    for block in blocks:
        body = [_clean(line) for line in block.lines[:MOST_LINES]]
        runs = [len(run) for line in body for run in re.findall(r"`{3,}", line)]
        fence = "`" * (max(runs, default=2) + 1)
        language = re.sub(r"[^\w+#.-]", "", block.language) or "text"
        lines += [*([""] if lines else []), f"{fence}{language}", *body, fence]
    return tuple(lines)


def _clean(line: str) -> str:
    kept = "".join(
        char for char in line if char == "\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
    )
    return kept.rstrip()
