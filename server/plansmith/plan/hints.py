"""Hints behind the words: how a task stands that is referred to, and how far a step has come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from .document import Document
from .format import CHECKLIST
from .occurrences import name_behind
from .states import DONE, state_of
from .tree import Section

MOST_HINTS: Final = 2_000


class Hint(NamedTuple):
    """A few words right behind a place; the line is absolute."""

    line: int
    column: int
    text: str


def find_hints(document: Document, first: int, last: int) -> list[Hint]:
    """The hints of the lines `first` to `last`, both included, in the order of the text."""
    found: list[Hint] = []
    for index in tasks_between(document, first, last):
        hints = sorted({*_references(document, index), *_steps(document, index)})
        found += [hint for hint in hints if first <= hint.line <= last]
        if len(found) >= MOST_HINTS:
            return found[:MOST_HINTS]
    return found


def tasks_between(document: Document, first: int, last: int) -> range:
    """The tasks that own one of the lines `first` to `last`, both included."""
    unit = bisect_right(document.starts, max(first, 0)) - 1
    after = bisect_right(document.starts, last)
    return range(document.task_of_unit(unit), document.task_of_unit(after)) if after > unit else range(0)


def _references(document: Document, index: int) -> Iterator[Hint]:
    start = document.start_of(index)
    found: dict[tuple[int, int], int] = {}
    for reference, target in zip(document.tasks[index].references, document.graph.targets[index], strict=True):
        if target >= 0:
            # All that lie in a range stand where its end does, which comes last.
            name = name_behind(document, index, reference, target)
            found[reference.span.end_line, reference.span.end if name is None else name.end] = target
    for (line, column), target in found.items():
        state = state_of(document, target)
        yield Hint(start + line, column, f"✓ {state}" if state == DONE else state)


def _steps(document: Document, index: int) -> Iterator[Hint]:
    start = document.start_of(index)
    for section in document.tasks[index].outline:
        if section.number is not None:
            boxes = _boxes(section)
            if boxes:
                yield Hint(start + section.line, section.title_end, f"{sum(boxes)}/{len(boxes)}")


def _boxes(step: Section) -> list[bool]:
    """The boxes of a step, each whether it is ticked."""
    return [
        item.is_ticked
        for section in step.walk()
        if section.spec.kind == CHECKLIST
        for item in section.items
        if item.box is not None
    ]
