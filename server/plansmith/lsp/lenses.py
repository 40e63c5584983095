"""Code lenses on a task's heading: what can be done with it, how far its work has come, and whether it can start."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from plansmith.expand.expansion import counted, wanted_keys
from plansmith.plan.document import Document
from plansmith.plan.queries import actions_progress
from plansmith.plan.states import BLOCKED as IS_BLOCKED
from plansmith.plan.states import blockers, next_task, state_of
from plansmith.plan.text import on_line
from plansmith.plan.tree import Task

from .session import OpenDocument

EXPAND = "expand"
PROGRESS = "progress"
BLOCKED = "blocked"
NEXT = "next"


def code_lenses(opened: OpenDocument) -> list[types.CodeLens]:
    """The lenses of all tasks, still without their commands: what they do is settled when they are resolved."""
    document = opened.document
    positions = opened.positions
    lenses = []
    following = next_task(document) if document.is_ours else None
    for index, task in enumerate(document.tasks):
        line = document.start_of(index) + task.heading.line
        where = positions.range(on_line(line, 0, len(document.lines[line])))
        data = {"uri": opened.uri, **task_reference(document, index)}
        kinds = []
        if _can_grow(task, document):
            kinds.append(EXPAND)
        if actions_progress(task).total:
            kinds.append(PROGRESS)
        if index == following:
            kinds.append(NEXT)
        elif document.is_ours and state_of(document, index) == IS_BLOCKED:
            kinds.append(BLOCKED)
        lenses += [types.CodeLens(range=where, data={**data, "kind": kind}) for kind in kinds]
    return lenses


def resolve_lens(lens: types.CodeLens, opened: OpenDocument | None) -> types.CodeLens:
    """The lens with its words and command; a lens whose task is gone does nothing."""
    data: dict[str, Any] = lens.data if isinstance(lens.data, dict) else {}
    lens.command = types.Command(title="", command="")
    if opened is None:
        return lens
    document = opened.document
    index = find_reference(document, data)
    if index is None:
        return lens
    task = document.tasks[index]
    kind = data.get("kind")
    if kind != EXPAND or not _can_grow(task, document):
        lens.command = types.Command(title=_told(document, index, str(kind)), command="")
        return lens
    arguments = {"uri": opened.uri, **task_reference(document, index)}
    lens.command = types.Command(
        title=expand_title(task, document), command="plansmith.expandTask", arguments=[arguments]
    )
    return lens


def _told(document: Document, index: int, kind: str) -> str:
    """What a lens says that does nothing; "" where it is no longer so."""
    if kind == PROGRESS:
        progress = actions_progress(document.tasks[index])
        return f"{progress.done} of {progress.total} actions done"
    if kind == NEXT:
        return "next" if next_task(document) == index else ""
    is_blocked = kind == BLOCKED and state_of(document, index) == IS_BLOCKED
    return f"blocked by {len(blockers(document, index))}" if is_blocked else ""


def expand_title(task: Task, document: Document) -> str:
    """What expanding the task does, in words."""
    if not task.is_plan:
        return "Expand into plan"
    count = len(wanted_keys(task, document.format))
    return f"Fill {counted(count, 'missing section')}"


def task_reference(document: Document, index: int) -> dict[str, Any]:
    """How a command names a task so that the name outlives an edit: its id or name, and which among equals."""
    task = document.tasks[index]
    name = task.id or task.name
    folded = name.casefold()
    nth = sum((other.id or other.name).casefold() == folded for other in document.tasks[:index])
    return {"task": name, "nth": nth} if nth else {"task": name}


def find_reference(document: Document, data: dict[str, Any]) -> int | None:
    """The task that `task_reference` named."""
    name = str(data.get("task", "")).casefold()
    equals = [index for index, task in enumerate(document.tasks) if (task.id or task.name).casefold() == name]
    nth = data.get("nth", 0)
    return equals[nth] if isinstance(nth, int) and 0 <= nth < len(equals) else None


def _can_grow(task: Task, document: Document) -> bool:
    """Whether an expansion would write something."""
    return not task.is_plan or bool(wanted_keys(task, document.format))
