"""The rule unused-ignore."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from plansmith.plan.text import Edit, Span
from plansmith.plan.tree import Ignore

from .rule import Finding, Fix, Scope, Severity, rule


@rule(Severity.HINT, scope=Scope.TASK, fix="safe")
def unused_ignore(
    ignores: Sequence[Ignore],
    used: Collection[tuple[int, str]],
    active: Collection[str],
    known: Collection[str],
) -> Iterator[Finding]:
    """An ignore comment that silences nothing.

    ## Why
    A comment that has lost its reason hides the next finding of that rule, which nobody will then see.

    A name that no rule has silences nothing at all.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    <!-- plansmith: ignore vague-actions -->
    - [ ] Answer as the load balancer expects
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Answer as the load balancer expects
    ```
    """
    for ignore in ignores:
        if not ignore.names:
            fix = _fix("Delete the ignore comment", _comment(ignore))
            yield Finding(ignore.place, "Name the rules to silence here, or delete the comment", fix)
        for number, name in enumerate(ignore.names):
            if (ignore.line, name) in used or (name in known and name not in active):
                continue
            what = f"“{name}” is silenced here, but finds nothing" if name in known else f"There is no rule “{name}”"
            fix = _fix(f"Delete “{name}” from the ignore comment", _without(ignore, number))
            yield Finding(ignore.spans[number], f"{what}; delete it", fix)


def _fix(title: str, edits: tuple[Edit, ...]) -> Fix | None:
    return Fix(title, edits, True) if edits else None


def _comment(ignore: Ignore) -> tuple[Edit, ...]:
    return (Edit(ignore.whole, ""),) if ignore.whole else ()


def _without(ignore: Ignore, number: int) -> tuple[Edit, ...]:
    """The edits that take one name out of a comment, or the whole comment where it is the only one."""
    spans, span = ignore.spans, ignore.spans[number]
    if len(spans) == 1:
        return _comment(ignore)
    if number + 1 < len(spans):
        return (Edit(Span(span.line, span.start, span.line, spans[number + 1].start), ""),)
    return (Edit(Span(span.line, spans[number - 1].end, span.line, span.end), ""),)
