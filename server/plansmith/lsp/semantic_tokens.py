"""Semantic tokens as JSON: encoded once for each task; a delta is the tasks whose tokens are other ones than before."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from lsprotocol import types

from plansmith.expand.clues import is_command
from plansmith.plan.document import Document
from plansmith.plan.highlights import (
    COMMAND,
    PATH,
    PLACEHOLDER,
    REFERENCE,
    SECTION,
    TASK,
    find_highlights,
)
from plansmith.plan.hints import tasks_between
from plansmith.plan.text import Span
from plansmith.plan.tree import Task

from .position import Encoding

MAX_TOKENS: Final = 100_000

# For each kind of words the types of the protocol that say it, the best first.
_TYPES: Final = {
    TASK: ("class", "type"),
    REFERENCE: ("class", "type"),
    SECTION: ("property", "keyword"),
    PATH: ("string",),
    COMMAND: ("function", "method"),
    PLACEHOLDER: ("macro", "regexp"),
}
_DECLARATION: Final = "declaration"
_numbers = itertools.count(1)


class TokenSupport(NamedTuple):
    """What a client takes of semantic tokens; `legend` is empty where it takes none."""

    legend: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    full: bool = False
    delta: bool = False
    range: bool = False

    def type_of(self, kind: int) -> int | None:
        """The number of the type for a kind of words; None where the client has none."""
        return next((self.legend.index(name) for name in _TYPES[kind] if name in self.legend), None)


def token_support(capabilities: types.ClientCapabilities) -> TokenSupport:
    """Read what a client declares; only its own types are used."""
    document = capabilities.text_document
    tokens = document.semantic_tokens if document else None
    if tokens is None or not any(_text(form) == "relative" for form in tokens.formats):
        return TokenSupport()
    named = {name for names in _TYPES.values() for name in names}
    legend = tuple(name for name in tokens.token_types if name in named)
    modifiers = tuple(name for name in tokens.token_modifiers if name == _DECLARATION)
    full = tokens.requests.full
    delta = bool(getattr(full, "delta", False))
    return TokenSupport(legend, modifiers, bool(full) and bool(legend), delta, bool(tokens.requests.range and legend))


class TokensEncoder:
    """Makes the JSON of a document's tokens; keeps each task's until its words, or what they mean, change."""

    def __init__(self, encoding: Encoding, support: TokenSupport) -> None:
        """`support` is what the client takes."""
        self._encoding = encoding
        self._kinds = {kind: support.type_of(kind) for kind in _TYPES}
        self._declares = bool(support.modifiers)
        self._known: dict[int, _Encoded] = {}  # by the identity of the task
        self._shown: tuple[str, list[_Chunk]] = ("", [])

    def lacks(self, document: Document) -> int:
        """How many lines of a document have to be read first."""
        if not document.is_ours:
            return 0
        return sum(len(task.lines) for task in document.tasks if id(task) not in self._known)

    def prepare(self, document: Document, placeholders: dict[int, tuple[Span, ...]]) -> Iterator[int]:
        """Read a document that is not edited meanwhile, so that its tokens are told at once; yields lines."""
        count = 0
        for index, task in enumerate(document.tasks):
            if count >= MAX_TOKENS:
                break
            count += len(self._encoded(document, index, placeholders).rows)
            yield len(task.lines)

    def full(self, document: Document, placeholders: dict[int, tuple[Span, ...]]) -> bytes:
        """All tokens; `placeholders` are the places of placeholders by the index of their task."""
        chunks = self._chunks(document, placeholders)
        result = self._show(chunks)
        return b'{"resultId":"%b","data":[%b]}' % (result.encode(), b",".join(chunk.data for chunk in chunks))

    def delta(self, document: Document, placeholders: dict[int, tuple[Span, ...]], previous: str) -> bytes:
        """What differs from an earlier answer; all tokens where that is none that is remembered."""
        before, old = self._shown
        if not before or previous != before:
            return self.full(document, placeholders)
        new = self._chunks(document, placeholders)
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        tail = 0
        while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        result = self._show(new).encode()
        removed, added = old[same : len(old) - tail], new[same : len(new) - tail]
        if not removed and not added:
            return b'{"resultId":"%b","edits":[]}' % result
        start = sum(chunk.size for chunk in old[:same])
        count = sum(chunk.size for chunk in removed)
        return b'{"resultId":"%b","edits":[{"start":%d,"deleteCount":%d,"data":[%b]}]}' % (
            result,
            start,
            count,
            b",".join(chunk.data for chunk in added),
        )

    def between(self, document: Document, placeholders: dict[int, tuple[Span, ...]], first: int, last: int) -> bytes:
        """The tokens of the lines `first` to `last`, both included."""
        data: list[int] = []
        line = column = 0
        for index in tasks_between(document, first, last) if document.is_ours else ():
            start = document.start_of(index)
            for row in self._encoded(document, index, placeholders).rows:
                at = start + row[0]
                if first <= at <= last and len(data) < 5 * MAX_TOKENS:
                    data += (at - line, row[1] - column if at == line else row[1], *row[2:])
                    line, column = at, row[1]
        return b'{"data":%b}' % json.dumps(data, separators=(",", ":")).encode()

    def _show(self, chunks: list[_Chunk]) -> str:
        before, old = self._shown
        if not before or old != chunks:
            self._shown = (f"t{next(_numbers)}", chunks)
        return self._shown[0]

    def _chunks(self, document: Document, placeholders: dict[int, tuple[Span, ...]]) -> list[_Chunk]:
        """The tokens of each task that has some; those of a task begin on another line than those before end."""
        if not document.is_ours:
            self._known = {}
            return []
        now: dict[int, _Encoded] = {}
        chunks = []
        line = count = 0
        for index, task in enumerate(document.tasks):
            if count >= MAX_TOKENS:
                break
            encoded = now[id(task)] = self._encoded(document, index, placeholders)
            if encoded.rows:
                start = document.start_of(index)
                chunks.append(encoded.chunk(start + encoded.rows[0][0] - line))
                line = start + encoded.rows[-1][0]
                count += len(encoded.rows)
        self._known = now
        return chunks

    def _encoded(self, document: Document, index: int, placeholders: dict[int, tuple[Span, ...]]) -> _Encoded:
        task, targets, spans = document.tasks[index], document.graph.targets[index], placeholders.get(index, ())
        known = self._known.get(id(task))
        if known is None or known.task is not task or known.targets != targets or known.placeholders != spans:
            known = self._known[id(task)] = _Encoded(task, targets, spans, self._rows(task, targets, spans))
        return known

    def _rows(self, task: Task, targets: Sequence[int], placeholders: tuple[Span, ...]) -> list[_Row]:
        rows = []
        for highlight in find_highlights(task, targets, placeholders, is_command):
            number = self._kinds[highlight.kind]
            if number is not None:
                line = task.lines[highlight.line]
                start = self._encoding.to_client(line, highlight.start)
                length = self._encoding.to_client(line, highlight.end) - start
                rows.append((highlight.line, start, length, number, int(self._declares and highlight.kind == TASK)))
        return rows


_Row = tuple[int, int, int, int, int]  # line of the task, character, length, type, modifiers


class _Chunk(NamedTuple):
    """The numbers of one task's tokens."""

    data: bytes
    size: int  # how many numbers there are


