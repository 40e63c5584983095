"""What Enter adds: the next item of a list, the next step of an outline; behind an empty one the list ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from .document import Document
from .examples import title_line
from .numbering import renumbered, steps_of
from .scanner import BLANK, QUOTE, TEXT
from .text import Edit, Span, on_line
from .tree import Item, Section, Task

_MOST_ITEMS: Final = 500  # that are numbered anew at once


def after_enter(document: Document, line: int) -> list[Edit]:
    """The edits after a line break was typed; `line` is the new line. Empty where nothing goes on."""
    if not 0 < line < len(document.lines) or not document.is_ours:
        return []
    index = document.task_at(line - 1)
    if index is None or document.task_at(line) != index:
        return []
    task, start = document.tasks[index], document.start_of(index)
    inside = line - start
    if task.tokens[inside - 1][0] not in (TEXT, BLANK) and not _is_step(task, inside - 1):
        return []
    edits = list(_item(task, inside)) or list(_step(document, task, inside))
    return [Edit(edit.span.shifted(start), edit.text) for edit in edits]


# Items


def _item(task: Task, line: int) -> Iterator[Edit]:
    above, here = task.lines[line - 1], task.lines[line]
    token = task.tokens[line - 1]
    if not token[3] or QUOTE in token[4].containers or task.tokens[line][3]:
        return  # the editor has gone on with the list itself
    items = task.all_items()
    place = next((number for number in reversed(range(len(items))) if items[number].line == line - 1), None)
    if place is None:
        return
    item = items[place]
    rest = here.strip()
    if not above[item.text :].strip():
        if not rest:
            # Nothing was written here: the list ends, and so does the item's indent.
            yield Edit(on_line(line - 1, 0, len(above)), "")
            if here:
                yield Edit(on_line(line, 0, len(here)), "")
        return
    marker = item.marker
    number = int(marker[:-1]) + 1 if marker[:-1].isdecimal() else None
    following = f"{number}{marker[-1]}" if number is not None else marker
    gap = above[item.column + len(marker) : item.content] or " "
    indent = above[: item.column] if not above[: item.column].strip() else " " * item.column
    lead = len(here) - len(here.lstrip())
    yield Edit(on_line(line, 0, lead), f"{indent}{following}{gap}{'[ ] ' if item.box is not None else ''}")
    if number is not None:
        yield from _counted(items[place + 1 :], item, number + 1, task)


def _counted(items: Sequence[Item], before: Item, number: int, task: Task) -> Iterator[Edit]:
    """Count the items that follow in the same list, up to one whose number would get longer and move its content."""
    end = before.end
    for item in items[:_MOST_ITEMS]:
        if item.depth > before.depth:
            continue
        sign = item.marker[:-1]
        if (item.depth, item.column, item.marker[-1]) != (before.depth, before.column, before.marker[-1]):
            return
        if not sign.isdecimal() or len(str(number)) != len(sign) or any(map(str.strip, task.lines[end : item.line])):
            return
        if sign != str(number):
            yield Edit(on_line(item.line, item.column, item.column + len(sign)), str(number))
        number += 1
        end = item.end


# Steps


def _is_step(task: Task, line: int) -> bool:
    return any(section.line == line and section.number is not None and section.level for section in task.outline)


def _step(document: Document, task: Task, line: int) -> Iterator[Edit]:
    """Go on with an outline of steps that have no content yet, and number those that follow."""
    if task.lines[line].strip():
        return
    for section in task.outline:
        steps = steps_of(section)
        place = next((at for at, step in enumerate(steps) if step.line == line - 1 and step.level), None)
        if place is None:
            continue
        step = steps[place]
        number = step.number or 0
        title = task.lines[step.line]
        if not step.name.strip():
            if step.end == step.line + 1:
                yield Edit(Span(line - 1, 0, line, len(task.lines[line])), "")
            return
        if not title.lstrip().startswith("#"):
            return  # underlined
        is_bare = not step.has_content and step.end == step.line + 1 and not step.children
        if is_bare:
            head = title_line(step.spec, max(step.level - step.spec.depth, 1), number + 1).rstrip()
            marks = "#" * step.level
            yield Edit(on_line(line, 0, len(task.lines[line])), f"{marks} {head.lstrip('#').strip()} ")
            number += 1
        yield from _shifted(document, task, section, place, number + 1)
        return


def _shifted(document: Document, task: Task, section: Section, place: int, number: int) -> Iterator[Edit]:
    """Number the steps that follow anew, as far as their numbers are taken; `number` is the first that is free."""
    steps = steps_of(section)
    numbers = [step.number or 0 for step in steps]
    if place + 1 >= len(steps) or numbers[place + 1] != number - 1:
        return
    meant: dict[int, int] = {}
    for at in range(place + 1, len(steps)):
        if numbers[at] >= number:
            break
        meant.setdefault(numbers[at], number)
        numbers[at] = number
        number += 1
    yield from renumbered(section, numbers, task, document.format, meant)
