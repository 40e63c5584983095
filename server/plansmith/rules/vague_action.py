"""The rule vague-action."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from plansmith.plan.scanner import BLANK, FENCE_OPEN, HEADING, INDENTED, MORE, TEXT
from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Item, Section

from .rule import Finding, Scope, Severity, rule
from .subject import Plan, without_code

_PROSE: Final = (TEXT, MORE, HEADING)
_CODE: Final = (FENCE_OPEN, INDENTED)
_KEY: Final = "steps.step.actions"
# A pattern that starts with plain signs is found many times faster than one that first looks behind.
_VAGUE: Final = re.compile(
    r"[AEae](?<![\w/.-].)(?i:(?<=e)tc\.(?![\w/])|(?<=a)s needed\b|(?<=a)ppropriate(?:ly)?\b)",
)
_VAGUE_NEEDLES: Final = ("etc.", "as needed", "appropriate")
# Something else than these stands in all that is concrete, behind the first letter.
# (A set with signs beyond Latin-1 in it takes Python milliseconds to make.)
_SIGN: Final = re.compile(r"[^\x00-\x20!%&)*+,;<>?\[\\^a-z{|}~\x7f]")
# An acronym alone is no identifier: “Set up the API” names nothing that one could open.
_CONCRETE: Final = re.compile(
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
def vague_action(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
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
    vague = plan.lines_with(_VAGUE_NEEDLES)
    for section in sections:
        if section.items:
            yield from _in_section(section, plan, vague)


def _in_section(section: Section, plan: Plan, vague: set[int]) -> Iterator[Finding]:
    lines, items = plan.lines, section.top_items
    nested = {item.line: item.text for item in section.items} if len(section.items) > len(items) else {}
    for place, item in enumerate(items, 1):
        number, column, end = item.line, item.text, item.end
        words = lines[number][column:].strip()
        if not words or plan.is_decision(number, column):
            continue
        found = None if vague.isdisjoint(range(number, end)) else _vague_word(plan, item)
        if found:
            span, word = found
            yield Finding(span, f"Say what exactly is meant by “{word}”")
        elif not _is_concrete(plan, item, nested) and any(char.isalpha() for char in words):
            limit = items[place].line if place < len(items) else section.end
            if not _is_above_fence(plan, end, limit):
                start = lines[number].find(words, column)
                yield Finding(
                    on_line(number, start, start + len(words)),
                    "Say what to touch: a file, a command, a name or a value",
                )


def _vague_word(plan: Plan, item: Item) -> tuple[Span, str] | None:
    """The first word of an item's block that leaves open what is meant."""
    for number in range(item.line, item.end):
        if plan.task.tokens[number][0] in _PROSE:
            line = without_code(plan.lines[number])
            match = _VAGUE.search(line, item.text if number == item.line else 0)
            if match:
                return on_line(number, *match.span()), match[0]
    return None


def _is_concrete(plan: Plan, item: Item, nested: Mapping[int, int]) -> bool:
    """Whether an item or what is nested in it names something; `nested` are the columns of all items' texts."""
    lines, tokens = plan.lines, plan.task.tokens
    first, start = item.line, item.text
    for number in range(first, item.end):
        kind = tokens[number][0]
        if kind in _CODE:
            return True
        if number > first:
            start = nested.get(number, tokens[number][1])
        if kind in _PROSE and (_names_something(lines[number], start) or plan.is_decision(number, start)):
            return True
    return False


def _names_something(line: str, start: int) -> bool:
    """Whether something concrete stands in a line from a column on; what most lines have or lack is seen soon."""
    tick = line.find("`", start)
    if tick >= 0 and line[tick + 1 : tick + 2] not in "`":
        return True
    words = line[start:].rstrip(" .")
    if words[:1].isalpha() and _SIGN.search(words, 1) is None:
        return False
    return _CONCRETE.search(line, start) is not None


def _is_above_fence(plan: Plan, number: int, limit: int) -> bool:
    """Whether a fence follows before line `limit`: right below an item it counts as nested."""
    tokens = plan.task.tokens
    while number < limit and tokens[number][0] == BLANK:
        number += 1
    return number < limit and tokens[number][0] == FENCE_OPEN
