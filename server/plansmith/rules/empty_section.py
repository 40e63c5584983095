"""The rule empty-section."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.format import OPTIONAL

from .rule import Finding, Scope, Severity, rule
from .subject import Plan


@rule(Severity.ERROR, scope=Scope.TASK)
def empty_section(plan: Plan) -> Iterator[Finding]:
    """A section that has a title and no content.

    ## Why
    The title promises an answer, and whoever carries the plan out finds none.
    Sub-headings, code, tables and quotes are content; a comment is not.
    Where nothing is to be said, `None` says so.
    An optional section without content is a warning: it can be deleted as well.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    **Actions**:

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    **Actions**:

    - [ ] Create `src/health.py` with a `health()` handler

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes
    ```
    """
    for section in plan.sections:
        if section.has_content:
            continue
        title = " ".join(plan.lines[section.title.line][section.title.start : section.title.end].split())
        if section.spec.need == OPTIONAL:
            yield Finding(
                section.title, f"Write what belongs under “{title}”, or delete the title",
                section=section.key, severity=Severity.WARNING,
            )  # fmt: skip
        else:
            none = f", or “{plan.format.none_text}”" if section.spec.none else ""
            yield Finding(section.title, f"Write what belongs under “{title}”{none}", section=section.key)
