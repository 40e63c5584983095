"""The rule unfinished-success."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.text import on_line

from .rule import SAME_TASK, Finding, Related, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.TASK, needles=("[x]",))
def unfinished_success(plan: Plan) -> Iterator[Finding]:
    """All success criteria are ticked while an action is still open.

    ## Why
    One of the two is not true: the work is unfinished, or somebody forgot to tick it.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [x] Create `src/health.py`
    - [ ] Route `/health` in `src/app.py`

    ### Success Criteria

    - [x] `curl -i localhost:8080/health` answers 200
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [x] Create `src/health.py`
    - [x] Route `/health` in `src/app.py`

    ### Success Criteria

    - [x] `curl -i localhost:8080/health` answers 200
    ```
    """
    success = plan.task.find("success")
    boxes = [item.is_ticked for item in success.items if item.box is not None] if success else []
    if success is None or not boxes or not all(boxes):
        return
    still_open = [
        item
        for section in plan.sections
        if section.spec.name == "actions"
        for item in section.items
        if item.box is not None and not item.is_ticked
    ]
    if still_open:
        count = "an action is" if len(still_open) == 1 else f"{len(still_open)} actions are"
        first = still_open[0]
        where = on_line(first.line, first.text, max(len(plan.lines[first.line].rstrip()), first.text))
        yield Finding(
            success.title,
            f"All criteria are ticked, but {count} open; finish and tick the work, or untick what is not met yet",
            related=(Related(SAME_TASK, where, "The first open action"),),
        )
