"""Moving a step or a task past its neighbour: what moves stays as it is, and references mean what they meant.

Steps are numbered by their place, so two steps that change places change their numbers, too, and what is said of
them follows. A task keeps its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from .document import Document
from .numbering import renumbered, renumbered_elsewhere, steps_of
from .scanner import BLANK, BREAK
from .text import Edit, Span, apply_edits, join_lines
from .tree import Section, Task, Unit

_UNMOVED: Final = "the text around it would not read as it does now; part them by a blank line, and close what is open"


class Move(NamedTuple):
    """What moves something: edits of the document as one, and the line on which it starts then."""

    edits: tuple[Edit, ...]
    line: int
    what: str


class Refusal(NamedTuple):
    """Why something can't be moved."""

    message: str


def move(document: Document, line: int, *, up: bool) -> Move | Refusal:
    """Move the step that a line lies in, else its task, past the one before or after it."""
    index = document.task_at(line) if 0 <= line < len(document.lines) else None
    if index is None:
        return Refusal(f"Line {line + 1} lies in no task; put the cursor into a step or a task")
    found = _step_at(document.tasks[index], line - document.start_of(index))
    if found is not None:
        return _move_step(document, index, *found, up=up)
    return _move_task(document, index, up=up)


# Steps


def _step_at(task: Task, line: int) -> tuple[Section, int] | None:
    """The section of steps and the place of the step in it that a line lies in, blank lines below it included."""
    for section in task.outline:
        steps = [step for step in steps_of(section) if step.level]
        for place, step in enumerate(steps):
            if step.line <= line and (line < step.end or _is_blank(task, step.end, line)):
                return section, place
    return None


def _is_blank(task: Task, first: int, line: int) -> bool:
    return first <= line < task.end and not any(map(str.strip, task.lines[first : line + 1]))


def _move_step(document: Document, index: int, section: Section, place: int, *, up: bool) -> Move | Refusal:
    task, fmt = document.tasks[index], document.format
    steps = steps_of(section)
    first = place - 1 if up else place
    label = steps[place].spec.called(steps[place].number)
    if not 0 <= first < len(steps) - 1:
        return Refusal(f"{label} is the {'first' if up else 'last'} one of {task.label}")
    one, other = steps[first], steps[first + 1]
    numbers = [step.number or 0 for step in steps]
    low, high = numbers[first : first + 2]
    if one.level != other.level or numbers.count(low) > 1 or numbers.count(high) > 1:
        return Refusal(f"{label} and its neighbour have the same number, or another level; mend this first")
    numbers[first : first + 2] = high, low
    start = document.start_of(index)
    edits = list(renumbered(section, numbers, task, fmt))
    own, outside = _parted(
        [Edit(edit.span.shifted(start), edit.text) for edit in edits], start + one.line, start + other.end
    )
    if task.id and not document.graph.duplicates:
        meant = {low: high, high: low}
        for at, another in enumerate(document.tasks):
            if at != index:
                shift = document.start_of(at)
                outside += [
                    Edit(edit.span.shifted(shift), edit.text)
                    for edit in renumbered_elsewhere(task.id, meant, another, fmt)
                ]
    swap = _swapped(document, (start + one.line, start + one.end), (start + other.line, start + other.end), own)
    result = Move((swap, *outside), start + one.line + (0 if up else other.end - one.end), label)
    copy = document.snapshot()
    copy.apply(result.edits)
    reads_alike = _reads_alike(
        document, copy, (start + one.line, start + one.end), (start + other.line, start + other.end)
    )
    if reads_alike and _keeps_steps(document, copy, index, section, first):
        return result
    return Refusal(f"{label} stays: {_UNMOVED}")


def _keeps_steps(document: Document, copy: Document, index: int, section: Section, first: int) -> bool:
    """Whether two steps have changed places, and nothing else is another than before."""
    if len(copy.units) != len(document.units):
        return False
    before, after = document.tasks[index], copy.tasks[index]
    moved = next((other for other in after.outline if other.key == section.key), None)
    if moved is None or _rest(before, section) != _rest(after, moved):
        return False
    old, new = list(map(_shape, steps_of(section))), list(map(_shape, steps_of(moved)))
    old[first : first + 2] = old[first + 1], old[first]
    return old == new and before.summary == after.summary


def _rest(task: Task, section: Section) -> list[object]:
    """The sections of a task without the steps of one."""
    inside = {id(part) for step in section.children for part in step.walk()}
    return [(other.key, other.has_content, len(other.items)) for other in task.outline if id(other) not in inside]


def _shape(section: Section) -> tuple[object, ...]:
    items = [(item.depth, item.box, item.marker, item.end - item.line) for item in section.items]
    fences = [(fence.info, fence.end - fence.line) for fence in section.fences]
    children = [_shape(child) for child in section.children]
    return section.spec.key, section.name, section.end - section.line, section.has_content, items, fences, children


# Tasks


def _move_task(document: Document, index: int, *, up: bool) -> Move | Refusal:
    label = document.tasks[index].label
    other = _sibling_before(document, index) if up else _sibling_after(document, index)
    if other is None:
        return Refusal(f"{label} is the {'first' if up else 'last'} task under its heading")
    one, two = (other, index) if up else (index, other)
    first, second = _block(document, one), _block(document, two)
    if first[1] > second[0]:
        return Refusal(f"{label} stays: {_UNMOVED}")
    swap = _swapped(document, first, second, [])
    heading = document.start_of(index) + document.tasks[index].heading.line
    line = heading - (second[0] - first[0]) if up else heading + second[1] - first[1]
    result = Move((swap,), line, label)
    copy = document.snapshot()
    copy.apply(result.edits)
    if _reads_alike(document, copy, first, second) and _keeps_tasks(document, copy, one, two):
        return result
    return Refusal(f"{label} stays: {_UNMOVED}")


