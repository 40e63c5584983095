"""What the words of a task are: its own title, references, titles of sections, paths, commands, placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from .inline import code_spans
from .paths import find_paths
from .scanner import CODE_KINDS
from .text import Span, on_line
from .tree import Task

TASK: Final = 0
REFERENCE: Final = 1
SECTION: Final = 2
PATH: Final = 3
COMMAND: Final = 4
PLACEHOLDER: Final = 5


class Highlight(NamedTuple):
    """Some words of one line, and what they are; the line is the task's own."""

    line: int
    start: int
    end: int
    kind: int


def find_highlights(
    task: Task, targets: Sequence[int], placeholders: Iterable[Span], is_command: Callable[[str], bool]
) -> tuple[Highlight, ...]:
    """The highlights of a task in the order of the text; none overlaps another, or goes over several lines.

    `targets` are the tasks that its references mean, `placeholders` where one was found.
    """
    layers = (
        *((section.title, SECTION) for section in task.outline),
        (task.title_span, TASK),
        *((span, COMMAND) for span in _commands(task, is_command)),
        *((place.span, PATH) for place in find_paths(task)),
        *((span, PLACEHOLDER) for span in placeholders),
        *((ref.span, REFERENCE) for ref, target in zip(task.references, targets, strict=True) if target >= 0),
    )
    by_line: dict[int, list[tuple[int, int, int]]] = {}
    for span, kind in layers:
        for line in range(span.line, min(span.end_line + 1, len(task.lines))):
            start = span.start if line == span.line else 0
            end = span.end if line == span.end_line else len(task.lines[line])
            if start < end:
                by_line.setdefault(line, []).append((start, end, kind))
    return tuple(
        Highlight(line, start, end, kind)
        for line, pieces in sorted(by_line.items())
        for start, end, kind in (pieces if len(pieces) == 1 else _flat(pieces))
    )


def _commands(task: Task, is_command: Callable[[str], bool]) -> Iterator[Span]:
    for number, line in enumerate(task.lines):
        if "`" in line and task.tokens[number][0] not in CODE_KINDS:
            for span in code_spans(line):
                if is_command(line[span.code_start : span.code_end].strip()):
                    yield on_line(number, span.code_start, span.code_end)


def _flat(pieces: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Pieces of one line without overlaps: a later one covers those before it."""
    found: list[tuple[int, int, int]] = []
    for start, end, kind in pieces:
        rest: list[tuple[int, int, int]] = []
        for first, last, other in found:
            if last <= start or first >= end:
                rest.append((first, last, other))
                continue
            if first < start:
                rest.append((first, start, other))
            if last > end:
                rest.append((end, last, other))
        found = [*rest, (start, end, kind)]
    return sorted(found)
