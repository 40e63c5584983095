"""Ticking boxes: one checkbox, or all of a step."""

from __future__ import annotations

from .format import CHECKLIST
from .text import Edit, on_line
from .tree import Item, Task


def toggle(task: Task, line: int) -> tuple[Edit, ...]:
    """The edits that tick or untick the checkbox of the item on a line, or all boxes of the step on that line.

    A step is unticked only if every box of it is ticked. Empty where there is nothing to tick.
    """
    for section in task.walk():
        if section.line == line and section.number is not None:
            boxes = [
                item
                for part in section.walk()
                if part.spec.kind == CHECKLIST
                for item in part.items
                if item.box is not None
            ]
            mark = " " if boxes and all(item.is_ticked for item in boxes) else "x"
            return tuple(_set(item, mark) for item in boxes if item.is_ticked != (mark == "x"))
    around = [item for item in task.all_items() if item.line <= line < item.end]
    if not around:
        return ()
    item = around[-1]  # the innermost one
    return (_set(item, " " if item.is_ticked else "x"),) if item.box is not None else ()


def _set(item: Item, mark: str) -> Edit:
    start = item.content + 1
    return Edit(on_line(item.line, start, start + 1), mark)