def _sibling_after(document: Document, index: int) -> int | None:
    """The next task of the same level, where nothing but nested tasks and sections stands between."""
    level = document.tasks[index].level
    unit = _end_of_block(document, document.unit_of(index))
    if unit == len(document.units):
        return None
    found = document.units[unit]
    return document.task_of_unit(unit) if isinstance(found, Task) and found.level == level else None


def _sibling_before(document: Document, index: int) -> int | None:
    level = document.tasks[index].level
    unit = document.unit_of(index) - 1
    while unit >= 0 and _level_of(document.units[unit]) > level:
        unit -= 1
    found = document.units[unit] if unit >= 0 else None
    return document.task_of_unit(unit) if isinstance(found, Task) and found.level == level else None


def _end_of_block(document: Document, unit: int) -> int:
    """The first unit behind a task and all that is nested below it."""
    level = _level_of(document.units[unit])
    unit += 1
    while unit < len(document.units) and _level_of(document.units[unit]) > level:
        unit += 1
    return unit


def _level_of(unit: Unit) -> int:
    """The level of the heading that a unit starts with; that of the document's beginning is the highest."""
    return unit.headings[0].level if unit.headings else 0


def _block(document: Document, index: int) -> tuple[int, int]:
    """The lines of a task with the comments that speak of it, and of what is nested below it; the end exclusive."""
    unit = document.unit_of(index)
    start = document.start_of(index)
    if unit:
        comments = document.units[unit - 1].trailing_ignores
        if comments:
            start = document.starts[unit - 1] + min(comment.line for comment in comments)
    last = _end_of_block(document, unit) - 1
    return start, document.starts[last] + _content_end(document.units[last])


def _content_end(unit: Unit) -> int:
    """The first line after a unit's own text: blank and rule lines, and comments on what follows, left out."""
    end = len(unit.lines)
    comments = {comment.line for comment in unit.trailing_ignores}
    while end > unit.headings[0].end and (
        (unit.tokens[end - 1][0] in (BLANK, BREAK) and not unit.tokens[end - 1][4].containers)
        or not unit.lines[end - 1].strip()
        or end - 1 in comments
    ):
        end -= 1
    return end


def _keeps_tasks(document: Document, copy: Document, one: int, two: int) -> bool:
    """Whether two tasks with all below them have changed places, and every reference means the task that it meant."""
    if len(copy.units) != len(document.units) or len(copy.tasks) != len(document.tasks):
        return False
    end = document.task_of_unit(_end_of_block(document, document.unit_of(two)))
    order = [*range(one), *range(two, end), *range(one, two), *range(end, len(document.tasks))]
    place = {old: new for new, old in enumerate(order)}
    for old in (one, two, *range(end, min(end + 1, len(document.tasks)))):
        if _comments_on(document, old) != _comments_on(copy, place[old]):
            return False
    for new, old in enumerate(order):
        before, after = document.tasks[old], copy.tasks[new]
        if before.summary != after.summary or not _are_same(before.outline, after.outline):
            return False
        targets = document.graph.targets[old]
        if copy.graph.targets[new] != tuple([place.get(target, target) for target in targets]):
            return False
    return True


def _comments_on(document: Document, index: int) -> list[tuple[str, ...]]:
    """The rules that comments above a task name."""
    above, _ = document.neighbours(index)
    return [comment.names for comment in above.trailing_ignores] if above is not None else []


def _are_same(one: Sequence[Section], other: Sequence[Section]) -> bool:
    return one is other or list(map(_shape, one)) == list(map(_shape, other))


# Text


def _parted(edits: Sequence[Edit], first: int, end: int) -> tuple[list[Edit], list[Edit]]:
    """The edits inside of some lines, and those outside."""
    inside = [edit for edit in edits if first <= edit.span.line < end]
    return inside, [edit for edit in edits if edit not in inside]


def _swapped(document: Document, one: tuple[int, int], two: tuple[int, int], edits: Sequence[Edit]) -> Edit:
    """The edit by which two stretches of lines change places, with edits inside of them; what is between stays."""
    lines, ends = document.lines, document.ends
    last = two[1] - 1
    texts = []
    for first, end in (one, (one[1], two[0]), two):
        inner = [Edit(edit.span.shifted(-first), edit.text) for edit in edits if first <= edit.span.line < end]
        text = join_lines(lines[first:end], [*ends[first : end - 1], ""] if end > first else [])
        texts.append(apply_edits(text, inner))
    between = ends[one[1] - 1] + (texts[1] + ends[two[0] - 1] if two[0] > one[1] else "")
    return Edit(Span(one[0], 0, last, len(lines[last])), texts[2] + between + texts[0])


def _reads_alike(document: Document, copy: Document, one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether all that has moved, and what stands below it, is the same Markdown as before, line by line."""
    place = one[0]
    after = two[1]
    below = (after, min(after + 1, len(document.lines)))
    for first, end in (two, (one[1], two[0]), one, below):
        for line in range(first, end):
            if document.lines[line].strip() and _kind(document, line) != _kind(copy, place + line - first):
                return False
        place += end - first
    return True


def _kind(document: Document, line: int) -> tuple[object, ...]:
    kind, column, extra, opened, state = document.token(line)
    return kind, column, extra, opened, state.containers
