"""The rule unknown-task."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from plansmith.plan.graph import PREREQUISITES, UNKNOWN
from plansmith.plan.text import Edit, Span
from plansmith.plan.tree import Reference, Task

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Tasks

_SHOWN = 4  # names in one message
_COMPARED = 10_000  # ids at most, for one document: to compare words is slow
_COMPARED_LENGTH = 40
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
    compared = [0]
    for index, targets in enumerate(graph.targets):
        if UNKNOWN not in targets:
            continue
        task = document.tasks[index]
        unknown: dict[Span, list[Reference]] = {}
        for reference, target in zip(task.references, targets, strict=True):
            if target == UNKNOWN:
                # The tasks inside a range stand where its end stands.
                unknown.setdefault(reference.target, []).append(reference)
        nearest: dict[bool, _Nearest] = {}
        for references in unknown.values():
            last = references[-1]
            fix = None
            if len(references) == 1 and not _is_in_range(last, task):
                needed = last.section == PREREQUISITES
                if needed not in nearest:
                    nearest[needed] = _Nearest(index, last.section, document, compared)
                near = nearest[needed].find(last.text)
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


class _Nearest:
    """The ids that may stand in one task's references, ready to be asked for the closest."""

    def __init__(self, index: int, section: str, document: Tasks, compared: list[int]) -> None:
        """`compared` holds how many words were compared for the document so far."""
        tasks, graph = document.tasks, document.graph
        barred = {index, *graph.targets[index]}
        if section == PREREQUISITES:
            barred |= _waiting(index, graph.dependents)
            if tasks[index].done:
                barred.update(number for number, task in enumerate(tasks) if not task.done)
        wrong = {tasks[number].id.casefold() for number in barred if number >= 0}
        self._ids = [task.id for task in tasks if task.id and task.id.casefold() not in wrong]
        self._by_number: dict[int, tuple[int, str]] = {}
        for place, text in enumerate(self._ids):
            if text.isdecimal():
                self._by_number.setdefault(int(text[:9]), (place, text))
        self._numbers = sorted(self._by_number)
        self._compared = compared

    def find(self, text: str) -> str:
        """The id that comes closest; "" where there is none."""
        if text.isdecimal() and self._numbers:
            number = int(text[:9])
            place = bisect_left(self._numbers, number)
            near = self._numbers[max(place - 1, 0) : place + 1]
            return min((abs(number - other), *self._by_number[other]) for other in near)[2]
        if text.isdecimal():
            return self._ids[0] if self._ids else ""
        self._compared[0] += len(self._ids)
        if self._compared[0] > _COMPARED:
            return ""
        found = get_close_matches(text[:_COMPARED_LENGTH], self._ids, n=1, cutoff=0.0)
        return found[0] if found else ""


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
