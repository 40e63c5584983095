"""The rule duplicate-task."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Task

from .rule import Finding, Related, Scope, Severity, rule
from .subject import Tasks


@rule(Severity.WARNING, scope=Scope.DOCUMENT)
def duplicate_task(document: Tasks) -> Iterator[Finding]:
    """Two tasks with the same id under the same group heading, or with the same name and no id.

    ## Why
    A reference can mean only one of them, and nobody can tell which.

    ## Example
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    ## Task 1: Ship the image
    ```

    ## Use instead
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Build the image

    ## Task 2: Ship the image
    ```
    """
    for later, first in document.graph.duplicates:
        task = document.tasks[later]
        what = f"{task.label} is taken already; give this task an id of its own"
        if not task.id:
            what = f"Another task is called {task.label}; give this one a name or an id of its own"
        where = Related(first, _name(document.tasks[first]), f"The first {document.tasks[first].label}")
        yield Finding(_name(task), what, related=(where,), task=later)


def _name(task: Task) -> Span:
    """The words that name a task: up to its id, or its name where it has none."""
    heading, title = task.heading, task.title
    if title.id:
        # The word before a bare number belongs to the name: Task 3.
        start = title.id_start
        if title.id[0].isdigit():
            before = heading.text[:start].rstrip("# \t")
            words = before.split()
            if words and before[-1].isalpha():
                start = len(before) - len(words[-1])
        return on_line(heading.line, heading.column + start, heading.column + title.id_end)
    return on_line(heading.line, heading.column + title.name_start, heading.column + title.name_end)
