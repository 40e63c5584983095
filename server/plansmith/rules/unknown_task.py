"""The rule unknown-task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from plansmith.plan.graph import PREREQUISITES, UNKNOWN
from plansmith.plan.text import Edit, Span
from plansmith.plan.tree import Reference, Task

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Tasks

_SHOWN = 4  # names in one message
_RANGE_AFTER = re.compile(r"\s*(?:[-–—]|to\b)\s*#?\d")
_RANGE_BEFORE = re.compile(r"\d[a-z]?\s*(?:[-–—]|\bto\b)\s*#?$", re.I)


@rule(Severity.ERROR, scope=Scope.DOCUMENT, fix="quick")
def unknown_task(document: Tasks) -> Iterator[Finding]:
    """A task waits for, or leads to, a task that the document does not have.

    ## Why
    Nothing can ever finish it, so the task never becomes ready.

    ## Example
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    ## Task 2: Ship the image

    **Prerequisites**: Task 9
    ```

    ## Use instead
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    ## Task 2: Ship the image

    **Prerequisites**: Task 1
    ```
    """
    graph = document.graph
    for index, targets in enumerate(graph.targets):
        if UNKNOWN not in targets:
            continue
        task = document.tasks[index]
        unknown: dict[Span, list[Reference]] = {}
        for reference, target in zip(task.references, targets, strict=True):
            if target == UNKNOWN:
                # The tasks inside a range stand where its end stands.
                unknown.setdefault(reference.target, []).append(reference)
        for references in unknown.values():
            last = references[-1]
            fix = None
            if len(references) == 1 and not _is_in_range(last, task):
                near = _nearest(last, index, document)
                if near:
                    fix = Fix(f"Change to {near}", (Edit(last.target, near),), False)
            yield Finding(last.span, f"No task here is called {_names(references)}", fix, task=index)


def _names(references: Sequence[Reference]) -> str:
    names = [
        reference.text if not reference.text[:1].isdigit() else f"Task {reference.text}" for reference in references
    ]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 1], f"{len(names) - _SHOWN + 1} more"]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _is_in_range(reference: Reference, task: Task) -> bool:
    """Whether the id is an end of a range: another end would mean other tasks in between, too."""
    line, span = task.lines[reference.target.line], reference.target
    shown = line[span.start : span.end]
    return shown != reference.text or bool(
        _RANGE_AFTER.match(line, span.end) or _RANGE_BEFORE.search(line[max(0, span.start - 20) : span.start])
    )


def _nearest(reference: Reference, index: int, document: Tasks) -> str:
    """The id that comes closest, of a task that may stand here; "" where there is none."""
    tasks, graph = document.tasks, document.graph
    barred = {index, *graph.targets[index]}
    if reference.section == PREREQUISITES:
        barred |= _waiting(index, graph.dependents)
        if tasks[index].done:
            barred.update(number for number, task in enumerate(tasks) if not task.done)
    wrong = {tasks[number].id.casefold() for number in barred if number >= 0}
    ids = [task.id for task in tasks if task.id and task.id.casefold() not in wrong]
    if reference.text.isdecimal():
        numbers = [text for text in ids if text.isdecimal()]
        ids = sorted(numbers, key=lambda text: abs(int(text[:9]) - int(reference.text[:9]))) or ids
        return ids[0] if ids else ""
    near = get_close_matches(reference.text, ids, n=1, cutoff=0.0)
    return near[0] if near else ""


def _waiting(index: int, dependents: Sequence[Sequence[int]]) -> set[int]:
    """All tasks that wait for a task, directly or through others."""
    found: set[int] = set()
    queue = [index]
    for task in queue:
        for waiting in dependents[task]:
            if waiting not in found:
                found.add(waiting)
                queue.append(waiting)
    return found
