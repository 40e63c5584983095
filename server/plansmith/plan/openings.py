"""Which sections can be written at a place: those that are missing there, in the order of the format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .document import Document
from .format import STEP, SectionSpec
from .order import HEAD, place_of
from .scanner import FENCE_BODY, FENCE_CLOSE, FENCE_OPEN, HTML
from .text import Edit, on_line
from .tree import Section, Task


class Opening(NamedTuple):
    """A section that can be written at a place; `number` is that of a step."""

    spec: SectionSpec
    number: int
    beside: Section | None = None  # a sibling right before or after it whose title is a list item


def without_line(document: Document, line: int) -> Document:
    """The document as if a line were blank: the title that is being typed there may end what it is to be part of."""
    text = document.lines[line]
    if not text:
        return document
    copy = document.snapshot()
    copy.edit(Edit(on_line(line, 0, len(text)), ""))
    return copy


def openings(document: Document, line: int) -> list[Opening]:
    """What can be written on a blank line, the innermost first; empty outside of tasks and inside of code."""
    index = document.task_at(line)
    if index is None or document.token(line)[0] in (FENCE_OPEN, FENCE_BODY, FENCE_CLOSE, HTML):
        return []
    task, inside = document.tasks[index], line - document.start_of(index)
    return list(_openings(task, inside, document.format.sections)) if inside >= task.heading.end else []


def _openings(task: Task, line: int, top: Sequence[SectionSpec]) -> Iterator[Opening]:
    chain = _chain(task.sections, line)
    for place in range(len(chain), -1, -1):
        parent = chain[place - 1] if place else None
        before = chain[place] if place < len(chain) else None
        if before is not None and any(section.line >= line for section in before.walk()):
            return  # it goes on below: another title would part it
        siblings = parent.children if parent is not None else task.sections
        specs = parent.spec.children if parent is not None else top
        yield from _between(specs, siblings, before, next((other for other in siblings if other.line >= line), None))


def _between(
    specs: Sequence[SectionSpec], siblings: Sequence[Section], before: Section | None, after: Section | None
) -> Iterator[Opening]:
    there = {section.spec for section in siblings}
    beside = next((other for other in (before, after) if other is not None and other.bullet), None)
    least = place_of(before.spec) if before is not None else HEAD
    for spec in specs:
        if spec.kind == STEP:
            yield Opening(spec, (before.number or 0) + 1 if before is not None else 1)
        elif (
            spec not in there and place_of(spec) >= least and (after is None or place_of(spec) <= place_of(after.spec))
        ):
            yield Opening(spec, 1, beside)


def _chain(sections: Sequence[Section], line: int) -> list[Section]:
    """The sections that a line stands behind the beginning of, each the last one among its siblings."""
    chain: list[Section] = []
    while True:
        started = [section for section in sections if section.line < line]
        if not started:
            return chain
        chain.append(started[-1])
        sections = started[-1].children
