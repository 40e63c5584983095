"""The rule existing-file."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.paths import MODIFIED_FILES, listed_files

from .rule import Finding, Scope, Severity, rule
from .subject import Plan


@rule(Severity.HINT, scope=Scope.TASK, files=True)
def existing_file(plan: Plan) -> Iterator[Finding]:
    """New Files names a path that is there already, while the task is not started.

    ## Why
    Somebody has written the file already, or the task would write over another one.
    As soon as a box of the task is ticked or started, its new files may be there.
    What git ignores is not judged.

    ## Example
    The workspace has these files:

    ```text
    src/app.py src/health.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py` with a `health()` handler

    ### Files Created/Modified

    **New Files**:

    - `src/health.py` - the health check

    **Modified Files**:

    - `src/app.py` - routes `/health`
    ```

    ## Use instead
    The workspace has these files:

    ```text
    src/app.py src/health.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Extend `src/health.py` by a `health()` handler

    ### Files Created/Modified

    **New Files**:

    - `src/checks.py` - what is checked

    **Modified Files**:

    - `src/app.py` - routes `/health`
    ```
    """
    facts, task = plan.facts, plan.task
    if facts is None or task.done or task.started:
        return
    for place in listed_files(task).new:
        if facts.exists(place.path) is True and not facts.is_ignored(place.path):
            yield Finding(
                place.span,
                f"{place.path} is there already, and this task is not started; "
                f"list it under “{plan.title_of(MODIFIED_FILES)}”, or give the new file another name",
            )
