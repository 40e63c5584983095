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
from .tree import Gap, Section, Task, Unit

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
        return _move_to_group(document, index, up=up)
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


# Groups


def _move_to_group(document: Document, index: int, *, up: bool) -> Move | Refusal:
    """Move a task that is the first or last one of its group to the end or the beginning of the group beside it."""
    label = document.tasks[index].label
    places = _beside_group(document, index, up=up)
    if places is None:
        where, beside = ("first", "before") if up else ("last", "after")
        return Refusal(
            f"{label} is the {where} task under its heading, and no group of the same kind stands {beside} it; "
            "give that group a heading of the same level as this one's, or move the lines by hand"
        )
    first, second = places
    if first[1] > second[0]:
        return Refusal(f"{label} stays: {_UNMOVED}")
    heading = document.start_of(index) + document.tasks[index].heading.line
    line = heading - (second[0] - first[0]) if up else heading + second[1] - first[1]
    result = Move((_swapped(document, first, second, []),), line, label)
    copy = document.snapshot()
    copy.apply(result.edits)
    if copy.graph.duplicates != document.graph.duplicates:
        return Refusal(f"{label} stays: one of the two groups has another task of its name; rename one of them first")
    if not _reads_alike(document, copy, first, second) or not _keeps_order(document, copy):
        return Refusal(f"{label} stays: {_UNMOVED}")
    # It has to be on its way back that it is where it was: else the group that it went to is not the one beside it.
    back = _beside_group(copy, index, up=not up)
    if back is None:
        return Refusal(f"{label} stays: {_UNMOVED}")
    copy.apply([_swapped(copy, *back, [])])
    return result if copy.text == document.text else Refusal(f"{label} stays: {_UNMOVED}")


_Lines = tuple[int, int]  # the first line, and the first one after the last


def _beside_group(document: Document, index: int, *, up: bool) -> tuple[_Lines, _Lines] | None:
    """The lines that change places where a task leaves its group: its own, and those of a group's heading.

    None where the task lies in no group, or where its neighbour is none of the same level.
    """
    level, unit = document.tasks[index].level, document.unit_of(index)
    heads, before, after = _heads_beside(document, unit, up=up)
    if not heads:
        return None
    # A part's heading goes together with its first chapter's: each of a row is below the one before.
    first = last = len(heads) - 1 if up else 0
    while up and first and heads[first - 1].level < heads[first].level:
        first -= 1
    while not up and last + 1 < len(heads) and heads[last].level < heads[last + 1].level:
        last += 1
    above = next((head.level for head in reversed(heads[:first]) if head.level < level), None)
    if above is None:
        above = _level_around(document, before, level)
    if above != heads[last].level or above >= level:
        return None
    if last + 1 == len(heads) and isinstance(after, Task) and after.level > level:
        return None  # it would be nested in what comes before it
    heading, block = (heads[first].line, heads[last].end), _block(document, index)
    return (heading, block) if up else (block, heading)


class _Head(NamedTuple):
    """A heading that is no task's, with the text below it up to the next one, by absolute lines."""

    level: int
    line: int
    end: int


def _heads_beside(document: Document, unit: int, *, up: bool) -> tuple[list[_Head], int, Unit | None]:
    """The headings between a task and the one before or after it; the unit before them by its index, and that after."""
    units = document.units
    first = unit if up else _end_of_block(document, unit)
    end = first
    while up and first and isinstance(units[first - 1], Gap):
        first -= 1
    while not up and end < len(units) and isinstance(units[end], Gap):
        end += 1
    heads = []
    for number in range(first, end):
        gap, start = units[number], document.starts[number]
        for place, heading in enumerate(gap.headings):
            below = gap.headings[place + 1].line if place + 1 < len(gap.headings) else len(gap.lines)
            heads.append(_Head(heading.level, start + heading.line, start + _trimmed(gap, heading.end, below)))
    return heads, first - 1, units[end] if end < len(units) else None


def _level_around(document: Document, unit: int, level: int) -> int | None:
    """The level of the heading that what follows a unit lies below; None where it is a task's, or none is above it."""
    for number in range(unit, -1, -1):
        found = document.units[number]
        for heading in reversed(found.headings):
            if heading.level < level:
                return None if isinstance(found, Task) else heading.level
    return None


def _keeps_order(document: Document, copy: Document) -> bool:
    """Whether all tasks are as they were, in the same order, and every reference means the task that it meant."""
    return (
        len(copy.tasks) == len(document.tasks)
        and copy.graph.targets == document.graph.targets
        and all(
            before.summary == after.summary
            and _are_same(before.outline, after.outline)
            and _comments_on(document, index) == _comments_on(copy, index)
            for index, (before, after) in enumerate(zip(document.tasks, copy.tasks, strict=True))
        )
    )


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
    return _trimmed(unit, unit.headings[0].end, len(unit.lines))


def _trimmed(unit: Unit, first: int, end: int) -> int:
    """The first line after what stands from a line on, blank and rule lines and comments on what follows left out."""
    comments = {comment.line for comment in unit.trailing_ignores}
    while end > first and (
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
