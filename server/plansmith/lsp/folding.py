"""Folding ranges as JSON: encoded once for each task and gap, the line numbers filled in where one stands now.

A heading folds all that is nested below it by the levels of headings. Where the client has a limit, the outermost
ranges are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.folding import Fold, Folds, find_folds
from plansmith.plan.tree import Unit

from .position import Encoding
from .unit_cache import UnitCache

MAX_RANGES: Final = 50_000


class FoldingEncoder:
    """Makes the JSON of a document's folding ranges; keeps the text of each unit until it changes."""

    def __init__(self, encoding: Encoding, *, lines_only: bool, kinds: frozenset[str], limit: int | None) -> None:
        """`lines_only` folds whole lines; `kinds` are those that the client knows; `limit` is the most it takes."""
        self._encoding = encoding
        self._lines_only = lines_only
        self._kinds = kinds
        self._limit = MAX_RANGES if limit is None else max(0, min(limit, MAX_RANGES))
        self._encoded = UnitCache(self._encode)

    def encode(self, document: Document) -> bytes:
        """The answer to `textDocument/foldingRange`; empty for a document without tasks."""
        if not document.tasks:
            self._encoded.clear()
            return b"[]"
        units = self._encoded.of(document)
        heads = [self._head(document, *place) for place in _heads(units)[: self._limit]]
        room = self._limit - len(heads)
        whole = sum(len(encoded.folds) for encoded, _ in units) <= room
        inner = [encoded.text(start) for encoded, start in units] if whole else _outermost(units, room)
        return b"[%b]" % b",".join([*heads, *filter(None, inner)])

    def _encode(self, unit: Unit) -> _Encoded:
        folds = find_folds(unit)
        return _Encoded(unit, folds, [self._text(unit, fold) for fold in folds.inner])

    def _text(self, unit: Unit, fold: Fold) -> str:
        """One range as a format string that takes its two lines."""
        kind = f',"kind":"{fold.kind}"' if fold.kind in self._kinds else ""
        if self._lines_only:
            return f'{{"startLine":%d,"endLine":%d{kind}}}'
        lines = unit.lines
        start = self._encoding.to_client(lines[fold.line], len(lines[fold.line]))
        end = self._encoding.to_client(lines[fold.last], len(lines[fold.last]))
        return f'{{"startLine":%d,"startCharacter":{start},"endLine":%d,"endCharacter":{end}{kind}}}'

    def _head(self, document: Document, line: int, last: int) -> bytes:
        if self._lines_only:
            return b'{"startLine":%d,"endLine":%d}' % (line, last)
        lines = document.lines
        start = self._encoding.to_client(lines[line], len(lines[line]))
        end = self._encoding.to_client(lines[last], len(lines[last]))
        return b'{"startLine":%d,"startCharacter":%d,"endLine":%d,"endCharacter":%d}' % (line, start, last, end)


class _Encoded:
    """The ranges of one unit, with places for the line numbers."""

    __slots__ = ("_start", "_template", "_text", "folds", "heads", "lines", "parts", "unit")

    def __init__(self, unit: Unit, found: Folds, parts: list[str]) -> None:
        self.unit = unit  # kept, so that its identity stays its own
        self.heads = [(entry.level, entry.start[0], entry.end - 1) for entry in found.heads]
        self.folds = found.inner
        self.parts = parts
        self.lines = [line for fold in found.inner for line in (fold.line, fold.last)]
        self._template = ",".join(parts).encode()
        self._start = -1
        self._text = b""

    def text(self, start: int) -> bytes:
        """All ranges of a unit that starts in a line."""
        if self._start != start:
            self._start = start
            self._text = self._template % tuple([start + line for line in self.lines])
        return self._text


def _heads(units: Sequence[tuple[_Encoded, int]]) -> list[tuple[int, int]]:
    """The first and last lines of what folds below headings of tasks and groups, the outermost first."""
    found: list[tuple[int, int, int]] = []
    open_heads: list[tuple[int, int, int]] = []  # level, first line, last line

    def close() -> None:
        _, line, last = open_heads.pop()
        if open_heads:
            outer = open_heads[-1]
            open_heads[-1] = (*outer[:2], max(outer[2], last))
        if last > line:
            found.append((len(open_heads), line, last))

    for encoded, start in units:
        for level, line, last in encoded.heads:
            while open_heads and open_heads[-1][0] >= level:
                close()
            open_heads.append((level, start + line, start + last))
    while open_heads:
        close()
    return [(line, last) for _, line, last in sorted(found)]


def _outermost(units: Sequence[tuple[_Encoded, int]], room: int) -> list[bytes]:
    """As many of the ranges inside of units as there is room for, each depth before the next."""
    counts: dict[int, int] = {}
    for encoded, _ in units:
        for fold in encoded.folds:
            counts[fold.depth] = counts.get(fold.depth, 0) + 1
    sums = list(accumulate(counts.get(depth, 0) for depth in range(max(counts, default=-1) + 1)))
    deepest = sum(total <= room for total in sums)  # the first depth that there is not room enough for
    rest = room - (sums[deepest - 1] if deepest else 0)
    found = []
    for encoded, start in units:
        for fold, part in zip(encoded.folds, encoded.parts, strict=True):
            if fold.depth < deepest or (fold.depth == deepest and rest > 0):
                rest -= fold.depth == deepest
                found.append(part.encode() % (start + fold.line, start + fold.last))
    return found
