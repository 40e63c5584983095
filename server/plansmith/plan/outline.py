"""The outline of a text: its headings and tasks, in them their sections and steps, with how far each has come.

Every entry's lines and columns lie within its parent's, whatever the author's headings cut into.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from .format import CHECKLIST, CHOICE, LINE, LIST, STEP
from .queries import first_line
from .scanner import BLANK
from .text import Span, on_line
from .tree import Gap, Heading, Section, Task, Unit

TASK: Final = "task"
SECTION: Final = "section"  # one that is a heading
STEP_ENTRY: Final = "step"
FIELD_ENTRY: Final = "field"  # a section that is a label
OTHER: Final = "heading"  # a heading of the author's own

_MAX_DETAIL: Final = 80  # characters
_MAX_NAME: Final = 200


class Entry(NamedTuple):
    """One entry; places are relative to the unit's first line."""

    name: str
    detail: str
    kind: str
    level: int  # of its heading; 0 for a label
    title: Span  # of the words that name it
    start: tuple[int, int]  # line and column
    end: int  # the first line after it, trailing blank lines left out
    children: tuple[Entry, ...]


def outline(unit: Unit) -> tuple[Entry, ...]:
    """The entries of a unit: one for a task, which keeps it, and one for each heading of a gap, without children."""
    if isinstance(unit, Task):
        known: tuple[Entry, ...] | None = unit.memo.get("entries")
        if known is None:
            known = unit.memo["entries"] = (_of_task(unit),)
        return known
    assert isinstance(unit, Gap)
    found = []
    for number, heading in enumerate(unit.headings):
        last = number + 1 == len(unit.headings)
        end = _trimmed(unit, heading.end, len(unit.lines) if last else unit.headings[number + 1].line)
        found.append(_of_heading(unit, heading, end))
    return tuple(found)


def how_far(task: Task) -> str:
    """How far a task has come, in a few words: "done", "3 of 7 done", "not expanded", or nothing."""
    if task.done:
        return "done"
    counts = _counts(section for section in task.outline)
    if counts:
        return counts
    return "" if task.is_plan else "not expanded"


def task_name(task: Task) -> str:
    """The task as its heading names it, on one line, without done marks."""
    name = f"{task.title.head}: {task.name}" if task.id and task.name else (task.title.head if task.id else task.name)
    return name[:_MAX_NAME]


class _Node:
    """An entry whose children are still to come."""

    def __init__(self, entry: Entry, end: int) -> None:
        self.entry = entry
        self.end = end
        self.children: list[Entry] = []

    def closed(self) -> Entry:
        return self.entry._replace(end=self.end, children=tuple(self.children))


def _of_task(task: Task) -> Entry:
    heading = task.heading
    end = max(task.end, heading.end)
    name = task_name(task)
    root = _Node(
        Entry(name, how_far(task), TASK, heading.level, _title(task, heading), (heading.line, 0), end, ()), end
    )
    parts = [_of_section(task, section) for section in task.outline]
    taken = {entry.start[0] for entry in parts}
    others = [other for other in task.headings[1:] if other.line not in taken and other.line < end]
    parts += [_of_heading(task, other, _reach(task, other, end)) for other in others]
    # Sections come before what they hold: they start there or earlier, and end later.
    parts.sort(key=lambda entry: (entry.start, -entry.end))
    open_nodes = [root]
    for entry in parts:
        line = entry.start[0]
        while len(open_nodes) > 1 and open_nodes[-1].end <= line:
            node = open_nodes.pop()
            open_nodes[-1].children.append(node.closed())
        open_nodes.append(_Node(entry, min(entry.end, open_nodes[-1].end)))
    while len(open_nodes) > 1:
        node = open_nodes.pop()
        open_nodes[-1].children.append(node.closed())
    return root.closed()


def _of_section(task: Task, section: Section) -> Entry:
    spec = section.spec
    kind = STEP_ENTRY if spec.kind == STEP else SECTION if section.level else FIELD_ENTRY
    title = section.title
    name = task.lines[title.line][title.start : title.end].strip() or spec.called(section.number)
    detail = _counts(section.walk())
    if not detail and spec.kind in (LINE, CHOICE, LIST) and section.has_content:
        detail = _said(section, task)
    start = (section.line, 0 if section.level else min(section.column, title.start))
    end = max(section.end, section.line + 1)
    return Entry(name[:_MAX_NAME], detail, kind, section.level, title, start, end, ())


def _of_heading(unit: Unit, heading: Heading, end: int) -> Entry:
    title = _title(unit, heading)
    name = " ".join(heading.text.split())[:_MAX_NAME] or "#" * heading.level
    return Entry(name, "", OTHER, heading.level, title, (heading.line, 0), max(end, heading.end), ())


def _title(unit: Unit, heading: Heading) -> Span:
    """The words of a heading; those of its first line where it goes over several."""
    length = len(unit.lines[heading.line])
    return on_line(heading.line, min(heading.column, length), min(heading.column + len(heading.text), length))


def _reach(task: Task, heading: Heading, end: int) -> int:
    """The first line after what stands below a heading of the author's own."""
    for other in task.headings:
        if other.line > heading.line and other.level <= heading.level:
            return _trimmed(task, heading.end, min(other.line, end))
    return end


def _trimmed(unit: Unit, start: int, end: int) -> int:
    while end > start and unit.tokens[end - 1][0] == BLANK:
        end -= 1
    return end


def _counts(sections: Iterable[Section]) -> str:
    done = total = 0
    for section in sections:
        if section.spec.kind == CHECKLIST:
            for item in section.items:
                if item.box is not None:
                    total += 1
                    done += item.is_ticked
    return f"{done} of {total} done" if total else ""


def _said(section: Section, task: Task) -> str:
    """What stands first in a section, where that is on its title's line."""
    line, _, text = first_line(section, task)
    if line != section.line:
        return ""
    return text if len(text) <= _MAX_DETAIL else f"{text[: _MAX_DETAIL - 1].rstrip()}…"
