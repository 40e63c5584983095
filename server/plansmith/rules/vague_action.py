"""The rule vague-action."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plansmith.plan.scanner import BLANK, FENCE_OPEN, HEADING, INDENTED, MORE, TEXT
from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Item, Section

from .rule import Finding, Scope, Severity, rule
from .subject import Plan, is_decision, without_code

_PROSE = (TEXT, MORE, HEADING)
_KEY = "steps.step.actions"
_VAGUE = re.compile(r"(?<![\w/.-])(?:etc\.(?![\w/])|as needed\b|appropriate(?:ly)?\b)", re.I)
_VAGUE_NEEDLES = ("etc.", "as needed", "appropriate")
# An acronym alone is no identifier: “Set up the API” names nothing that one could open.
_CONCRETE = re.compile(
    r"""
    `[^`]                                                  # code
    | \d                                                   # a number
    | ://\w | \bwww\.\w | \]\(                             # a URL or a link
    | "[^"]+" | “[^“”]+” | „[^„“”]+[“”] | «[^«»]+» | [「『][^「」『』]+[」』]
    | (?<!\w)['‘][^'‘’]+['’](?!\w)                         # quoted text, not the apostrophes of “don't”
    | [a-z][A-Z] | \w_\w | \w\(\) | \w::\w | \w=\w         # identifiers: camelCase, snake_case, calls
    | (?<![\w-])--[A-Za-z] | (?<!\w)[$@\#]\w               # options, variables, decorators, tickets
    | (?<![\w.])[A-Za-z]\w+\.[A-Za-z]                     # app.py, models.User; not “e.g.”
    | (?<![\w.])\.[A-Za-z]\w                              # .env
    | (?<![\w/.~@-])(?!(?:and/or|either/or|he/she|his/her)\b)[\w.~@-]*/[\w.*{<-] | \w/(?!\w)
    """,
    re.X,
)


@rule(Severity.HINT, scope=Scope.SECTION, sections=lambda spec: spec.key == _KEY)
def vague_action(section: Section, plan: Plan) -> Iterator[Finding]:
    """An action that names nothing to touch, or leaves the rest open with “etc.”, “as needed” or “appropriate”.

    ## Why
    Whoever carries the plan out can do an action at once only if it says where and what.
    A code span, a path, a URL, a number, quoted text or a word that looks like an identifier is enough, in the
    action itself or in what is nested below it.
    An acronym alone is not: “Set up the API” could mean anything.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Implement the endpoint
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py` with a `health()` handler that answers 200
    ```
    """
    if not section.items:
        return
    starts = {item.line: item.text for item in section.items}
    items = section.top_items
    for item, limit in zip(items, [*(item.line for item in items[1:]), section.end], strict=True):
        line = plan.lines[item.line]
        words = line[item.text :].strip()
        start = line.find(words, item.text)
        if not words or is_decision(line, item.text):
            continue
        found = _vague_word(plan, item)
        if found:
            span, word = found
            yield Finding(span, f"Say what exactly is meant by “{word}”")
        elif not _is_concrete(plan, item, limit, starts) and any(map(str.isalpha, words)):
            yield Finding(
                on_line(item.line, start, start + len(words)),
                "Say what to touch: a file, a command, a name or a value",
            )


def _vague_word(plan: Plan, item: Item) -> tuple[Span, str] | None:
    """The first word of an item's block that leaves open what is meant."""
    for number in range(item.line, item.end):
        line = plan.lines[number]
        folded = line.lower()
        if plan.task.tokens[number][0] in _PROSE and any(needle in folded for needle in _VAGUE_NEEDLES):
            match = _VAGUE.search(without_code(line), item.text if number == item.line else 0)
            if match:
                return on_line(number, *match.span()), match[0]
    return None


def _is_concrete(plan: Plan, item: Item, limit: int, starts: dict[int, int]) -> bool:
    """Whether an item or what is nested in it names something; a fence right below it counts as nested."""
    lines, tokens = plan.lines, plan.task.tokens
    for number in range(item.line, item.end):
        kind = tokens[number][0]
        if kind in (FENCE_OPEN, INDENTED):
            return True
        start = starts.get(number, tokens[number][1])
        if kind in _PROSE and (_CONCRETE.search(lines[number], start) or is_decision(lines[number], start)):
            return True
    number = item.end
    while number < limit and tokens[number][0] == BLANK:
        number += 1
    return number < limit and tokens[number][0] == FENCE_OPEN
