"""One pass over the lines, CommonMark's block structure, as an automaton: `(state, line) → token with the next state`.

A state is small and interned: a scan that is resumed after an edit may stop as soon as it meets the state
that stood there before. Short lines are memoised in their state, so that most lines cost one look-up.

Deliberate differences from CommonMark: link reference definitions count as paragraphs, containers nest at
most `MAX_DEPTH` deep, and front matter is known. `tests/plan/test_scanner_oracle.py` holds that there are no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

BLANK: Final = 0
TEXT: Final = 1  # the first line of a paragraph
MORE: Final = 2  # a further line of the paragraph
HEADING: Final = 3  # extra: level
UNDERLINE: Final = 4  # of a setext heading; extra: level; the heading's text is the paragraph above
BREAK: Final = 5
FENCE_OPEN: Final = 6
FENCE_BODY: Final = 7
FENCE_CLOSE: Final = 8
INDENTED: Final = 9  # indented code
HTML: Final = 10  # extra: CommonMark's kind of HTML block, 2 is a comment
FRONT: Final = 11

CODE_KINDS: Final = frozenset((FENCE_OPEN, FENCE_BODY, FENCE_CLOSE, INDENTED, HTML))  # lines that are no prose

MAX_DEPTH: Final = 16
FRONT_LIMIT: Final = 100  # front matter closes within so many lines, else it is none

QUOTE: Final = -1  # among the containers of a state
_MEMO_LINE: Final = 120
_MEMO_SIZE: Final = 4096


class Opened(NamedTuple):
    """A list item that a line opens; columns in code points."""

    column: int
    marker: str
    content: int


class State:
    """Where the scanner stands between two lines: the open containers, and the open leaf block."""

    __slots__ = ("containers", "in_paragraph", "key", "leaf", "memo")

    def __init__(self, containers: tuple[int, ...], leaf: Leaf) -> None:
        """`containers` holds -1 for a quote, else the width of a list item's indent."""
        self.containers = containers
        self.leaf = leaf
        self.in_paragraph = leaf == _PARAGRAPH
        self.key = (containers, leaf)
        self.memo: dict[str, Token] = {}

    def __repr__(self) -> str:
        return f"State({self.containers}, {self.leaf})"


# ("none",) | ("text",) | ("item",) | ("fence", char, length) | ("html", kind) | ("front",)
Leaf: TypeAlias = "tuple[str] | tuple[str, int] | tuple[str, str, int]"


class Token(NamedTuple):
    """What the scanner says of one line."""

    kind: int
    column: int  # of the content
    extra: int
    opened: tuple[Opened, ...]  # the list items that the line opens
    state: State  # after the line


_NONE: Final = ("none",)
_PARAGRAPH: Final = ("text",)
_EMPTY_ITEM: Final = ("item",)  # an item that began with an empty line; a second one closes it
_FRONT: Final = ("front",)

_HEADING: Final = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_BREAK: Final = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE: Final = re.compile(r"(?:=+|-+)[ \t]*$")
_FENCE: Final = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_MARKER: Final = re.compile(r"([-+*]|[0-9]{1,9}[.)])(?= |$)")

# Names of tags are ASCII, and blanks are spaces and tabs: `ſcript` is no script.
_HTML_OPEN: Final = (
    (1, re.compile(r"<(?:script|pre|style|textarea)(?:[ \t>]|$)", re.I | re.ASCII)),
    (2, re.compile(r"<!--")),
    (3, re.compile(r"<\?")),
    (5, re.compile(r"<!\[CDATA\[")),
    (4, re.compile(r"<![A-Za-z]")),
    (
        6,
        re.compile(
            r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
            r"dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|"
            r"html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|"
            r"section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[ \t]|/?>|$)",
            re.I | re.ASCII,
        ),
    ),
)
_ATTRIBUTE: Final = r"""(?:[ \t]+[A-Za-z_:][\w:.-]*(?:[ \t]*=[ \t]*(?:[^"'=<>` \t]+|'[^']*'|"[^"]*"))?)"""
_HTML_TAG: Final = re.compile(
    rf"(?:<[A-Za-z][A-Za-z0-9-]*{_ATTRIBUTE}*[ \t]*/?>|</[A-Za-z][A-Za-z0-9-]*[ \t]*>)[ \t]*$", re.ASCII
)
_HTML_CLOSE: Final = {
    1: re.compile(r"</(?:script|pre|style|textarea)>", re.I | re.ASCII),
    2: re.compile(r"-->"),
    3: re.compile(r"\?>"),
    4: re.compile(r">"),
    5: re.compile(r"\]\]>"),
}

