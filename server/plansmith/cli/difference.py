"""A unified diff of a text and the insertions into it: what was inserted is known, and not searched for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

_CONTEXT: Final = 3


class Insertion(NamedTuple):
    """Some text that is put in at an offset of another text."""

    offset: int
    text: str


class _Change(NamedTuple):
    """The lines `start` to `end` (exclusive) become others."""

    start: int
    end: int
    lines: list[str]


def difference(path: str, before: str, insertions: Iterable[Insertion]) -> Iterator[str]:
    """The lines of the diff; one without an end is followed by the usual remark."""
    lines = _lines(before)
    hunks: list[list[_Change]] = []
    for change in _changes(lines, insertions):
        if hunks and change.start - hunks[-1][-1].end <= 2 * _CONTEXT:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    if hunks:
        yield from (f"--- {path}\n", f"+++ {path}\n")
    added = 0
    for hunk in hunks:
        more = sum(len(change.lines) - (change.end - change.start) for change in hunk)
        first, last = max(hunk[0].start - _CONTEXT, 0), min(hunk[-1].end + _CONTEXT, len(lines))
        yield f"@@ -{_range(first, last)} +{_range(first + added, last + added + more)} @@\n"
        added += more
        place = first
        for change in hunk:
            yield from _marked(" ", lines[place : change.start])
            yield from _marked("-", lines[change.start : change.end])
            yield from _marked("+", change.lines)
            place = change.end
        yield from _marked(" ", lines[place:last])


def _changes(lines: Sequence[str], insertions: Iterable[Insertion]) -> Iterator[_Change]:
    """What the insertions make of the lines, those into one line together; an empty last line may be inserted into."""
    starts = [0, *accumulate(map(len, lines))]
    if lines and not lines[-1].endswith("\n"):
        starts.pop()
    groups: dict[int, list[Insertion]] = {}
    for insertion in sorted(insertions, key=lambda insertion: insertion.offset):
        groups.setdefault(bisect_right(starts, insertion.offset) - 1, []).append(insertion)
    for number, group in groups.items():
        old = lines[number] if number < len(lines) else ""
        text, done = "", 0
        for offset, inserted in group:
            column = offset - starts[number]
            text += old[done:column] + inserted
            done = column
        new = _lines(text + old[done:])
        if not old or new[-1] == old:
            yield _Change(number, number, new[:-1] if old else new)
        elif new[0] == old:
            yield _Change(number + 1, number + 1, new[1:])
        else:
            yield _Change(number, number + 1, new)


def _marked(sign: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _range(start: int, end: int) -> str:
    """As unified diffs have it: the first line counted from 1, and how many there are; of none the one before."""
    count = end - start
    if count == 1:
        return f"{start + 1}"
    return f"{start + 1 if count else start},{count}"


def _lines(text: str) -> list[str]:
    """The lines with their ends; a line feed alone ends one, as for every tool that reads a diff."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])
