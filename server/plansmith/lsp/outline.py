"""The outline as JSON: encoded once for each task and gap, the line numbers filled in where one stands now.

Tasks are nested by the levels of their headings; the headings between them hold those that follow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lsprotocol import types

from plansmith.plan.document import Document
from plansmith.plan.outline import FIELD_ENTRY, OTHER, SECTION, STEP_ENTRY, TASK, Entry, outline
from plansmith.plan.tree import Unit

from .position import Encoding
from .unit_cache import UnitCache

KINDS: Final = {
    TASK: types.SymbolKind.Class.value,
    SECTION: types.SymbolKind.Module.value,
    STEP_ENTRY: types.SymbolKind.Method.value,
    FIELD_ENTRY: types.SymbolKind.Field.value,
    OTHER: types.SymbolKind.String.value,
}

MAX_SYMBOLS: Final = 20_000  # beyond it an outline has its tasks and headings only


class OutlineEncoder:
    """Makes the JSON of a document's symbols; keeps the text of each unit until it changes."""

    def __init__(self, uri: str, encoding: Encoding, *, hierarchical: bool) -> None:
        """Without `hierarchical` the symbols are a flat list of `SymbolInformation`."""
        self._uri = uri
        self._encoding = encoding
        self._hierarchical = hierarchical
        self._encoded = UnitCache(lambda unit: _Encoded(unit, encoding))

    def encode(self, document: Document) -> bytes:
        """The answer to `textDocument/documentSymbol`; empty for a document without tasks."""
        pieces = [b"["]  # joined once: an outline may be a megabyte
        for number, symbol in enumerate(self._pieces(document)):
            pieces += (b",", *symbol) if number else symbol
        pieces.append(b"]")
        return b"".join(pieces)

    def lacks(self, document: Document) -> int:
        """How many lines of a document have to be read first."""
        return self._encoded.lacks(document) if document.tasks else 0

    def prepare(self, document: Document) -> Iterator[int]:
        """Read a document that is not edited meanwhile, so that its symbols are told at once; yields lines."""
        count = 0
        for encoded in self._encoded.each(document):
            count += encoded.count
            if count <= MAX_SYMBOLS and self._hierarchical:
                encoded.prepare()
            yield len(encoded.unit.lines)

    def symbols(self, document: Document) -> list[bytes]:
        """The symbols that lie in no other, each with all that lie in it."""
        return list(map(b"".join, self._pieces(document)))

    def _pieces(self, document: Document) -> list[list[bytes]]:
        """The same, each as the pieces of its text."""
        if not document.tasks:
            self._encoded.clear()
            return []
        units = self._encoded.of(document)
        whole = sum(encoded.count for encoded, _ in units) <= MAX_SYMBOLS
        return _composed(units, whole=whole) if self._hierarchical else self._flat(units, whole=whole)

    def _flat(self, units: Sequence[tuple[_Encoded, int]], *, whole: bool) -> list[list[bytes]]:
        found: list[list[bytes]] = []
        containers: list[tuple[int, str]] = []
        for encoded, start in units:
            for head in encoded.heads:
                while containers and containers[-1][0] >= head.level:
                    containers.pop()
                outer = containers[-1][1] if containers else ""
                for entry, container in _walk(head, outer):
                    if len(found) < MAX_SYMBOLS and (whole or entry is head):
                        information = self._information(entry, container, encoded.unit, start)
                        found.append([json.dumps(information).encode()])
                containers.append((head.level, head.name))
        return found

    def _information(self, entry: Entry, container: str, unit: Unit, start: int) -> dict[str, Any]:
        last = unit.lines[entry.end - 1]
        column = self._encoding.to_client(unit.lines[entry.start[0]], entry.start[1])
        end = self._encoding.to_client(last, len(last))
        location = {
            "uri": self._uri,
            "range": {
                "start": {"line": start + entry.start[0], "character": column},
                "end": {"line": start + entry.end - 1, "character": end},
            },
        }
        return {"name": entry.name, "kind": KINDS[entry.kind], "location": location, "containerName": container}


class _Head:
    """A heading that what follows may lie in: its text up to its end's place, and where it ends by itself."""

    __slots__ = ("end", "level", "lines", "template")

    def __init__(self, entry: Entry, unit: Unit, encoding: Encoding) -> None:
        self.level = entry.level
        self.end = _end(entry, unit, encoding)
        title = entry.title
        line = unit.lines[title.line]
        start, end = encoding.to_client(line, title.start), encoding.to_client(line, title.end)
        detail = f'"detail":{_json(entry.detail)},' if entry.detail else ""
        words = f'{{"name":{_json(entry.name)},{detail}"kind":{KINDS[entry.kind]}'
        self.template = (
            f'{words},"selectionRange":{{"start":{{"line":%d,"character":{start}}},'
            f'"end":{{"line":%d,"character":{end}}}}},"range":{{"start":{{"line":%d,"character":0}},'
            '"end":{"line":%d,"character":%d}},"children":['
        ).encode()
        self.lines = (title.line, title.end_line, entry.start[0])


