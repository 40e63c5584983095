"""The rule missing-section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plansmith.plan.format import RECOMMENDED, REQUIRED, SectionSpec
from plansmith.plan.queries import find_missing

from .rule import Finding, Scope, Severity, rule
from .subject import Plan

_NEEDS: Final = (REQUIRED, RECOMMENDED)


@rule(Severity.ERROR, scope=Scope.TASK)
def missing_section(plan: Plan) -> Iterator[Finding]:
    """A section that the plan, a section or a step does not have.

    ## Why
    Whoever carries the plan out knows nothing but the plan and the repository.
    A section that is not there is a question that nobody answers: how to tell that a step worked, which files change,
    what can start afterwards.
    A section that the format only recommends is reported as information.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    **Objective**: Serve `GET /health`.

    **Prerequisites**: None

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    **Actions**:

    - [ ] Create `src/health.py`

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes

    **Troubleshooting**:

    - Port in use: set `PORT` to a free one

    ### Testing Plan

    **Unit Tests**:

    - [ ] `pytest tests/test_health.py` covers the handler

    **Integration Tests**:

    - [ ] `curl -i localhost:8080/health` answers 200

    ### Success Criteria

    - [ ] `pytest` passes

    ### Files Created/Modified

    **New Files**:

    - `src/health.py` - the health check

    **Modified Files**: None

    ### Dependencies Added

    - None

    ### Next Steps

    **Immediate next task**: None

    **Dependencies unlocked**: None
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    **Objective**: Serve `GET /health`.

    **Prerequisites**: None

    **Estimated Complexity**: Low

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    **Actions**:

    - [ ] Create `src/health.py`

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes

    **Troubleshooting**:

    - Port in use: set `PORT` to a free one

    ### Testing Plan

    **Unit Tests**:

    - [ ] `pytest tests/test_health.py` covers the handler

    **Integration Tests**:

    - [ ] `curl -i localhost:8080/health` answers 200

    ### Success Criteria

    - [ ] `pytest` passes

    ### Files Created/Modified

    **New Files**:

    - `src/health.py` - the health check

    **Modified Files**: None

    ### Dependencies Added

    - None

    ### Next Steps

    **Immediate next task**: None

    **Dependencies unlocked**: None
    ```
    """
    for missing in find_missing(plan.task, plan.format, _NEEDS, twins=True):
        parent = missing.parent
        if parent is None:
            span, where = plan.task.title_span, f"the plan of {plan.task.label}"
        else:
            span, where = parent.title, _name(parent.spec, parent.number)
        required = missing.spec.need == REQUIRED
        verb = "lacks" if required else "could say more with"
        yield Finding(
            span,
            f"{where[0].upper()}{where[1:]} {verb} {_written(missing.spec)}",
            section=missing.key,
            severity=None if required else Severity.INFORMATION,
        )


def _name(spec: SectionSpec, number: int | None) -> str:
    return f"“{spec.title}”" if number is None else spec.called(number)


def _written(spec: SectionSpec) -> str:
    """How the section is written, as words."""
    title = spec.title.replace("{n}", "1").replace("{name}", "…")
    return f"the heading “{title}”" if spec.form == "heading" else f"“**{title}**:”"
