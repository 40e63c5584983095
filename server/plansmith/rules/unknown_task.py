"""The rule unknown-task."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from plansmith.plan.graph import UNKNOWN
from plansmith.plan.text import Edit

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Tasks


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
    for index, task in enumerate(document.tasks):
        targets = document.graph.targets[index]
        for reference, target in zip(task.references, targets, strict=True):
            if target == UNKNOWN:
                ids = [other.id for other in document.tasks if other.id and other is not task]
                near = get_close_matches(reference.text, ids, n=1, cutoff=0.0)
                fix = Fix(f"Change to {near[0]}", (Edit(reference.target, near[0]),), False) if near else None
                yield Finding(reference.span, f"No task here is called Task {reference.text}", fix, task=index)
