"""The rule open-decision."""

from __future__ import annotations

from collections.abc import Iterator

from plansmith.plan.text import on_line

from .rule import Finding, Scope, Severity, rule
from .subject import Plan, is_decision


@rule(Severity.HINT, scope=Scope.TASK, needles=("decide",))
def open_decision(plan: Plan) -> Iterator[Finding]:
    """`Decide: …`, the mark for what the author must settle.

    ## Why
    A plan can't know everything, and a guess that looks like a fact is worse than a question.
    The mark keeps the question where its answer belongs, and counts as content until then.

    ## Example
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Keep the sessions

    ### Dependencies Added

    - Decide: which store keeps the sessions
    ```

    ## Use instead
    ```markdown
    ---
    plansmith: true
    ---

    ## Task 1: Keep the sessions

    ### Dependencies Added

    - `redis@5.2` - keeps the sessions
    ```
    """
    for line in plan.prose(plan.lines_with(("decide",))):
        if line.begins and is_decision(line.raw, line.start):
            start = len(line.raw) - len(line.raw[line.start :].lstrip())
            span = on_line(line.line, start, len(line.raw.rstrip()))
            yield Finding(span, "Settle this, and write the answer in place of the question")
