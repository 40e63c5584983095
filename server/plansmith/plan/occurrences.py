"""Where a document speaks of its tasks: their headings, the references, and links to the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .document import Document
from .inline import code_spans
from .references import find_links, find_name_behind
from .scanner import CODE_KINDS
from .text import Span, on_line
from .tree import Reference, Task, Unit

HEADING: Final = "heading"
BY_ID: Final = "id"
BY_NAME: Final = "name"
LINK: Final = "anchor"

MAX_OCCURRENCES: Final = 5_000

_DEFINITION: Final = re.compile(r" {0,3}\[[^\[\]\n]+\]:\s+#(?P<target>\S+)\s*$")


class Occurrence(NamedTuple):
    """A place that speaks of a task; spans have absolute lines."""

    target: int  # the index of the task that is spoken of
    owner: int  # the index of the task that it stands in; -1 outside of all
    kind: str
    text: str  # the id, the folded name, or the slug of the heading; "" for a heading
    span: Span
    words: Span  # what names the task: the id alone, the name, the slug; of a heading all its words
    name: Span | None = None  # the task's name behind its id, as in `Task 2: Ship it`; it is part of the span


class Link(NamedTuple):
    """A link to a heading of the same document; places are relative to its unit."""

    text: str  # the slug, in lower case
    span: Span
    words: Span


def occurrences(document: Document, index: int) -> list[Occurrence]:
    """All places that speak of one task, its heading first, then in the order of the text."""
    found = [_heading(document, index)]
    targets = document.graph.targets
    for number, start in enumerate(document.starts):
        owner = document.task_at(start)
        if owner is not None and index in targets[owner]:
            found += [each for each in _references(document, owner) if each.target == index]
        found += [each for each in _links(document, number, owner) if each.target == index]
        if len(found) > MAX_OCCURRENCES:
            break
    once: dict[Span, Occurrence] = {}
    for each in found[1:]:
        once.setdefault(each.span, each)  # a link among the references is found twice
    return [found[0], *sorted(once.values(), key=_place)]


def occurrence_at(document: Document, line: int, column: int) -> Occurrence | None:
    """The place that speaks of a task, at or right before a column; of several the smallest."""
    if not 0 <= line < len(document.lines):
        return None
    number = document.unit_at(line)
    owner = document.task_at(line)
    found: list[Occurrence] = []
    if owner is not None:
        found = [_heading(document, owner), *_references(document, owner)]
    if "#" in document.lines[line]:
        found += _links(document, number, owner)
    around = [
        each
        for each in found
        if each.span.line == line == each.span.end_line and each.span.start <= column <= each.span.end
    ]
    if not around:
        return None

    def rank(each: Occurrence) -> tuple[bool, int, bool]:
        # What goes on right of the place is meant rather than what ends there; of a range the id that stands there.
        span = each.words if each.words.start <= column <= each.words.end else each.span
        spelled = document.lines[line][each.words.start : each.words.end]
        return column == span.end, span.end - span.start, spelled != each.text

    return min(around, key=rank)


def links(unit: Unit) -> tuple[Link, ...]:
    """The links of a unit to headings of its document, outside code; kept with a task."""
    if not isinstance(unit, Task):
        return tuple(_find_links(unit))
    known: tuple[Link, ...] | None = unit.memo.get("links")
    if known is None:
        known = unit.memo["links"] = tuple(_find_links(unit))
    return known


def _heading(document: Document, index: int) -> Occurrence:
    span = document.tasks[index].title_span.shifted(document.start_of(index))
    return Occurrence(index, index, HEADING, "", span, span)


def _references(document: Document, owner: int) -> Iterator[Occurrence]:
    start = document.start_of(owner)
    for reference, target in zip(document.tasks[owner].references, document.graph.targets[owner], strict=True):
        if target >= 0:
            span, words = reference.span.shifted(start), reference.target.shifted(start)
            name = name_behind(document, owner, reference, target)
            if name is not None:
                name = name.shifted(start)
                span = on_line(span.line, span.start, name.end)
            yield Occurrence(target, owner, reference.kind, reference.text, span, words, name)


def name_behind(document: Document, owner: int, reference: Reference, target: int) -> Span | None:
    """The name of the task right behind a reference to it by its id, in the lines of the task that it stands in."""
    place = reference.target
    if reference.kind != BY_ID:
        return None
    columns = find_name_behind(document.tasks[owner].lines[place.line], place.end, document.tasks[target].name)
    return on_line(place.line, *columns) if columns is not None else None


def _links(document: Document, number: int, owner: int | None) -> Iterator[Occurrence]:
    unit = document.units[number]
    found = links(unit)
    if not found:
        return
    start, resolve = document.starts[number], document.graph.names.resolve
    for link in found:
        target = resolve(LINK, link.text, ())
        if target >= 0:
            place = -1 if owner is None else owner
            yield Occurrence(target, place, LINK, link.text, link.span.shifted(start), link.words.shifted(start))


def _find_links(unit: Unit) -> Iterator[Link]:
    for number, line in enumerate(unit.lines):
        if "#" not in line or ("](#" not in line and "]:" not in line) or unit.tokens[number][0] in CODE_KINDS:
            continue
        hidden = code_spans(line)
        for span, words in find_links(line):
            if not any(code.start < span[0] < code.end for code in hidden):
                text = line[words[0] : words[1]].lower()
                yield Link(text, on_line(number, *span), on_line(number, *words))
        definition = _DEFINITION.match(line)
        if definition is not None:
            where = on_line(number, *definition.span("target"))
            yield Link(definition["target"].lower(), where, where)


def _place(each: Occurrence) -> Any:
    return each.span


def heading_words(task: Task, start: int) -> tuple[Span, Span]:
    """The places of a task's id and of its name in its heading, by absolute lines; empty where it has none."""
    line, column, title = start + task.heading.line, task.heading.column, task.title
    identifier = on_line(line, column + title.id_start, column + title.id_end)
    return identifier, on_line(line, column + title.name_start, column + title.name_end)
