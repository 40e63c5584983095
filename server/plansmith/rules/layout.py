"""The layout of plans: levels and order of sections, numbers of steps, blank lines, bullets.

What is not named here stays as it is, code, HTML and comments above all: each change is taken only where the text
reads afterwards as it did before. What is laid out already is not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.graph import PROSE
from plansmith.plan.scanner import (
    BLANK,
    FENCE_OPEN,
    HEADING,
    HTML,
    INDENTED,
    QUOTE,
    TEXT,
    Scanner,
    Token,
)
from plansmith.plan.text import Edit, Span, apply_edits, insertion, on_line
from plansmith.plan.tree import Task

from .fixing import difference, fix_edits
from .rule import Fix
from .runner import Analysis, Checker, Options

_RULES: Final = frozenset(("misplaced-section", "step-numbering"))
_ROUNDS: Final = 10
_MOST_FIXES: Final = 1_000
_BULLETS: Final = "-*+"
_CLOSED: Final = frozenset((INDENTED, HTML))  # beside these, blank lines may be theirs


def laid_out(document: Document, first: int = 0, last: int | None = None) -> list[Edit]:
    """The edits that lay out the plans of a document; those of the lines `first` to `last` alone, both included.

    They change whole lines, and none that stays as it is.
    """
    copy = document.snapshot()
    lines = _Lines(first, len(document.lines) - 1 if last is None else last)
    for _ in range(_ROUNDS):
        changed = _apply_fixes(copy, lines)
        for index in range(len(copy.tasks)):
            if copy.tasks[index].is_plan:
                changed = _apply_layout(copy, index, lines) or changed
        if not changed:
            break
    return list(_changes(document, copy, first, last))


class _Lines:
    """The lines that may be changed, while others are put in between them."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last

    def hold(self, edits: Iterable[Edit]) -> bool:
        """Whether all edits lie in the lines."""
        return all(self.first <= edit.span.line and self._end(edit.span) <= self.last for edit in edits)

    def _end(self, span: Span) -> int:
        # The beginning of the line after the last one is the last one's end.
        return span.end_line - (span.end == 0 and span.end_line > span.line)


# Levels, order and numbers: by the fixes of their rules, each of which proves itself.


def _apply_fixes(document: Document, lines: _Lines) -> bool:
    analysis = Analysis(document, Checker(document.format, Options(only=_RULES, max_findings=10**9)))
    changed = False
    for _ in range(_MOST_FIXES):
        edits = _next_fix(document, analysis, lines)
        if not edits:
            break
        change = document.apply(edits)
        lines.last += change.lines
        analysis.update(change)
        changed = True
    return changed


def _next_fix(document: Document, analysis: Analysis, lines: _Lines) -> list[Edit]:
    end = document.line_end
    for index, findings in analysis.report().tasks:
        start = document.start_of(index)
        for fix in [finding.fix for finding in findings if finding.fix is not None]:
            edits = _fitted(fix, document, start, end)
            if edits and lines.hold(edits):
                return edits
    return []


def _fitted(fix: Fix, document: Document, start: int, end: str) -> list[Edit]:
    return fix_edits(fix, document, start, end) if fix.edits else []


# Blank lines and bullets: each task by itself.


Group = tuple[Edit, ...]  # edits that are made all or none: half a list would be two


def _apply_layout(document: Document, index: int, lines: _Lines) -> bool:
    changed = False
    for find in (_surplus_blanks, _missing_blanks, _other_bullets):
        task, start = document.tasks[index], document.start_of(index)
        groups = [[Edit(span.shifted(start), text) for span, text in group] for group in find(task, document)]
        edits = [edit for group in groups if lines.hold(group) for edit in group]
        if edits and _reads_alike(document, index, edits):
            end = document.line_end
            change = document.apply([Edit(span, text.replace("\n", end)) for span, text in edits])
            lines.last += change.lines
            changed = True
    return changed


def _surplus_blanks(task: Task, document: Document) -> Iterator[Group]:
    """All but the first of blank lines that stand together, where something follows."""
    lines, tokens = task.lines, task.tokens
    count = len(tokens)
    is_last = document.units[-1] is task  # the document's last lines are nobody's
    number = 0
    while number < count:
        if not _is_blank(tokens[number]) or lines[number].strip():
            number += 1
            continue
        end = number
        while end < count and _is_blank(tokens[end]) and not lines[end].strip():
            end += 1
        around = (tokens[number - 1][0], tokens[end][0] if end < count else HEADING)
        if end - number > 1 and not (end == count and is_last) and _CLOSED.isdisjoint(around):
            yield (Edit(Span(number + 1, 0, end, 0), ""),)
        number = end


