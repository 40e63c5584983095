"""The rule unclosed-fence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plansmith.plan.leaves import heading_text
from plansmith.plan.text import insertion, on_line
from plansmith.plan.tree import Fence

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan

_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+")
_THEMATIC_BREAK: Final = re.compile(r" {0,3}(?:-[ \t]*){3,}$")


@rule(Severity.ERROR, scope=Scope.TASK, needles=("```", "~~~"), fix="quick")
def unclosed_fence(plan: Plan) -> Iterator[Finding]:
    """A fence in a plan that never closes.

    ## Why
    All that follows is code, to the end of the document: sections that were written count as missing, and the
    tasks below are not seen at all.

    ## Example
    ````markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Code Examples**:

    ```python
    def health() -> int:
        return 200

    ## Task 2: Ship it
    ````

    ## Use instead
    ````markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Code Examples**:

    ```python
    def health() -> int:
        return 200
    ```

    ## Task 2: Ship it
    ````
    """
    for fence in plan.task.fences:
        if fence.close is not None:
            continue
        opening = plan.lines[fence.line]
        run = opening[fence.column :]
        run = run[: len(run) - len(run.lstrip(run[0]))]
        last, before = _last_line(plan, fence)
        # Inside its containers: a quote's mark stands on every line, a list item's on its first only.
        prefix = "".join(char if char in ">\t" else " " for char in opening[: fence.column])
        edit = insertion(last, len(plan.lines[last]), f"\n{prefix}{run}")
        yield Finding(
            on_line(fence.line, fence.column, len(opening.rstrip())),
            f"This fence never closes; write “{run}” below the code",
            Fix(f"Close the fence before {before}", (edit,), False),
        )


def _last_line(plan: Plan, fence: Fence) -> tuple[int, str]:
    """The last line of the code as it was meant, and what stands after it, in words."""
    after, before = fence.end, "the end of the plan"
    for number in range(fence.line + 1, fence.end):
        title = _task_heading(plan, number)
        if title:
            after, before = number, f"“{title}”"
            break
    last = _last_text(plan, fence.line, after)
    if after < fence.end and _THEMATIC_BREAK.match(plan.lines[last], plan.task.tokens[last][1]):
        # A rule line between two tasks belongs to neither.
        last = _last_text(plan, fence.line, last)
    return last, before


def _last_text(plan: Plan, first: int, end: int) -> int:
    """The last line before `end` that is not blank."""
    last = end - 1
    while last > first and not plan.lines[last][plan.task.tokens[last][1] :].strip():
        last -= 1
    return last


def _task_heading(plan: Plan, number: int) -> str:
    """The text of a line of code that looks like a task's heading; "" where it does not."""
    heading = _HEADING.match(plan.lines[number], plan.task.tokens[number][1])
    if heading is None:
        return ""
    level, text, fmt = len(heading[1]), heading_text(plan.lines[number], heading.end()), plan.format
    # One sign above the plan's own level is a comment in most languages: `# Task 2: build`.
    if level == 1 < plan.task.level or not fmt.min_level <= level <= fmt.max_level:
        return ""
    return text if fmt.is_task_heading(text) else ""
