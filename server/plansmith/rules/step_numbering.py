"""The rule step-numbering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plansmith.plan.format import STEPS
from plansmith.plan.numbering import renumbered, steps_of
from plansmith.plan.tree import Section

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.SECTION, sections=lambda spec: spec.kind == STEPS, fix="safe")
def step_numbering(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
    """Steps that are not numbered 1, 2, 3 and so on.

    ## Why
    A gap looks like a lost step, and with a number used twice “see Step 2” means two things.
    The fix renumbers the steps, and what is said of them in the task.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    #### Step 3: Route the request

    **Objective**: Reach the handler of Step 1.

    #### Step 4: Log the request

    **Objective**: Log what Step 3 routes.
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    #### Step 2: Route the request

    **Objective**: Reach the handler of Step 1.

    #### Step 3: Log the request

    **Objective**: Log what Step 2 routes.
    ```
    """
    for section in sections:
        steps = steps_of(section)
        right = range(1, len(steps) + 1)
        for place, step in zip(right, steps, strict=True):
            if step.number != place and step.number_span is not None:
                fix = Fix("Number the steps 1, 2, 3 …", tuple(renumbered(section, right, plan.task, plan.format)), True)
                message = f"Steps count 1, 2, 3 …: this one is {step.spec.called(place)}"
                yield Finding(step.number_span, message, fix)
                break
