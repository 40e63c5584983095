"""Code-point columns in, the client's units out, and back; nothing else in Plansmith knows an encoding."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from lsprotocol import types

from plansmith.plan.text import Span, clamp


class Encoding(Enum):
    """The unit in which a client counts the characters of a line (LSP 3.17, PositionEncodingKind)."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def to_client(self, line: str, column: int) -> int:
        """A code-point column of a line in the client's units."""
        if line.isascii() or self is Encoding.UTF32:
            return column
        before = line[:column]
        if self is Encoding.UTF8:
            return len(before.encode("utf-8", "surrogatepass"))
        return len(before) + sum(char > "\uffff" for char in before)

    def from_client(self, line: str, character: int) -> int:
        """The code-point column of a client's place; past the line's end means its end.

        A place inside a character means the character's start.
        """
        if line.isascii() or self is Encoding.UTF32:
            return min(character, len(line))
        if self is Encoding.UTF8:
            head = line.encode("utf-8", "surrogatepass")[:character]
            return len(head.decode("utf-8", "ignore"))
        units = 0
        for column, char in enumerate(line):
            units += 2 if char > "\uffff" else 1
            if units > character:
                return column
        return len(line)


class Positions:
    """Turns places in a document's lines into positions and ranges of the protocol."""

    def __init__(self, lines: Sequence[str], encoding: Encoding) -> None:
        """`lines` is the document's own list; it is read, never kept beyond a call."""
        self._lines = lines
        self._encoding = encoding

    def position(self, line: int, column: int) -> types.Position:
        """A place as a position; the line after the last is its end."""
        line, column = clamp(self._lines, line, column)
        return types.Position(line, self._encoding.to_client(self._lines[line], column))

    def range(self, span: Span) -> types.Range:
        """A span with absolute lines as a range."""
        return types.Range(
            self.position(span.line, span.start),
            self.position(span.end_line, span.end),
        )

    def span(self, range_: types.Range) -> Span:
        """A client's range as a span."""
        start, end = range_.start, range_.end
        return Span(start.line, self.column(start), end.line, self.column(end))

    def place(self, position: types.Position) -> tuple[int, int]:
        """A client's position as a line and a code-point column; the line may be none of the text's."""
        return position.line, self.column(position)

    def column(self, position: types.Position) -> int:
        """The code-point column of a client's position."""
        if position.line >= len(self._lines):
            return 0
        return self._encoding.from_client(self._lines[position.line], position.character)
