"""What can be folded: tasks, sections, steps, other headings, fences, comments, and list items of several lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from .outline import Entry, outline
from .scanner import FRONT, HTML
from .tree import Task, Unit

REGION: Final = ""  # no kind of its own
COMMENT: Final = "comment"

_HTML_COMMENT: Final = 2


class Fold(NamedTuple):
    """Lines of a unit that fold into the first of them."""

    line: int
    last: int  # the last line that is hidden
    kind: str
    depth: int  # in how many other folds of its unit it lies


class Folds(NamedTuple):
    """The folds of a unit: those of its headings that other units may lie in, and all that lie inside of it."""

    heads: tuple[Entry, ...]
    inner: tuple[Fold, ...]  # in the order of the text, the outer before the inner; no two start in one line


def find_folds(unit: Unit) -> Folds:
    """The folds of a unit; lines are relative to its first one."""
    heads = outline(unit)
    found: dict[int, tuple[int, str]] = {}
    taken = {entry.start[0] for entry in heads}

    def add(line: int, end: int, kind: str) -> None:
        last = end - 1
        if last > line and line not in taken and found.get(line, (-1, ""))[0] < last:
            found[line] = (last, kind)

    for head in heads:
        for entry in _below(head):
            add(entry.start[0], entry.end, REGION)
    for fence in unit.fences:
        add(fence.line, fence.end, REGION)
    _add_blocks(unit, add)
    if isinstance(unit, Task):
        for item in unit.all_items():
            add(item.line, item.end, REGION)
    return Folds(heads, _nested(found))


def _below(entry: Entry) -> list[Entry]:
    found = list(entry.children)
    for child in found:
        found += child.children
    return found


def _add_blocks(unit: Unit, add: Callable[[int, int, str], None]) -> None:
    """The front matter, and comments of several lines."""
    tokens = unit.tokens
    number, count = 0, len(tokens)
    while number < count:
        kind, _, extra, _, _ = tokens[number]
        start = number
        number += 1
        if kind == FRONT:
            while number < count and tokens[number][0] == FRONT:
                number += 1
            add(start, number, REGION)
        elif kind == HTML and extra == _HTML_COMMENT:
            # A comment that ends leaves the scanner outside of it; the next one is a block of its own.
            while number < count and tokens[number][0] == HTML and tokens[number - 1][4].leaf[0] == "html":
                number += 1
            add(start, number, COMMENT)


def _nested(found: dict[int, tuple[int, str]]) -> tuple[Fold, ...]:
    folds: list[Fold] = []
    ends: list[int] = []  # of the folds that are open
    for line in sorted(found):
        last, kind = found[line]
        while ends and ends[-1] < line:
            ends.pop()
        if ends:
            last = min(last, ends[-1])
        folds.append(Fold(line, last, kind, len(ends)))
        ends.append(last)
    return tuple(folds)
