"""The rule dependency-cycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from plansmith.plan.graph import PREREQUISITES
from plansmith.plan.text import Span

from .rule import Finding, Related, Scope, Severity, rule
from .subject import Tasks

_SHOWN: Final = 6  # tasks of a path in the message; the related places name them all


@rule(Severity.ERROR, scope=Scope.DOCUMENT)
def dependency_cycle(document: Tasks) -> Iterator[Finding]:
    """Tasks that wait for each other.

    ## Why
    None of them can ever start: each has to wait until all others are done.

    ## Example
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    **Prerequisites**: Task 2

    ## Task 2: Ship the image

    **Prerequisites**: Task 1
    ```

    ## Use instead
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    **Prerequisites**: None

    ## Task 2: Ship the image

    **Prerequisites**: Task 1
    ```
    """
    for path in document.graph.cycles:
        edges = list(zip(path, (*path[1:], path[0]), strict=True))
        places = [(task, needed, _place(document, task, needed)) for task, needed in edges]
        label = document.tasks[path[0]].label
        if len(path) == 1:
            message = f"{label} waits for itself; take it out of its own prerequisites"
        else:
            message = f"{label} waits for itself: {_way(document, path)}; take one of these prerequisites out"
        yield Finding(
            places[0][2],
            message,
            related=tuple(
                Related(task, span, f"{document.tasks[task].label} waits for {document.tasks[needed].label}")
                for task, needed, span in places
            ),
            task=path[0],
        )


def _place(document: Tasks, task: int, needed: int) -> Span:
    """The reference by which a task waits for another."""
    references = document.tasks[task].references
    return next(
        reference.span
        for reference, target in zip(references, document.graph.targets[task], strict=True)
        if target == needed and reference.section == PREREQUISITES
    )


def _way(document: Tasks, path: Sequence[int]) -> str:
    labels = [document.tasks[task].label for task in path]
    shown = labels if len(labels) <= _SHOWN else [*labels[: _SHOWN - 1], "…"]
    return " → ".join([*shown, labels[0]])
