"""The rule step-numbering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from plansmith.plan.format import STEPS, Format
from plansmith.plan.references import slug
from plansmith.plan.scanner import BLANK, FENCE_BODY, FENCE_CLOSE, FENCE_OPEN, HTML, INDENTED
from plansmith.plan.text import Edit, Span, on_line
from plansmith.plan.tree import Section, Task

from .rule import Finding, Fix, Scope, Severity, finding, rule
from .subject import Plan, without_code

_NO_PROSE: Final = (BLANK, FENCE_OPEN, FENCE_BODY, FENCE_CLOSE, INDENTED, HTML)
_MORE: Final = re.compile(
    r"(?:\s*,\s*(?:and\s+|or\s+)?|\s*&\s*|\s+and\s+|\s+or\s+|\s*[-–—]\s*|\s+to\s+)(?P<n>\d+)(?![\w.]*\d)\b"
)
_ANCHOR: Final = re.compile(r"\]\(#(?P<slug>[^()\s]+)")


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
        steps = [
            (child, child.number, child.number_span)
            for child in section.children
            if child.number is not None and child.number_span is not None
        ]
        for place, (step, number, span) in enumerate(steps, 1):
            if number != place:
                fix = Fix("Number the steps 1, 2, 3 …", tuple(_renumbered(section, steps, plan)), True)
                yield finding(span, f"Steps count 1, 2, 3 …: this one is {step.spec.called(place)}", fix)
                break


def _renumbered(section: Section, steps: Sequence[tuple[Section, int, Span]], plan: Plan) -> Iterator[Edit]:
    task = plan.task
    numbers: dict[int, int] = {}
    slugs: dict[str, str] = {}
    own: set[tuple[int, int]] = set()
    texts = {heading.line: heading.text for heading in task.headings}
    for place, (step, number, span) in enumerate(steps, 1):
        own.add(span[:2])
        # Of two steps with one number, words mean the first.
        numbers.setdefault(number, place)
        text = texts.get(step.line, "")
        start, end = span.start - step.title.start, span.end - step.title.start
        slugs.setdefault(slug(text), slug(f"{text[:start]}{place}{text[end:]}"))
        if number != place:
            yield Edit(span, str(place))
    alone = sum(other.spec is section.spec for other in task.walk()) == 1
    lines = range(len(plan.lines)) if alone else range(section.line, section.end)
    word = _word(plan.format)
    for line in lines:
        if task.tokens[line][0] in _NO_PROSE:
            continue
        raw = plan.lines[line]
        if word.search(raw):
            for start, end in _mentions(raw, word, task, plan.format):
                old = int(raw[start:end][:9])
                if (line, start) not in own and numbers.get(old, old) != old:
                    yield Edit(on_line(line, start, end), str(numbers[old]))
        if "](#" in raw:
            yield from _anchors(line, without_code(raw), slugs)


def _word(fmt: Format) -> re.Pattern[str]:
    """Finds the numbers of steps in prose, by the word that the format has for a step."""
    head = fmt.step.title.partition("{n}")[0].strip() if fmt.step else "Step"
    return re.compile(rf"(?<![\w-]){re.escape(head)}s?\s+#?(?P<n>\d+)(?!\.?\d)\b", re.I)


def _mentions(raw: str, word: re.Pattern[str], task: Task, fmt: Format) -> Iterator[tuple[int, int]]:
    """The columns of the numbers of steps that a line speaks of; steps of other tasks are theirs."""
    text = without_code(raw)
    for match in word.finditer(text):
        found = [match.span("n")]
        more = _MORE.match(text, match.end())
        while more:
            found.append(more.span("n"))
            more = _MORE.match(text, more.end())
        if not _is_elsewhere(text[: match.start()], text[found[-1][1] :], task, fmt):
            yield from found


def _is_elsewhere(before: str, after: str, task: Task, fmt: Format) -> bool:
    """Whether the steps are another task's: `Task 2, Step 3`, `Step 3 of Task 2`."""
    words = after.split(None, 1)
    if len(words) == 2 and words[0].casefold() in fmt.elsewhere_words:
        rest = re.sub(r"^(?:the\s+)?[\[(*_]*", "", words[1], flags=re.I)
        match = fmt.reference.match(rest)
        if match:
            return not _is_own(match, task)
    for match in fmt.reference.finditer(before[-80:]):
        if re.fullmatch(r"(?:'s|’s)?[\s,:;(>/*_\])-]*", before[-80:][match.end() :]):
            return not _is_own(match, task)
    return False


def _is_own(match: re.Match[str], task: Task) -> bool:
    found = match.groupdict()
    return (found.get("glued") or found.get("id") or "").casefold() == task.id.casefold()


def _anchors(line: int, text: str, slugs: Mapping[str, str]) -> Iterator[Edit]:
    """Links to the headings of steps follow them."""
    for match in _ANCHOR.finditer(text):
        new = slugs.get(match["slug"])
        if new and new != match["slug"]:
            yield Edit(on_line(line, *match.span("slug")), new)
