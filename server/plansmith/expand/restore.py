"""A kept plan whose task is gone: its heading stands again, after the last task, with the plan below it."""

from __future__ import annotations

from collections.abc import Sequence

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.graph import TaskKey
from plansmith.plan.text import Edit, apply_edits, dominant_end
from plansmith.rules.fixing import difference
from plansmith.rules.runner import Checker

from .blocks import find_blocks
from .engine import kept_drafts
from .insert import insert_between
from .place import Placement, place
from .resume import KeptText


def restore(
    document: Document,
    task: TaskKey,
    heading: str,
    keys: Sequence[str],
    kept: KeptText,
    checker: Checker,
    files: Files | None = None,
) -> Placement:
    """Insert a whole kept plan as a task of its own; raises `UnfinishedError` where it does not pass the rules."""
    nowhere = Placement(conflict=f"“{heading or task.name}” can't be written as a task; add it, and try again")
    with_task = _with_heading(document, heading)
    before = len(document.tasks)
    if with_task is None or len(with_task.tasks) != before + 1 or with_task.graph.keys[:before] != document.graph.keys:
        return nowhere
    placement = place(with_task, before, kept_drafts(with_task, before, keys, checker, kept, files))
    if placement.conflict:
        return placement
    after = apply_edits(with_task.text, placement.edits)
    return Placement(tuple(difference(document.text, after)), placement.added)


def _with_heading(document: Document, heading: str) -> Document | None:
    """The document with a heading after its last task, or at its end where it has none."""
    if not heading:
        return None
    level = min((task.level for task in document.tasks), default=2)
    if document.tasks:
        last = len(document.tasks) - 1
        if place(document, last, ()).conflict:
            return None
        line = document.start_of(last) + find_blocks(document.tasks[last])[-1].end
    else:
        line = len(document.lines)
        while line and not document.lines[line - 1].strip():
            line -= 1
    edit: Edit = insert_between(document, line, [f"{'#' * level} {heading}"], dominant_end(document.ends))
    return Document(apply_edits(document.text, [edit]), document.format)
