"""The rule unknown-task."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from plansmith.plan.format import Format
from plansmith.plan.graph import PREREQUISITES, UNKNOWN
from plansmith.plan.text import Edit, Span
from plansmith.plan.tree import Reference, Task

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Tasks

_SHOWN: Final = 4  # names in one message
_WORK: Final = 200_000  # tasks to look at for what to offer, in one document
_COMPARED_LENGTH: Final = 40
_RANGE_AFTER: Final = re.compile(r"\s*(?:[-–—]|to\b)\s*#?\d")
_RANGE_BEFORE: Final = re.compile(r"\d[a-z]?\s*(?:[-–—]|\bto\b)\s*#?$", re.I)


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
    nearest = _Nearest(document)
    for index, targets in enumerate(document.graph.targets):
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
                near = nearest.find(last, index)
                if near:
                    fix = Fix(f"Change to {near}", (Edit(last.target, near),), False)
            yield Finding(last.span, f"No task here is called {_names(references, document.format)}", fix, task=index)


def _names(references: Sequence[Reference], fmt: Format) -> str:
    names = [fmt.reference_to(reference.text) for reference in references]
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
    """Finds the id that comes closest to one that no task has, with so much work for a document and no more."""

    def __init__(self, document: Tasks) -> None:
        self._tasks = document.tasks
        self._graph = document.graph
        self._work = _WORK
        self._asked: tuple[int, bool] | None = None
        self._wrong: set[str] = set()
        numbered = [(int(task.id[:9]), place) for place, task in enumerate(document.tasks) if task.id.isdecimal()]
        self._numbered = sorted(numbered)

    def find(self, reference: Reference, index: int) -> str:
        """The id of a task that may stand in a task's reference; "" where there is none that is found soon."""
        needed = reference.section == PREREQUISITES
        done = needed and self._tasks[index].done
        if self._asked != (index, needed):
            self._asked = index, needed
            barred = {index, *self._graph.targets[index]}
            if needed:
                barred |= self._waiting(index)
            self._wrong = {self._tasks[place].id.casefold() for place in barred if place >= 0}
            self._work -= len(barred)
        if reference.text.isdecimal():
            near = self._nearest_number(int(reference.text[:9]), done)
            if near:
                return near
        self._work -= 20 * len(self._tasks)  # to compare words is slow
        if self._work < 0:
            return ""
        ids = [task.id for task in self._tasks if self._may_stand(task, done)]
        if reference.text.isdecimal():
            return ids[0] if ids else ""
        from difflib import get_close_matches  # few documents need it, and `check` starts without it

        found = get_close_matches(reference.text[:_COMPARED_LENGTH], ids, n=1, cutoff=0.0)
        return found[0] if found else ""

    def _nearest_number(self, number: int, done: bool) -> str:
        numbered, tasks = self._numbered, self._tasks
        low = bisect_left(numbered, (number, -1)) - 1
        high = low + 1
        best: tuple[int, int] | None = None  # the distance, then the place in the text
        while low >= 0 or high < len(numbered):
            self._work -= 1
            below = number - numbered[low][0] if low >= 0 else None
            above = numbered[high][0] - number if high < len(numbered) else None
            if above is None or (below is not None and below <= above):
                distance, place = number - numbered[low][0], numbered[low][1]
                low -= 1
            else:
                distance, place = numbered[high][0] - number, numbered[high][1]
                high += 1
            if self._work < 0 or (best is not None and distance > best[0]):
                break
            if self._may_stand(tasks[place], done) and (best is None or (distance, place) < best):
                best = distance, place
        return tasks[best[1]].id if best is not None and self._work >= 0 else ""

    def _may_stand(self, task: Task, done: bool) -> bool:
        return bool(task.id) and (task.done or not done) and task.id.casefold() not in self._wrong

    def _waiting(self, index: int) -> set[int]:
        """All tasks that wait for a task, directly or through others."""
        found: set[int] = set()
        queue = [index]
        for task in queue:
            for waiting in self._graph.dependents[task]:
                self._work -= 1
                if self._work < 0:
                    return found
                if waiting not in found:
                    found.add(waiting)
                    queue.append(waiting)
        return found