class _Encoded:
    """The symbols of one unit, with places for the line numbers."""

    __slots__ = ("_encoding", "_inner", "_start", "_templates", "count", "heads", "parts", "unit")

    def __init__(self, unit: Unit, encoding: Encoding) -> None:
        self.unit = unit  # kept, so that its identity stays its own
        self.heads = outline(unit)
        self.parts = tuple(_Head(head, unit, encoding) for head in self.heads)
        self.count = sum(1 for head in self.heads for _ in _walk(head, ""))
        self._encoding = encoding
        self._templates: list[tuple[bytes, list[int]]] | None = None
        self._start = -1
        self._inner: tuple[bytes, ...] = ()

    def prepare(self) -> list[tuple[bytes, list[int]]]:
        """What lies inside of each head as a format string, and the lines that it takes."""
        if self._templates is None:
            self._templates = [_template(head, self.unit, self._encoding) for head in self.heads]
        return self._templates

    def inner(self, start: int) -> tuple[bytes, ...]:
        """What lies inside of each head, for a unit that starts in a line."""
        if self._start != start:
            self._inner = tuple(
                [template % tuple([start + line for line in lines]) for template, lines in self.prepare()]
            )
            self._start = start
        return self._inner


class _Open:
    """A head whose end is not known yet."""

    __slots__ = ("end", "part", "place", "start")

    def __init__(self, part: _Head, start: int, place: int) -> None:
        self.part = part
        self.start = start
        self.place = place  # of its text among the pieces
        self.end = (start + part.end[0], part.end[1])


def _composed(units: Sequence[tuple[_Encoded, int]], *, whole: bool) -> list[list[bytes]]:
    found: list[list[bytes]] = []
    pieces: list[bytes] = []  # of a symbol that lies in no other
    open_heads: list[_Open] = []

    def close() -> None:
        nonlocal pieces
        done = open_heads.pop()
        title, title_end, first = done.part.lines
        start = done.start
        pieces[done.place] = done.part.template % (start + title, start + title_end, start + first, *done.end)
        pieces.append(b"]}")
        if open_heads:
            open_heads[-1].end = max(open_heads[-1].end, done.end)
        else:
            found.append(pieces)
            pieces = []

    room = MAX_SYMBOLS
    for encoded, start in units:
        inners = encoded.inner(start) if whole else (b"",) * len(encoded.parts)
        for part, inner in zip(encoded.parts, inners, strict=True):
            while open_heads and open_heads[-1].part.level >= part.level:
                close()
            if room:
                room -= not whole
                if pieces and not pieces[-1].endswith(b"["):
                    pieces.append(b",")
                open_heads.append(_Open(part, start, len(pieces)))
                pieces += (b"[", inner) if inner else (b"[",)  # the first is filled in where it closes
    while open_heads:
        close()
    return found


def _template(head: Entry, unit: Unit, encoding: Encoding) -> tuple[bytes, list[int]]:
    """What lies in a head as a format string, and the lines that it takes."""
    parts: list[str] = []
    lines: list[int] = []
    _encode(head.children, unit, encoding, parts, lines)
    return "".join(parts).encode(), lines


def _encode(entries: Sequence[Entry], unit: Unit, encoding: Encoding, parts: list[str], lines: list[int]) -> None:
    """The entries with all that lies in them as a format string, and the lines that it takes."""
    for number, entry in enumerate(entries):
        if number:
            parts.append(",")
        title, start = entry.title, entry.start
        last, end = _end(entry, unit, encoding)
        line = unit.lines[title.line]
        detail = f'"detail":{_json(entry.detail)},' if entry.detail else ""
        parts.append(
            f'{{"name":{_json(entry.name)},{detail}"kind":{KINDS[entry.kind]},"range":{{"start":{{"line":%d,'
            f'"character":{encoding.to_client(unit.lines[start[0]], start[1])}}},"end":{{"line":%d,'
            f'"character":{end}}}}},"selectionRange":{{"start":{{"line":%d,'
            f'"character":{encoding.to_client(line, title.start)}}},"end":{{"line":%d,'
            f'"character":{encoding.to_client(line, title.end)}}}}}'
        )
        lines += (start[0], last, title.line, title.end_line)
        if entry.children:
            parts.append(',"children":[')
            _encode(entry.children, unit, encoding, parts, lines)
            parts.append("]")
        parts.append("}")


def _end(entry: Entry, unit: Unit, encoding: Encoding) -> tuple[int, int]:
    """The last line of an entry, and the character at its end."""
    last = unit.lines[entry.end - 1]
    return entry.end - 1, encoding.to_client(last, len(last))


def _walk(entry: Entry, container: str) -> Iterator[tuple[Entry, str]]:
    """An entry and all that lie in it, each with the name of what holds it."""
    yield entry, container
    for child in entry.children:
        yield from _walk(child, entry.name)


def _json(text: str) -> str:
    """A JSON string that is safe inside a format string."""
    return json.dumps(text).replace("%", "%%")
