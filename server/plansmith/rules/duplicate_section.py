"""The rule duplicate-section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plansmith.plan.format import STEP, SectionSpec
from plansmith.plan.tree import Section

from .rule import SAME_TASK, Finding, Related, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.TASK)
def duplicate_section(plan: Plan) -> Iterator[Finding]:
    """The same section twice under one parent.

    ## Why
    Readers, and tools, stop at the first one; what the second one says is lost on them.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py`

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes

    **Actions**:

    - [ ] Route `/health` in `src/app.py`
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py`
    - [ ] Route `/health` in `src/app.py`

    **Validation**:

    - [ ] `pytest tests/test_health.py` passes
    ```
    """
    yield from _among(plan.task.sections, plan)
    for section in plan.sections:
        if len(section.children) > 1:
            yield from _among(section.children, plan)


def _among(siblings: Sequence[Section], plan: Plan) -> Iterator[Finding]:
    if len({section.spec for section in siblings}) == len(siblings):
        return
    firsts: dict[SectionSpec, Section] = {}
    for section in siblings:
        # A title by alias may be the author's own word for something else: it repeats nothing, nor is it repeated.
        if section.by_alias or section.spec.kind == STEP:
            continue
        first = firsts.setdefault(section.spec, section)
        if first is not section:
            title = section.spec.title
            where = Related(SAME_TASK, first.title, f"The first “{title}”")
            yield Finding(section.title, f"“{title}” stands here twice; merge it into the first", related=(where,))