class _Encoded:
    """The tokens of one task, and their numbers from the second line on."""

    __slots__ = ("_chunk", "_delta", "_rest", "placeholders", "rows", "targets", "task")

    def __init__(self, task: Task, targets: tuple[int, ...], placeholders: tuple[Span, ...], rows: list[_Row]) -> None:
        self.task = task  # kept, so that its identity stays its own
        self.targets = targets
        self.placeholders = placeholders
        self.rows = rows
        self._rest = _numbers_of(rows)
        self._delta = -1
        self._chunk = _Chunk(b"", 0)

    def chunk(self, delta: int) -> _Chunk:
        """All numbers, where the first token stands so many lines below the one before it."""
        if self._delta != delta:
            self._delta = delta
            self._chunk = _Chunk(b"%d,%b" % (delta, self._rest), 5 * len(self.rows))
        return self._chunk


def _numbers_of(rows: Sequence[_Row]) -> bytes:
    """The numbers of some tokens without the first one's line."""
    found: list[int] = []
    line = column = -1
    for row in rows:
        if line >= 0:
            found += (row[0] - line, row[1] - column if row[0] == line else row[1], *row[2:])
        else:
            found += row[1:]
        line, column = row[0], row[1]
    return ",".join(map(str, found)).encode()


def placeholders_of(report: Any) -> dict[int, tuple[Span, ...]]:
    """Where a report found placeholders, by the index of the task."""
    return {
        index: spans
        for index, findings in report.tasks
        if (spans := tuple(finding.span for finding in findings if finding.rule == "placeholder-text"))
    }


def _text(value: object) -> str:
    return str(getattr(value, "value", value))
