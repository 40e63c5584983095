"""Examples of sections at the level at which they stand; one that the format lacks is made of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .format import CHECKLIST, CHOICE, CODE, FIELD, LINE, LIST, STEP, SectionSpec
from .scanner import HEADING, Scanner

DEEPEST: Final = 6  # Markdown has no heading below it
_LEVEL: Final = 2  # at which the examples of a format are written
_MARKS: Final = re.compile(r" {0,3}(#{1,6})")


def example_of(spec: SectionSpec, level: int) -> str:
    """An example of a section below a task whose own heading is of `level`: the format's, else one of its kind."""
    if spec.example:
        return "\n".join(at_level(spec.example.split("\n"), level))
    return "\n".join(_made(spec, level))


def title_line(spec: SectionSpec, level: int, number: int = 1, name: str = "") -> str:
    """The heading or label of a section as it is written below a task of `level`; a step with number and name."""
    title = spec.title
    if spec.kind == STEP:
        title = title.replace("{n}", str(number)).replace("{name}", name)
    if spec.form == FIELD:
        return f"**{title}**:"
    return f"{'#' * heading_level(spec, level)} {title}"


def heading_level(spec: SectionSpec, level: int) -> int:
    """The level of a section's heading below a task of `level`."""
    return min(max(level + spec.depth, 1), DEEPEST)


def at_level(lines: Sequence[str], level: int) -> list[str]:
    """An example's lines with their headings moved to where they stand below a task of `level`."""
    found = []
    for line, token in zip(lines, Scanner().scan(lines), strict=True):
        marks = _MARKS.match(line) if token[0] == HEADING else None
        if marks is not None:
            depth = min(len(marks[1]) + level - _LEVEL, DEEPEST)
            line = f"{'#' * max(depth, 1)}{line[marks.end() :]}"
        found.append(line)
    return found


def _made(spec: SectionSpec, level: int) -> Iterator[str]:
    first = title_line(spec, level, 1, "…")
    content = {CHECKLIST: ["- [ ] …"], LIST: ["- …"], CODE: ["```text", "…", "```"]}.get(spec.kind, [])
    if spec.kind == CHOICE and spec.choices:
        yield f"{first} {spec.choices[0]}"
    elif spec.kind == LINE and spec.form == FIELD:
        yield f"{first} …"
    else:
        yield from (first, *([""] if content or spec.kind == LINE else []), *content)
        if spec.kind == LINE:
            yield "…"
