"""The rule unlabelled-code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plansmith.plan.format import CODE
from plansmith.plan.text import on_line
from plansmith.plan.tree import Section

from .rule import Finding, Scope, Severity, rule
from .subject import Plan


@rule(Severity.HINT, scope=Scope.SECTION, sections=lambda spec: spec.kind == CODE)
def unlabelled_code(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
    """A code example without a language.

    ## Why
    The language tells reader, editor and agent what they look at, and colours it.
    Fences in other sections are free: they often hold output or a file tree.

    ## Example
    ````markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Code Examples**:

    ```
    def health() -> int:
        return 200
    ```
    ````

    ## Use instead
    ````markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Code Examples**:

    ```python
    def health() -> int:
        return 200
    ```
    ````
    """
    for section in sections:
        for fence in section.fences:
            if not fence.language:
                end = len(plan.lines[fence.line].rstrip())
                yield Finding(on_line(fence.line, fence.column, end), "Name the language of this code after the fence")
