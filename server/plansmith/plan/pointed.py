"""What a place in the text points at: a task, or a reference to one, a section's title, a path, a package, code."""

from __future__ import annotations

from typing import NamedTuple

from .document import Document
from .inline import code_spans
from .occurrences import name_behind
from .package_places import package_at
from .paths import path_at
from .scanner import CODE_KINDS
from .text import Span, on_line
from .tree import Section


class Pointed(NamedTuple):
    """What stands at a place; of `target`, `section`, `path`, `package` and `code` one is there."""

    task: int  # the index of the task that the place lies in
    span: Span  # by absolute lines
    target: int | None = None  # the task that is spoken of, by its index
    section: Section | None = None
    path: str | None = None
    package: str | None = None  # by its name as it is written
    code: str | None = None  # what stands in a code span that is neither


def pointed_at(document: Document, line: int, column: int) -> Pointed | None:
    """What a place points at; None in the gaps, in prose, and where the text has no such line."""
    if not 0 <= line < len(document.lines):
        return None
    index = document.task_at(line)
    if index is None:
        return None
    task, start = document.tasks[index], document.start_of(index)
    inside = line - start
    found: list[tuple[bool, int, int, Pointed]] = []

    def add(span: Span, pointed: Pointed) -> None:
        if span.line == inside == span.end_line and span.start <= column <= span.end:
            # What goes on right of the place is meant rather than what ends there; then the shortest; then the last.
            found.append((column == span.end, span.end - span.start, -len(found), pointed))

    for reference, target in zip(task.references, document.graph.targets[index], strict=True):
        if target >= 0 and reference.span.line == inside:
            behind = name_behind(document, index, reference, target)
            span = reference.span if behind is None else on_line(inside, reference.span.start, behind.end)
            add(span, Pointed(index, span.shifted(start), target=target))
    for section in task.outline:
        if section.line == inside:
            add(section.title, Pointed(index, section.title.shifted(start), section=section))
    if inside == task.heading.line:
        add(task.title_span, Pointed(index, task.title_span.shifted(start), target=index))
    package = package_at(task, inside, column)
    if package is not None:
        name = task.lines[inside][package.span.start : package.span.end]
        add(package.span, Pointed(index, package.span.shifted(start), package=name))
    place = path_at(task, inside, column)
    if place is not None:
        add(place.span, Pointed(index, place.span.shifted(start), path=place.path))
    elif inside != task.heading.line and task.tokens[inside][0] not in CODE_KINDS:
        text = task.lines[inside]
        for code in code_spans(text):
            where = on_line(inside, code.code_start, code.code_end)
            whole = on_line(inside, code.start, code.end)
            add(whole, Pointed(index, where.shifted(start), code=text[code.code_start : code.code_end].strip()))
    return min(found)[3] if found else None
