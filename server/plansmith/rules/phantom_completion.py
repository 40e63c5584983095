"""The rule phantom-completion."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.paths import listed_files

from .listing import is_gone
from .rule import Finding, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.TASK, files=True)
def phantom_completion(plan: Plan) -> Iterator[Finding]:
    """A done task whose new file is not there, and that no other task moves or removes.

    ## Why
    The task says that it is done, and what it should have made is missing: the work was never finished, or the file
    lies elsewhere.
    What git ignores is not judged, nor a file of which its item says that it was moved or removed, or is optional.

    ## Example
    The workspace has these files:

    ```text
    src/app.py
    ```

    ```markdown
    ## Task 1: Serve the health check ✅

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [x] Create `src/health.py` with a `health()` handler

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
    ## Task 1: Serve the health check ✅

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [x] Create `src/health.py` with a `health()` handler

    ### Files Created/Modified

    **New Files**:

    - `src/health.py` - the health check

    **Modified Files**:

    - `src/app.py` - routes `/health`
    ```
    """
    facts, task = plan.facts, plan.task
    if facts is None or not task.done:
        return
    for place in listed_files(task).new:
        path = place.path
        if (
            facts.exists(path) is False
            and not is_gone(place.note)
            and not facts.others_move(path)
            and not facts.is_ignored(path)
        ):
            yield Finding(
                place.span,
                f"This task is done, but there is no {path}; finish it, correct the path, or say in the task that "
                "moved or removed it",
            )
