"""How a task stands: done, in progress, ready to start, or blocked by tasks that are still to do.

Whoever tells a task's state asks here, so that hover, hints, lenses, lists and the graph never disagree.
"""

from __future__ import annotations

from typing import Final

from .document import Document
from .graph import PREREQUISITES, UNKNOWN

DONE: Final = "done"
STARTED: Final = "in progress"
READY: Final = "ready"
BLOCKED: Final = "blocked"


def blockers(document: Document, index: int) -> list[int]:
    """The open tasks that a task waits for, by their index; UNKNOWN stands for each one that no task is called."""
    tasks, summary = document.tasks, document.tasks[index].summary
    targets = document.graph.targets[index]
    found = [
        target
        for (_, _, section), target in zip(summary.references, targets, strict=True)
        if section == PREREQUISITES and (target == UNKNOWN or (target >= 0 and not tasks[target].done))
    ]
    unknown = [target for target in found if target == UNKNOWN]
    return [*dict.fromkeys(target for target in found if target != UNKNOWN), *unknown]


def state_of(document: Document, index: int) -> str:
    """One of `DONE`, `STARTED`, `READY` and `BLOCKED`; a task that waits for others is blocked, started or not."""
    task = document.tasks[index]
    if task.done:
        return DONE
    if blockers(document, index):
        return BLOCKED
    return STARTED if task.started else READY


def ready(document: Document) -> list[int]:
    """The tasks that can be started or gone on with now: not done, and nothing they wait for is open or unknown."""
    return [index for index in range(len(document.tasks)) if state_of(document, index) in (READY, STARTED)]


def next_task(document: Document) -> int | None:
    """The task to go on with: the first one in progress that nothing blocks, else the first that is ready."""
    first: int | None = None
    for index, task in enumerate(document.tasks):
        if first is not None and not task.started:
            continue
        state = state_of(document, index)
        if state == STARTED:
            return index
        if state == READY:
            first = index
    return first
