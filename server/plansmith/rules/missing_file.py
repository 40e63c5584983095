"""The rule missing-file."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.paths import NEW_FILES, listed_files

from .listing import is_gone
from .rule import Finding, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.TASK, files=True)
def missing_file(plan: Plan) -> Iterator[Finding]:
    """Modified Files names a path that is not there, and that no other task creates.

    ## Why
    Whoever carries the plan out looks for the file, finds none, and guesses.
    A path is looked for from the root, from the document's folder and from `code-root`, in the spelling of the file
    system; a folder counts.
    What git ignores is not judged, nor is a task that is done, nor a file of which its item says that it is deleted,
    moved, generated, optional or still to come.

    ## Example
    The workspace has these files:

    ```text
    src/main.py
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
    src/main.py
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

    - `src/main.py` - routes `/health`
    ```
    """
    facts, task = plan.facts, plan.task
    if facts is None or task.done:
        return
    for place in listed_files(task).modified:
        path = place.path
        if (
            facts.exists(path) is False
            and not is_gone(place.note)
            and not facts.others_make(path)
            and not facts.is_ignored(path)
        ):
            new_files = plan.title_of(NEW_FILES)
            yield Finding(
                place.span,
                f"There is no {path}, and no other task lists it under “{new_files}”; correct the path, or list it "
                "there if this task creates it",
            )
