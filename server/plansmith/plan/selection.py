"""What encloses a place, from the inside out: word, code, item, list, section, step, task, group, document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .document import Document
from .inline import code_spans
from .outline import Entry, outline
from .scanner import BLANK
from .text import Span, clamp, on_line
from .tree import Item, Task, Unit

_WORD: Final = re.compile(r"\w+")


def enclosing(document: Document, line: int, column: int) -> list[Span]:
    """The stretches of text around a place, by absolute lines: each lies within the next, and is smaller."""
    line, column = clamp(document.lines, line, column)
    index = document.unit_at(line)
    unit, start = document.units[index], document.starts[index]
    lines = document.lines
    whole = Span(0, 0, len(lines) - 1, len(lines[-1]))
    spans = [span.shifted(start) for span in _in_unit(unit, line - start, column)]
    spans += [*_heads(document, line), whole]
    found: list[Span] = []
    place = (line, column)
    for span in spans:
        inner = found[-1] if found else Span(*place, *place)
        if span != inner and span[:2] <= inner[:2] and inner[2:] <= span[2:]:
            found.append(span)
    return found


def _in_unit(unit: Unit, line: int, column: int) -> Iterator[Span]:
    text = unit.lines[line]
    for word in _WORD.finditer(text):
        if word.start() <= column <= word.end():
            yield on_line(line, word.start(), word.end())
    for fence in unit.fences:
        if fence.line <= line < fence.end:
            close = fence.end if fence.close is None else fence.close
            if fence.line < line < close:
                yield _line(unit, line)
                yield _lines(unit, fence.line + 1, 0, close)
            yield _lines(unit, fence.line, fence.column, fence.end)
            break
    else:
        yield from _in_line(unit, line, column)
    if isinstance(unit, Task):
        yield from _items(unit, line)
        for head in outline(unit):
            yield from _entries(unit, head, line)
    else:
        yield _block(unit, line)


def _in_line(unit: Unit, line: int, column: int) -> Iterator[Span]:
    text = unit.lines[line]
    for code in code_spans(text):
        if code.start <= column <= code.end:
            yield on_line(line, code.code_start, code.code_end)
            yield on_line(line, code.start, code.end)
    if isinstance(unit, Task):
        for section in unit.outline:
            if section.line == line:
                yield section.title
        if unit.heading.line == line:
            title, at = unit.title, unit.heading.column
            yield on_line(line, at + title.id_start, at + title.id_end)
            yield on_line(line, at + title.name_start, at + title.name_end)
            yield unit.title_span
        for item in unit.all_items():
            if item.line == line:
                yield on_line(line, item.text, len(text.rstrip()))
    yield _line(unit, line)


def _items(task: Task, line: int) -> Iterator[Span]:
    """The items around a line, each with its list, from the inside out."""
    items = task.all_items()
    around = [item for item in items if item.line <= line < item.end]
    for item in reversed(around):
        yield _lines(task, item.line, item.column, item.end)
        fellows = [other for other in items if other.depth == item.depth]
        place = fellows.index(item)
        first = last = place
        while first and _is_next(task, fellows[first - 1], fellows[first]):
            first -= 1
        while last + 1 < len(fellows) and _is_next(task, fellows[last], fellows[last + 1]):
            last += 1
        yield _lines(task, fellows[first].line, fellows[first].column, fellows[last].end)


def _is_next(task: Task, item: Item, other: Item) -> bool:
    """Whether nothing but blank lines stands between two items."""
    return all(token[0] == BLANK for token in task.tokens[item.end : other.line])


def _entries(unit: Unit, entry: Entry, line: int) -> Iterator[Span]:
    if not entry.start[0] <= line < entry.end:
        return
    for child in entry.children:
        yield from _entries(unit, child, line)
    yield _lines(unit, *entry.start, entry.end)


def _block(unit: Unit, line: int) -> Span:
    """The lines around a line between blank ones."""
    if unit.tokens[line][0] == BLANK:
        return _line(unit, line)
    first, last = line, line
    while first and unit.tokens[first - 1][0] != BLANK:
        first -= 1
    while last + 1 < len(unit.lines) and unit.tokens[last + 1][0] != BLANK:
        last += 1
    return _lines(unit, first, 0, last + 1)


def _heads(document: Document, line: int) -> Iterator[Span]:
    """What stands below the headings of tasks and groups around a line, from the inside out."""
    open_heads: list[tuple[int, int]] = []  # level and line, of those that begin before the line
    ends: dict[tuple[int, int], int] = {}
    for unit, start in zip(document.units, document.starts, strict=True):
        for heading in unit.headings[:1] if isinstance(unit, Task) else unit.headings:
            head = (heading.level, start + heading.line)
            if head[1] > line:
                for other in open_heads:
                    if other[0] >= head[0]:
                        ends.setdefault(other, head[1])
                if open_heads and open_heads[0] in ends:
                    break
            else:
                while open_heads and open_heads[-1][0] >= head[0]:
                    open_heads.pop()
                open_heads.append(head)
    lines = document.lines
    for head in reversed(open_heads):
        end = ends.get(head, len(lines))
        while end > line + 1 and not lines[end - 1].strip():
            end -= 1
        yield Span(head[1], 0, end - 1, len(lines[end - 1]))


def _line(unit: Unit, line: int) -> Span:
    text = unit.lines[line]
    return on_line(line, len(text) - len(text.lstrip()), max(len(text.rstrip()), len(text) - len(text.lstrip())))


def _lines(unit: Unit, line: int, column: int, end: int) -> Span:
    last = max(end - 1, line)
    return Span(line, min(column, len(unit.lines[line])), last, len(unit.lines[last]))
