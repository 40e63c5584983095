"""The rule invalid-complexity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plansmith.plan.choices import choice_start, chosen
from plansmith.plan.format import CHOICE
from plansmith.plan.queries import first_line
from plansmith.plan.text import Edit, on_line
from plansmith.plan.tree import Section

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\S+")
_WORDS: Final = re.compile(r"[^\s*_`]*[^\s*_`,.;:]")


@rule(Severity.ERROR, scope=Scope.SECTION, sections=lambda spec: spec.kind == CHOICE and bool(spec.choices), fix="safe")
def invalid_complexity(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
    """A complexity whose first word is none of the choices.

    ## Why
    Whoever picks the next task compares tasks by this word, and so do tools; a word of its own compares with nothing.
    A note may follow: `Medium (3 days)`.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    **Estimated Complexity**: Moderate (3 days)

    ### Implementation Steps

    #### Step 1: Answer the request
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    **Estimated Complexity**: Medium (3 days)

    ### Implementation Steps

    #### Step 1: Answer the request
    ```
    """
    for section in sections:
        finding = _judged(section, plan)
        if finding is not None:
            yield finding


def _judged(section: Section, plan: Plan) -> Finding | None:
    spec = section.spec
    line, column, text = first_line(section, plan.task)
    if not text:
        return None
    raw = plan.lines[line]
    column = next((item.text for item in section.items if item.line == line), column)
    start = choice_start(raw, column)
    if chosen(raw[start:], spec.choices) is not None:
        return None
    if spec.none and plan.format.is_none(raw[column:]):
        return None
    word = _WORD.match(raw, start)
    if word is None:
        return None
    choice = spec.synonyms.get(word[0].casefold())
    if choice is None:
        word = _WORDS.match(raw, start) or word
    span = on_line(line, *word.span())
    fix = Fix(f"Change to “{choice}”", (Edit(span, choice),), True) if choice else None
    return Finding(span, f"Write {_either(spec.choices)} instead of “{word[0]}”", fix)


def _either(choices: Sequence[str]) -> str:
    """The choices as words: `Low, Medium or High`."""
    head = ", ".join(choices[:-1])
    return f"{head} or {choices[-1]}" if head else choices[-1]