def _missing_blanks(task: Task, document: Document) -> Iterator[Group]:
    """A blank line before and after a heading, and between a label and the list or code below it."""
    lines, tokens, end = task.lines, task.tokens, task.end
    for heading in task.headings:
        line = heading.line
        # A comment right above a heading speaks of it.
        if line and tokens[line][0] == HEADING and tokens[line - 1][0] not in (BLANK, HTML):
            yield (insertion(line, 0, "\n"),)
        # An insertion there would stand at the next heading as well.
        after = heading.end
        if after < end and not _is_blank(tokens[after]) and not _is_heading(task, after):
            yield (insertion(after, 0, "\n"),)
    for section in task.outline:
        after = section.line + 1
        if section.level or section.bullet or section.column or after >= section.end:
            continue
        if tokens[section.line][4].containers or lines[section.line][section.content[1] :].strip():
            continue
        below = tokens[after]
        starts = below[0] == FENCE_OPEN or (bool(below[3]) and below[0] == TEXT)
        if starts and len(below[4].containers) == len(below[3]):
            yield (insertion(after, 0, "\n"),)


def _is_heading(task: Task, line: int) -> bool:
    return any(heading.line == line and task.tokens[line][0] == HEADING for heading in task.headings)


def _is_blank(token: Token) -> bool:
    return token[0] == BLANK and not token[3]


def _other_bullets(task: Task, document: Document) -> Iterator[Group]:
    """The bullet that most items of the document have, for the lists with another one that touch no other list."""
    bullet = document.bullet
    for marker, places, is_apart in _lists(task):
        if marker in _BULLETS and marker != bullet and is_apart:
            yield tuple(Edit(on_line(line, column, column + 1), bullet) for line, column in places)


_List = tuple[str, list[tuple[int, int]], bool]  # the marker, the places of the items' markers, whether it stands apart


def _lists(task: Task) -> list[_List]:
    """The lists of a task outside of quotes; one that touches a list with another marker does not stand apart."""
    markers: list[str] = []
    places: list[list[tuple[int, int]]] = []
    touching: set[int] = set()
    opened: list[int] = []  # the lists of which an item is open, the outermost first; -1 for a quote
    for line, token in enumerate(task.tokens):
        kind, _, _, items, state = token
        containers = state.containers
        if kind == BLANK and not items:
            continue
        if QUOTE in containers:
            touching.update(number for number in opened if number >= 0)
            opened = [-1] * len(containers)
            continue
        kept = len(containers) - len(items)
        for place, item in enumerate(items):
            depth = kept + place
            before = opened[depth] if depth < len(opened) else -1
            del opened[depth:]
            same = before >= 0 and _sign(markers[before]) == _sign(item.marker)
            if not same:
                markers.append(item.marker)
                places.append([])
                if before >= 0:
                    touching.update((before, len(markers) - 1))
            number = before if same else len(markers) - 1
            places[number].append((line, item.column))
            opened += [-1] * (depth - len(opened))
            opened.append(number)
        if not items:
            del opened[len(containers) :]
    return [(markers[number], places[number], number not in touching) for number in range(len(markers))]


def _sign(marker: str) -> str:
    """What tells one list from the next: the bullet, or what follows the number."""
    return marker[-1]


def _reads_alike(document: Document, index: int, edits: Sequence[Edit]) -> bool:
    """Whether a task is the same Markdown after the edits, bullets and blank lines aside, and means the same tasks."""
    task, start = document.tasks[index], document.start_of(index)
    shifted = [Edit(edit.span.shifted(-start), edit.text) for edit in edits]
    after = Document(apply_edits("\n".join(task.lines), shifted), document.format)
    if len(after.units) != 1 or not after.tasks or _kinds(task.lines) != _kinds(after.lines):
        return False
    changed = after.tasks[0]
    if [section.key for section in task.outline] != [section.key for section in changed.outline]:
        return False
    return _meant(document, index, task) == _meant(document, index, changed)


def _meant(document: Document, index: int, task: Task) -> list[tuple[str, int]]:
    """The tasks that a task refers to, as it would in the place of the one at `index`."""
    resolved = [(ref.section, document.graph.resolve(index, ref.kind, ref.text)) for ref in task.references]
    return [(section, target) for section, target in resolved if target != PROSE]


def _kinds(lines: Sequence[str]) -> list[tuple[object, ...]]:
    return [
        (kind, column, extra, [(item.column, item.content) for item in items], state.containers)
        for kind, column, extra, items, state in Scanner().scan(lines)
        if kind != BLANK or items
    ]


# The whole


def _changes(before: Document, after: Document, first: int, last: int | None) -> Iterator[Edit]:
    """The lines that differ, task by task; outside of the lines `first` to `last` none does."""
    for number, (old, new) in enumerate(zip(before.units, after.units, strict=True)):
        if old is not new:
            start, place = before.starts[number], after.starts[number]
            above = max(first - start, 0)
            count = len(old.lines)
            below = 0 if last is None else max(start + count - last - 1, 0)
            old_text = _text(before, start + above, start + count - below)
            new_text = _text(after, place + above, place + len(new.lines) - below)
            for edit in difference(old_text, new_text):
                yield Edit(edit.span.shifted(start + above), edit.text)


def _text(document: Document, first: int, end: int) -> str:
    lines, ends = document.lines[first:end], document.ends[first:end]
    return "".join(line + stop for line, stop in zip(lines, ends, strict=True))
