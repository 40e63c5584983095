"""The rule done-before-dependency."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.graph import PREREQUISITES

from .rule import Finding, Related, Scope, Severity, rule
from .subject import Tasks


@rule(Severity.WARNING, scope=Scope.DOCUMENT)
def done_before_dependency(document: Tasks) -> Iterator[Finding]:
    """A task that is done needs one that is not.

    ## Why
    Either the other task is done too and its mark is missing, or the prerequisite was none, or the work rests on
    something that is not there.

    ## Example
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    ## Task 2: Ship the image ✅

    **Prerequisites**: Task 1
    ```

    ## Use instead
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image ✅

    ## Task 2: Ship the image ✅

    **Prerequisites**: Task 1
    ```
    """
    tasks = document.tasks
    for index, task in enumerate(tasks):
        if not task.done or not task.references:
            continue
        seen = set()
        for reference, target in zip(task.references, document.graph.targets[index], strict=True):
            if target < 0 or target in seen or reference.section != PREREQUISITES or tasks[target].done:
                continue
            seen.add(target)
            label = tasks[target].label
            where = Related(target, tasks[target].title_span, f"{label} is still open")
            yield Finding(
                reference.span,
                f"{task.label} is done, but {label} is not; finish {label} first, or reopen this task",
                related=(where,),
                task=index,
            )
