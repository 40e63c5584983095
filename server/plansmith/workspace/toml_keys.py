"""Where the keys of a TOML text stand: the parser of the standard library tells values and no places.

Any text is read; what is no TOML gives the keys that can be made out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from plansmith.plan.text import Span, split_lines

Path = tuple["str | int", ...]

MAX_DEPTH = 64

_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"{3,5}|\\?\Z)'
    r"|'''(?:[^']|'(?!''))*(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\r\n]|\\[^\r\n])*(?:"|(?=[\\\r\n])|\Z)'
    r"|'[^'\r\n]*(?:'|(?=[\r\n])|\Z)",
    re.DOTALL,
)
_KEY = re.compile(r"""(?P<bare>[\w-]+)|"(?P<basic>(?:[^"\\\r\n]|\\[^\r\n])*)"|'(?P<literal>[^'\r\n]*)'""")
_SCALAR = re.compile(r"[^,\[\]{}\r\n#\"']*")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class Key(NamedTuple):
    """One part of a key where it stands; offsets into the text, quotation marks included.

    Numbers in `path` are places in an array; where the last part is one, it is the item that stands there.
    """

    path: Path
    start: int
    end: int
    is_last: bool  # it is what the line defines, and no step on the way there


def find_keys(text: str) -> list[Key]:
    """All keys, in the order of the text; what is nested deeper than `MAX_DEPTH` is left out."""
    return _Scan(text).run()


def find_key(text: str, path: Path) -> Span | None:
    """Where one key stands; see `KeyPlaces.find`."""
    return KeyPlaces(text).find(path)


class KeyPlaces:
    """The places of all keys of a text, to be asked many times."""

    def __init__(self, text: str) -> None:
        """Scan the text once."""
        self._text = text
        self._keys: dict[Path, Key] = {}
        for key in find_keys(text):
            known = self._keys.get(key.path)
            if known is None or (key.is_last and not known.is_last):
                self._keys[key.path] = key

    def find(self, path: Path) -> Span | None:
        """The place of a key's definition, or else of the nearest key around it.

        None where not even the first part of the path is found.
        """
        for length in range(len(path), 0, -1):
            key = self._keys.get(path[:length])
            if key is not None:
                return span_of(self._text, key.start, key.end)
        return None


def span_of(text: str, start: int, end: int) -> Span:
    """Two offsets as a span; its columns count code points."""
    lines, ends = split_lines(text)
    starts = [0]
    for text_line, line_end in zip(lines[:-1], ends[:-1], strict=True):
        starts.append(starts[-1] + len(text_line) + len(line_end))
    line, end_line = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
    return Span(
        line,
        min(start - starts[line], len(lines[line])),
        end_line,
        min(end - starts[end_line], len(lines[end_line])),
    )


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._keys: list[Key] = []
        self._counts: dict[Path, int] = {}  # how many tables each array of tables has by now

    def run(self) -> list[Key]:
        text = self._text
        table: Path = ()
        while True:
            self._skip(_BLANK_LINES)
            if self._at >= len(text):
                return self._keys
            if text[self._at] == "[":
                table = self._header()
            else:
                path = self._defined(table)
                if path is not None:
                    self._value(path)
            self._skip(_REST_OF_LINE)

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`; the path of the table that starts here."""
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        parts = self._parts()
        path: Path = ()
        for number, (name, start, end) in enumerate(parts):
            path = (*path, name)
            is_last = number == len(parts) - 1
            self._keys.append(Key(path, start, end, is_last))
            if is_last and is_array:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                if is_last and is_array:
                    self._keys.append(Key(path, start, end, True))
        return path

    def _defined(self, table: Path) -> Path | None:
        """Read `a.b =`; the path that is defined, None where no value follows."""
        parts = self._parts()
        path = table
        for number, (name, start, end) in enumerate(parts):
            path = (*path, name)
            self._keys.append(Key(path, start, end, number == len(parts) - 1))
        self._skip(_BLANK)
        if not parts or not self._text.startswith("=", self._at):
            return None
        self._at += 1
        return path

    def _value(self, path: Path) -> None:
        """Read past a value, and note the keys of the tables inside it."""
        text, count = self._text, len(self._text)
        inside: list[tuple[str, Path]] = []  # the open brackets: how each closes, and what it is the value of
        numbers: list[int] = []  # how many items each of them has
        while True:
            self._skip(_BLANK_LINES if inside else _BLANK)
            sign = text[self._at : self._at + 1]
            if sign in ("[", "{") and sign:
                inside.append(("]" if sign == "[" else "}", path))
                numbers.append(0)
                self._at += 1
            else:
                self._scalar(path)
            while inside:
                self._skip(_BLANK_LINES)
                if self._at >= count:
                    return
                closing, around = inside[-1]
                sign = text[self._at]
                if sign in ",]}":
                    self._at += 1
                    if sign != ",":
                        inside.pop()
                        numbers.pop()
                elif closing == "]":
                    path = (*around, numbers[-1]) if len(inside) < MAX_DEPTH else around
                    numbers[-1] += 1
                    break
                else:
                    before = self._at
                    found = self._defined(around)
                    if found is not None:
                        path = found if len(inside) < MAX_DEPTH else around
                        break
                    self._at = max(self._at, before + 1)
            else:
                return

    def _scalar(self, path: Path) -> None:
        """Read past a value that holds no others; an item of an array is noted if it stands on one line."""
        start = self._at
        self._skip(_STRING if self._text.startswith(('"', "'"), start) else _SCALAR)
        item = self._text[start : self._at].rstrip(" \t")
        if isinstance(path[-1], int) and item and "\n" not in item and "\r" not in item:
            self._keys.append(Key(path, start, start + len(item), True))

    def _parts(self) -> list[tuple[str, int, int]]:
        """Read a dotted key: the name of each part, and its offsets."""
        parts: list[tuple[str, int, int]] = []
        while True:
            self._skip(_BLANK)
            match = _KEY.match(self._text, self._at)
            if match is None:
                return parts
            self._at = match.end()
            if len(parts) < MAX_DEPTH:
                parts.append((_name(match), match.start(), match.end()))
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()


def _name(match: re.Match[str]) -> str:
    if match["bare"] is not None:
        return match["bare"]
    if match["literal"] is not None:
        return match["literal"]
    return _ESCAPE.sub(_escaped, match["basic"])


def _escaped(match: re.Match[str]) -> str:
    digits: Sequence[str | None] = match.groups()[:3]
    for code in digits:
        if code is not None:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else match[0]
    return _ESCAPES.get(match[4], match[4])
