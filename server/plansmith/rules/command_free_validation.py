"""The rule command-free-validation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from plansmith.plan.inline import without_comments
from plansmith.plan.scanner import FENCE_BODY, FENCE_CLOSE, FENCE_OPEN, HTML, INDENTED
from plansmith.plan.tree import Section

from .rule import Finding, Scope, Severity, rule
from .subject import Plan, code_spans

_CODE: Final = (FENCE_BODY, INDENTED)
PROOF_KEYS: Final = frozenset(("steps.step.validation", "testing.unit", "testing.integration"))
_URL: Final = re.compile(r"[a-z0-9+.-]://\w|\bwww\.\w", re.I)
_PATH: Final = re.compile(r"[^\s/\\=(){}|;&$]*(?:[/\\][^\s/\\=(){}|;&$:]*)+|[^\s/=(){}|;&$]*\.[a-z][a-z0-9]{0,4}")
_PROGRAM: Final = re.compile(
    r"\./(?:[\w.-]+/)*[\w-]+(?:\.(?:sh|bash|zsh|ps1|bat|cmd))?"
)  # `./gradlew` is run, not read


@rule(Severity.HINT, scope=Scope.SECTION, sections=lambda spec: spec.key in PROOF_KEYS)
def command_free_validation(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
    """A validation or test list in which no item has a command.

    ## Why
    Whether a step worked should be a fact, not an opinion.
    A command with its expected result is run the same way by everybody, an agent or CI included.
    A code span or a fence counts if it is more than a path alone, and so does a URL.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Validation**:

    - [ ] The health check works
    - [ ] The tests in `tests/test_health.py` pass
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Validation**:

    - [ ] `curl -i localhost:8080/health` answers 200
    - [ ] The tests in `tests/test_health.py` pass
    ```
    """
    for section in sections:
        if section.has_content and not _is_proved(section, plan):
            title = section.title
            yield Finding(
                title,
                f"No item of “{plan.lines[title.line][title.start : title.end]}” has a command; "
                "write the one that proves it, and the result to expect",
            )


def _is_proved(section: Section, plan: Plan) -> bool:
    """Whether a line of the section has a command, or says that one is still to be decided on."""
    lines, tokens = plan.lines, plan.task.tokens
    first, column = section.content
    for number in range(first, section.end):
        line, token = lines[number], tokens[number]
        if not (token[0] in _CODE or "`" in line or "://" in line or "www." in line):
            continue  # neither code nor a URL
        if _has_command(line, token[0], column if number == first else token[1]):
            return True
    return plan.is_decision(first, column) or any(plan.is_decision(item.line, item.text) for item in section.items)


def _has_command(line: str, kind: int, start: int) -> bool:
    """Whether a line of a list holds something to run or to open."""
    if kind in _CODE:
        text = line[start:].strip()
        return bool(text) and _is_command(text)
    if kind in (FENCE_OPEN, FENCE_CLOSE, HTML):
        return False
    if "<!--" in line:
        line = without_comments(line)
    if "`" in line and any(_is_command(code) for code in code_spans(line, start)):
        return True
    return ("://" in line or "www." in line) and _URL.search(line, start) is not None


def _is_command(code: str) -> bool:
    """Whether code is more than a bare path."""
    return _PATH.fullmatch(code) is None or "://" in code or _PROGRAM.fullmatch(code) is not None
