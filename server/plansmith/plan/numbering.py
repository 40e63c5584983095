"""Numbers of steps, and what is said of them: headings, “Step 2” in the text, and links to the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from .format import Format
from .inline import without_code
from .references import slug
from .scanner import BLANK, CODE_KINDS
from .text import Edit, on_line
from .tree import Section, Task

_NO_PROSE: Final = CODE_KINDS | {BLANK}
_MORE: Final = re.compile(
    r"(?:\s*,\s*(?:and\s+|or\s+)?|\s*&\s*|\s+and\s+|\s+or\s+|\s*[-–—]\s*|\s+to\s+)(?P<n>\d+)(?![\w.]*\d)\b"
)
_RANGE: Final = re.compile(r"\s*[-–—]\s*|\s+to\s+")
_DIGITS: Final = 9
_ANCHOR: Final = re.compile(r"\]\(#(?P<slug>[^()\s]+)")


def steps_of(section: Section) -> list[Section]:
    """The steps of a section, each with its number."""
    return [child for child in section.children if child.number is not None and child.number_span is not None]


def renumbered(
    section: Section, numbers: Sequence[int], task: Task, fmt: Format, meant: Mapping[int, int] | None = None
) -> Iterator[Edit]:
    """The edits that give the steps of a section other numbers, and change what the task says of them.

    `numbers` has one for each step. `meant` has the new number for an old one in the text; without it words mean
    the first of two steps with one number.
    """
    mapping = dict(meant or {})
    slugs: dict[str, str] = {}
    own: set[tuple[int, int]] = set()
    texts = {heading.line: heading.text for heading in task.headings}
    for step, number in zip(steps_of(section), numbers, strict=True):
        span, old = step.number_span, step.number
        if span is None or old is None:
            continue
        own.add(span[:2])
        if meant is None:
            mapping.setdefault(old, number)
        text = texts.get(step.line, "")
        start, end = span.start - step.title.start, span.end - step.title.start
        slugs.setdefault(slug(text), slug(f"{text[:start]}{number}{text[end:]}"))
        if number != old:
            yield Edit(span, str(number))
    alone = sum(other.spec is section.spec for other in task.walk()) == 1
    lines = range(len(task.lines)) if alone else range(section.line, section.end)
    word = _word(fmt)
    for line in lines:
        if task.tokens[line][0] in _NO_PROSE:
            continue
        raw = task.lines[line]
        if word.search(raw):
            for numbers_there, owner in _mentions(raw, word, fmt):
                if owner in (None, task.id.casefold()) and (line, numbers_there[0].start) not in own:
                    yield from _changed(numbers_there, line, mapping)
        if "](#" in raw:
            yield from _anchors(line, without_code(raw), slugs)


def renumbered_elsewhere(identifier: str, meant: Mapping[int, int], task: Task, fmt: Format) -> Iterator[Edit]:
    """The edits of what another task says of the steps of the one with this id: `Task 2, Step 3`."""
    word = _word(fmt)
    for line, raw in enumerate(task.lines):
        if task.tokens[line][0] not in _NO_PROSE and word.search(raw):
            for numbers, owner in _mentions(raw, word, fmt):
                if owner == identifier.casefold() != task.id.casefold():
                    yield from _changed(numbers, line, meant)


class _Number(NamedTuple):
    """A number of a step in a line; `is_end` of the range that began with the number before it."""

    value: int
    start: int
    end: int
    is_end: bool


def _changed(numbers: Sequence[_Number], line: int, mapping: Mapping[int, int]) -> Iterator[Edit]:
    """The edits that give the numbers of one mention their new values; a range counts upwards still."""
    place = 0
    while place < len(numbers):
        is_range = place + 1 < len(numbers) and numbers[place + 1].is_end
        part = numbers[place : place + 1 + is_range]
        for number, new in zip(part, _renumbered([number.value for number in part], mapping), strict=True):
            if new != number.value:
                yield Edit(on_line(line, number.start, number.end), str(new))
        place += len(part)


def _renumbered(values: Sequence[int], mapping: Mapping[int, int]) -> list[int]:
    """What one number, or the two ends of a range, are called from now on."""
    found = [mapping.get(value, value) for value in values]
    return sorted(found) if values[0] <= values[-1] else found


def _word(fmt: Format) -> re.Pattern[str]:
    """Finds the numbers of steps in prose, by the word that the format has for a step."""
    head = fmt.step.title.partition("{n}")[0].strip() if fmt.step else "Step"
    return re.compile(rf"(?<![\w-]){re.escape(head)}s?\s+#?(?P<n>\d+)(?!\.?\d)\b", re.I)


def _mentions(raw: str, word: re.Pattern[str], fmt: Format) -> Iterator[tuple[list[_Number], str | None]]:
    """The numbers of steps that a line speaks of, each mention with the folded id of the task named with it."""
    text = without_code(raw)
    for match in word.finditer(text):
        found = [_number(match, is_end=False)]
        more = _MORE.match(text, match.end())
        while more:
            is_end = _RANGE.fullmatch(text, more.start(), more.start("n")) is not None and not found[-1].is_end
            found.append(_number(more, is_end=is_end))
            more = _MORE.match(text, more.end())
        yield found, _owner(text[: match.start()], text[found[-1].end :], fmt)


def _number(match: re.Match[str], *, is_end: bool) -> _Number:
    return _Number(int(match["n"][:_DIGITS]), *match.span("n"), is_end)


def _owner(before: str, after: str, fmt: Format) -> str | None:
    """The task that is named with a step: `Task 2, Step 3`, `Step 3 of Task 2`."""
    words = after.split(None, 1)
    if len(words) == 2 and words[0].casefold() in fmt.elsewhere_words:
        rest = re.sub(r"^(?:the\s+)?[\[(*_]*", "", words[1], flags=re.I)
        match = fmt.reference.match(rest)
        if match:
            return _id_of(match)
    for match in fmt.reference.finditer(before[-80:]):
        if re.fullmatch(r"(?:'s|’s)?[\s,:;(>/*_\])-]*", before[-80:][match.end() :]):
            return _id_of(match)
    return None


def _id_of(match: re.Match[str]) -> str:
    found = match.groupdict()
    return (found.get("glued") or found.get("id") or "").casefold()


def _anchors(line: int, text: str, slugs: Mapping[str, str]) -> Iterator[Edit]:
    """Links to the headings of steps follow them."""
    for match in _ANCHOR.finditer(text):
        new = slugs.get(match["slug"])
        if new and new != match["slug"]:
            yield Edit(on_line(line, *match.span("slug")), new)