# A line or an item that starts with one of these can only be a paragraph, and so can one with `**` before a word.
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz[(|!\"'$%&,./:;?@\\^{}")
_PLAIN_BOLD: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class Scanner:
    """Interns the states; two states of one scanner are equal exactly if they are the same object."""

    def __init__(self) -> None:
        self._states: dict[tuple[tuple[int, ...], Leaf], State] = {}
        self.start = self._state((), _NONE)
        self.front = self._state((), _FRONT)
        # The tokens that most lines get, made once.
        self._text = Token(TEXT, 0, 0, (), self._state((), _PARAGRAPH))
        item = self._state((2,), _PARAGRAPH)
        self._bullets = {sign: Token(TEXT, 2, 0, (Opened(0, sign, 2),), item) for sign in "-*+"}

    def scan(self, lines: Iterable[str], state: State | None = None) -> list[Token]:
        """The tokens of `lines`, one each, starting in `state` (the start of a document by default)."""
        state = state or self.start
        memo = state.memo
        tokens: list[Token] = []
        append = tokens.append
        for line in lines:
            token = memo.get(line)
            if token is None:
                token = self.step(state, line)
            append(token)
            if token[4] is not state:
                state = token[4]
                memo = state.memo
        return tokens

    def step(self, state: State, line: str) -> Token:
        """The token of one line, remembered in its state if the line is short."""
        token = self._step(state, line)
        if len(line) <= _MEMO_LINE:
            if len(state.memo) >= _MEMO_SIZE:
                state.memo.clear()
            state.memo[line] = token
        return token

    def front_matter(self, lines: Sequence[str]) -> list[Token]:
        """The tokens of the document's front matter; empty where there is none."""
        length = front_matter_length(lines)
        if not length:
            return []
        inside = Token(FRONT, 0, 0, (), self.front)
        return [inside] * (length - 1) + [Token(FRONT, 0, 0, (), self.start)]

    def _state(self, containers: tuple[int, ...], leaf: Leaf) -> State:
        key = (containers, leaf)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(containers, leaf)
        return state

    def _step(self, state: State, line: str) -> Token:
        token = self._at_once(state, line) if line else None
        if token is not None:
            return token
        if "\t" in line:
            # Columns count by tab stops of four: scan the expanded line, and translate the columns back.
            kind, column, extra, opened, after = self._general(state, line.expandtabs(4))
            back = _TabColumns(line)
            opened = tuple(Opened(back[a], marker, back[b]) for a, marker, b in opened)
            return Token(kind, back[column], extra, opened, after)
        return self._general(state, line)

    def _at_once(self, state: State, line: str) -> Token | None:
        """The token of a line whose first signs say all: it starts at column 0, outside quotes and open code."""
        containers, leaf = state.containers, state.leaf
        if containers:
            # A line at column 0 leaves all list items, and what is open in them; a quote could go on.
            if containers[0] == QUOTE:
                return None
        elif len(leaf) > 1:
            return None
        first, second = line[0], line[1:2]
        if first in _PLAIN or (first == "*" == second and line[2:3] in _PLAIN_BOLD and line[2:3]):
            if state.in_paragraph:
                return Token(MORE, 0, 0, (), state)
            return self._text
        if second == " " and first in self._bullets:
            third = line[2:3]
            if (third in _PLAIN and third) or (third == "`" and line[2:5] != "```"):
                return self._bullets[first]
        elif first == "#":
            heading = _HEADING.match(line)
            if heading:
                return Token(HEADING, heading.end(), len(heading[1]), (), self.start)
        return None

    def _general(self, state: State, line: str) -> Token:
        leaf = state.leaf
        containers = state.containers
        length = len(line)
        place, matched = _match_containers(containers, leaf, line)
        all_matched = matched == len(containers)

        if all_matched and len(leaf) > 1:
            token = self._inside_leaf(state, line, place)
            if token is not None:
                return token
        base = containers[:matched]
        lazy = state.in_paragraph
        paragraph = lazy and all_matched

        opened: list[Opened] = []
        while True:
            start = place
            while start < length and line[start] == " ":
                start += 1
            if start == length:
                after = self._state(base, _EMPTY_ITEM if opened else _NONE)
                return Token(BLANK, length, 0, tuple(opened), after)
            if start - place >= 4:
                if lazy:
                    return Token(MORE, start, 0, (), state)
                return Token(INDENTED, min(place + 4, length), 0, tuple(opened), self._state(base, _NONE))
            char = line[start]
            if char == ">" and len(base) < MAX_DEPTH:
                place = start + 1
                if line[place : place + 1] == " ":
                    place += 1
                base = (*base, QUOTE)
                paragraph = lazy = False
                continue
            token = self._leaf_start(line, start, char, base, tuple(opened), paragraph, lazy)
            if token is not None:
                return token
            marker = _MARKER.match(line, start) if char in "-+*0123456789" and len(base) < MAX_DEPTH else None
            if marker:
                end = marker.end()
                rest = line[end:].strip(" ")
                if not (paragraph and (not rest or (char.isdigit() and int(marker[1][:-1]) != 1))):
                    spaces = len(line) - end - len(line[end:].lstrip(" "))
                    gap = spaces if rest and spaces <= 4 else 1
                    content = min(end + gap, length)
                    base = (*base, end - place + gap)
                    opened.append(Opened(start, marker[1], content))
                    place = content
                    paragraph = lazy = False
                    continue
            if lazy:
                # A paragraph goes on, lazily too: its containers stay open.
                return Token(MORE, start, 0, (), state)
            return Token(TEXT, start, 0, tuple(opened), self._state(base, _PARAGRAPH))

    def _inside_leaf(self, state: State, line: str, place: int) -> Token | None:
        """The token of a line inside an open fence or HTML block; None if the block ended before this line."""
        leaf: tuple[Any, ...] = state.leaf
        containers = state.containers
        if leaf[0] == "fence":
            text = line[place:].strip(" ")
            mark, length = str(leaf[1]), int(leaf[-1])
            indent = len(line) - place - len(line[place:].lstrip(" "))
            if indent <= 3 and len(text) >= length and text.strip(mark) == "":
                return Token(FENCE_CLOSE, place, 0, (), self._state(containers, _NONE))
            return Token(FENCE_BODY, place, 0, (), state)
        kind = int(leaf[1])
        if kind >= 6:
            if line[place:].strip(" "):
                return Token(HTML, place, kind, (), state)
            return None
        closed = _HTML_CLOSE[kind].search(line, place)
        return Token(HTML, place, kind, (), self._state(containers, _NONE) if closed else state)

    def _leaf_start(
        self,
        line: str,
        start: int,
        char: str,
        base: tuple[int, ...],
        opened: tuple[Opened, ...],
        paragraph: bool,
        lazy: bool,
    ) -> Token | None:
        """The token of a line that starts a leaf block other than a paragraph."""
        if char == "#":
            heading = _HEADING.match(line, start)
            if heading:
                return Token(HEADING, heading.end(), len(heading[1]), opened, self._state(base, _NONE))
        elif char in "`~":
            fence = _FENCE.match(line, start)
            if fence:
                run = fence[1] or fence[2]
                return Token(FENCE_OPEN, start, len(run), opened, self._state(base, ("fence", char, len(run))))
        elif char == "<":
            kind = _html_kind(line, start, lazy)
            if kind:
                closes = kind < 6 and _HTML_CLOSE[kind].search(line, start)
                return Token(HTML, start, kind, opened, self._state(base, _NONE if closes else ("html", kind)))
        elif char in "=-_*":
            if paragraph and char in "=-" and _UNDERLINE.match(line, start):
                return Token(UNDERLINE, start, 1 if char == "=" else 2, opened, self._state(base, _NONE))
            if char != "=" and _BREAK.match(line, start):
                return Token(BREAK, start, 0, opened, self._state(base, _NONE))
        return None


def front_matter_length(lines: Sequence[str]) -> int:
    """How many lines the front matter takes, both its fences included; 0 where there is none."""
    if lines and lines[0].rstrip(" \t") == "---":
        for number in range(1, min(len(lines), FRONT_LIMIT)):
            if lines[number].rstrip(" \t") in ("---", "..."):
                return number + 1
    return 0


def _match_containers(containers: tuple[int, ...], leaf: Leaf, line: str) -> tuple[int, int]:
    """How far the open containers reach into the line: the place after them, and how many go on."""
    place = 0
    length = len(line)
    for number, container in enumerate(containers):
        start = place
        while start < length and line[start] == " ":
            start += 1
        if container == QUOTE:
            if start - place > 3 or line[start : start + 1] != ">":
                return place, number
            place = start + 1
            if line[place : place + 1] == " ":
                place += 1
        elif start == length:
            if leaf == _EMPTY_ITEM and number == len(containers) - 1:
                return place, number
            place = min(place + container, length)
        elif start - place >= container:
            place += container
        else:
            return place, number
    return place, len(containers)


def _html_kind(line: str, start: int, lazy: bool) -> int:
    for kind, pattern in _HTML_OPEN:
        if pattern.match(line, start):
            return kind
    return 7 if not lazy and _HTML_TAG.match(line, start) else 0


class _TabColumns:
    """Translates a column of the expanded line into a column of the line that has tabs."""

    def __init__(self, line: str) -> None:
        self._columns: list[int] = []
        column = 0
        for index, char in enumerate(line):
            width = 4 - column % 4 if char == "\t" else 1
            self._columns += [index] * width
            column += width
        self._length = len(line)

    def __getitem__(self, column: int) -> int:
        return self._columns[column] if column < len(self._columns) else self._length
