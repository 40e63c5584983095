"""The rule invalid-configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plansmith.plan.text import Span

from .rule import Finding, Scope, Severity, rule


class Problem(NamedTuple):
    """What is wrong in a configuration file, and where; the span speaks of the whole file."""

    span: Span
    message: str
    severity: Severity | None = None  # weaker than the rule's own


@rule(Severity.ERROR, scope=Scope.CONFIGURATION)
def invalid_configuration(problems: Sequence[Problem]) -> Iterator[Finding]:
    """A setting that Plansmith does not know, or a value that it can't use.

    ## Why
    A setting with a slip in its name does nothing, and nobody notices.
    What is wrong is left out, with its default in its place; all other settings stay in force.

    ## Example
    ```toml
    max-findings = 200

    [rules]
    missing-sections = "off"
    ```

    ## Use instead
    ```toml
    max-findings = 200

    [rules]
    missing-section = "off"
    ```
    """
    for problem in problems:
        yield Finding(problem.span, problem.message, severity=problem.severity)
