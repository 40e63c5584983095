"""A document under edit: what an edit costs is what it touches.

A change re-scans from the edited line until the scanner stands as it stood before, and re-parses the units
that it touched; all other units stay the very same values. The result equals a fresh parse, always.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .format import Format, TaskTitle, fold_name
from .graph import Graph, link
from .leaves import atx_heading, setext_heading
from .parser import Parser
from .scanner import FRONT_LIMIT, HEADING, UNDERLINE, Scanner, State, Token, front_matter_length
from .text import Edit, Span, apply_edits, clamp, join_lines, split_lines
from .tree import Gap, Heading, Task, Unit


class Change(NamedTuple):
    """What an edit did to the units: those that went and those that came in their stead."""

    first: int  # the index of the first unit that was replaced
    removed: tuple[Unit, ...]
    added: tuple[Unit, ...]
    line: int  # the first line whose text changed
    lines: int  # how many lines there are more than before
    relinked: bool  # whether anything changed that other tasks see

    @property
    def swallows(self) -> bool:
        """Whether there are fewer units than before, as when a fence is opened."""
        return len(self.removed) > len(self.added)


class Document:
    """A Markdown text with its tasks.

    `units` are in the order of the text and cover it; `starts` holds the first line of each.
    """

    def __init__(self, text: str, fmt: Format, scanner: Scanner | None = None) -> None:
        """Parse `text`; documents that share a `scanner` share its memory of lines."""
        self.format = fmt
        self._scanner = scanner or Scanner()
        self.lines: list[str] = []
        self.ends: list[str] = []
        self.units: list[Unit] = []
        self.starts: list[int] = []
        self.tasks: list[Task] = []
        self.flag: bool | None = None  # `plansmith:` in the front matter
        self._tokens: list[Token] = []
        self._front = 0
        self._swallowed: dict[tuple[str, ...], Unit] = {}  # by their lines
        self._task_units: list[int] = []
        self._graph: Graph | None = None
        self._definitions: frozenset[str] | None = None
        self._bullets: Counter[str] | None = None  # counted when first asked for, like the line ends
        self._line_ends: Counter[str] | None = None
        self._plans = 0
        self.lines, self.ends = split_lines(text)
        self._load()

    @property
    def text(self) -> str:
        """The whole text, byte for byte as it was given and edited."""
        return join_lines(self.lines, self.ends)

    @property
    def is_ours(self) -> bool:
        """Whether rules run here: the document holds a plan, or says so in its front matter."""
        return self.flag if self.flag is not None else self._plans > 0

    @property
    def graph(self) -> Graph:
        """The tasks as names and references; made anew only when those change."""
        if self._graph is None:
            self._graph = link([task.summary for task in self.tasks], self._groups())
        return self._graph

    @property
    def definitions(self) -> frozenset[str]:
        """The folded labels of all link reference definitions; a link in any task may use them."""
        if self._definitions is None:
            self._definitions = frozenset().union(*(unit.definitions for unit in self.units if unit.definitions))
        return self._definitions

    @property
    def bullet(self) -> str:
        """The bullet that most items have; `-` where there is none."""
        if self._bullets is None:
            self._bullets = _bullets(self.units)
        return max("-*+", key=self._bullets.__getitem__)

    @property
    def line_end(self) -> str:
        r"""The line end that most lines have; `\n` where there is none."""
        if self._line_ends is None:
            self._line_ends = Counter(self.ends)
        return max(("\n", "\r\n", "\r"), key=self._line_ends.__getitem__)

    def start_of(self, index: int) -> int:
        """The first line of a task, by its index in `tasks`."""
        return self.starts[self._task_units[index]]

    def unit_of(self, index: int) -> int:
        """The index in `units` of a task, by its index in `tasks`."""
        return self._task_units[index]

    def task_at(self, line: int) -> int | None:
        """The index of the task that owns a line; None in the gaps."""
        unit = bisect_right(self.starts, line) - 1
        place = bisect_right(self._task_units, unit) - 1
        if place >= 0 and self._task_units[place] == unit:
            return place
        return None

    def unit_at(self, line: int) -> int:
        """The index in `units` of the unit that holds a line."""
        return max(bisect_right(self.starts, line) - 1, 0)

    def task_of_unit(self, unit: int) -> int:
        """The index in `tasks` of a unit, or of the first task after it."""
        return bisect_left(self._task_units, unit)

    def neighbours(self, index: int) -> tuple[Unit | None, Unit | None]:
        """The units right before and right after a task."""
        unit = self._task_units[index]
        before = self.units[unit - 1] if unit else None
        return before, self.units[unit + 1] if unit + 1 < len(self.units) else None

    def token(self, line: int) -> Token:
        """The scanner's token of a line."""
        return self._tokens[line]

    def edit(self, edit: Edit) -> Change:
        """Apply one edit; places outside the text mean the nearest place inside."""
        first, last, count = self._splice(edit)
        added = count - (last - first)
        before = self._tokens[last - 1][4]
        if self._front_changed(first):
            old = tuple(self.units)
            self._load()
            return Change(0, old, tuple(self.units), first, added, True)
        stop = self._rescan(first, last, count, before)
        return self._reparse(first, stop, added)

    def apply(self, edits: Sequence[Edit]) -> Change:
        """Apply at least one edit as one; the spans speak of the text as it stands, and must not overlap."""
        first = min(edit.span.line for edit in edits)
        last = max(edit.span.end_line for edit in edits)
        lines = self.lines[first : last + 1]
        text = apply_edits(
            join_lines(lines, [*self.ends[first:last], ""]),
            [Edit(edit.span.shifted(-first), edit.text) for edit in edits],
        )
        return self.edit(Edit(Span(first, 0, last, len(lines[-1])), text))

    def snapshot(self) -> Document:
        """The document as it stands, for another thread while this one is edited; what was parsed is shared."""
        copy = Document("", self.format, self._scanner)
        copy.lines, copy.ends = self.lines[:], self.ends[:]
        copy.units, copy.starts, copy.tasks = self.units[:], self.starts[:], self.tasks[:]
        copy.flag = self.flag
        copy._tokens, copy._front, copy._parser = self._tokens[:], self._front, self._parser
        copy._swallowed = dict(self._swallowed)
        copy._task_units, copy._graph, copy._plans = self._task_units[:], self.graph, self._plans
        copy._definitions = self._definitions
        copy._bullets = None if self._bullets is None else Counter(self._bullets)
        copy._line_ends = None if self._line_ends is None else Counter(self._line_ends)
        return copy

    # Text

    def _splice(self, edit: Edit) -> tuple[int, int, int]:
        """Replace text; returns the first line replaced, the line after the last, and how many stand there now."""
        lines, ends = self.lines, self.ends
        span = edit.span
        line, column = clamp(lines, span.line, span.start)
        end_line, end_column = clamp(lines, span.end_line, span.end)
        if (end_line, end_column) < (line, column):
            line, column, end_line, end_column = end_line, end_column, line, column
        text = lines[line][:column] + edit.text + lines[end_line][end_column:] + ends[end_line]
        if line and ends[line - 1] == "\r" and text.startswith("\n"):
            # What ended two lines is one line end now.
            line -= 1
            text = lines[line] + "\r" + text
        new_lines, new_ends = split_lines(text)
        if ends[end_line]:
            new_lines.pop()
            new_ends.pop()
        if self._line_ends is not None:
            self._line_ends.subtract(ends[line : end_line + 1])
            self._line_ends.update(new_ends)
        lines[line : end_line + 1] = new_lines
        ends[line : end_line + 1] = new_ends
        return line, end_line + 1, len(new_lines)

    def _front_changed(self, first: int) -> bool:
        if first > FRONT_LIMIT or not (self._front or self.lines[0].startswith("---")):
            return False
        return first < self._front or front_matter_length(self.lines) != self._front

    # Scanning and parsing

    def _load(self) -> None:
        lines = self.lines
        front = self._scanner.front_matter(lines)
        self._front = len(front)
        self.flag = _flag(lines[: self._front])
        self._parser = Parser(self.format, plan_threshold=1 if self.flag else 2)
        self._tokens = front + self._scanner.scan(lines[self._front :])
        self._swallowed = {}
        pairs = list(self._segments(0))
        self.starts = [start for start, _ in pairs]
        self.units = [unit for _, unit in pairs]
        self._definitions = None
        self._bullets = None
        self._index()

    def _rescan(self, first: int, last: int, count: int, old_after: State) -> int:
        """Scan anew from line `first`; returns the line from which on all tokens are as they were."""
        lines, tokens, scanner = self.lines, self._tokens, self._scanner
        state = tokens[first - 1][4] if first else scanner.start
        fresh = scanner.scan(lines[first : first + count], state)
        tokens[first:last] = fresh
        number = first + count
        if fresh:
            state = fresh[-1][4]
        total = len(lines)
        while number < total and state is not old_after:
            line = lines[number]
            old_after = tokens[number][4]
            token = state.memo.get(line) or scanner.step(state, line)
            tokens[number] = token
            state = token[4]
            number += 1
        return number

    def _reparse(self, first: int, stop: int, added: int) -> Change:
        """Segment and parse anew from the touched unit on, until a unit starts that is as it was."""
        old_starts, old_units = self.starts, self.units
        index = bisect_right(old_starts, first) - 1
        headings = old_units[index].headings
        if index and (not headings or first < old_starts[index] + headings[0].end):
            # The edit touched the unit's own heading: the unit before may go on now.
            index -= 1

        def is_known(line: int) -> bool:
            place = bisect_left(old_starts, line - added, index + 1)
            return line >= stop and place < len(old_starts) and old_starts[place] == line - added

        starts: list[int] = []
        units: list[Unit] = []
        end = len(self.lines)
        for start, unit in self._segments(old_starts[index], is_known):
            starts.append(start)
            units.append(unit)
            end = start + len(unit.lines)
        after = bisect_left(old_starts, end - added, index + 1) if end < len(self.lines) else len(old_starts)
        removed = tuple(old_units[index:after])
        old_units[index:after] = units
        tail = old_starts[after:]
        old_starts[index:] = [*starts, *([start + added for start in tail] if added else tail)]
        change = Change(index, removed, tuple(units), first, added, self._relink(index, removed, units))
        if change.swallows:
            # When the fence is closed they come back as they were.
            self._swallowed = {unit.lines: unit for unit in removed}
        return change

    def _relink(self, index: int, removed: Sequence[Unit], added: Sequence[Unit]) -> bool:
        """Bring the index of tasks up to date; whether anything changed that other tasks see."""
        if any(unit.definitions for unit in (*removed, *added)):
            self._definitions = None
        if self._bullets is not None:
            self._bullets.subtract(_bullets(removed))
            self._bullets.update(_bullets(added))
        if len(removed) != len(added) or not all(map(_is_called_alike, removed, added)):
            self._index()
            return True
        place = bisect_left(self._task_units, index)
        changed = False
        for old, new in zip(removed, added, strict=True):
            if not isinstance(old, Task) or not isinstance(new, Task):
                continue
            self.tasks[place] = new
            if old.summary != new.summary:
                changed = True
                self._plans += new.is_plan - old.is_plan
                if self._graph is not None:
                    self._graph = self._graph.relinked(place, new.summary)
            place += 1
        return changed

    def _index(self) -> None:
        pairs = [(number, unit) for number, unit in enumerate(self.units) if isinstance(unit, Task)]
        self.tasks = [unit for _, unit in pairs]
        self._task_units = [number for number, _ in pairs]
        self._plans = sum(task.is_plan for task in self.tasks)
        self._graph = None

    def _segments(self, start: int, is_known: Callable[[int], bool] = lambda _: False) -> Iterator[tuple[int, Unit]]:
        """The units from a unit's start on, each with its first line, up to one that is known already."""
        lines, tokens, parser = self.lines, self._tokens, self._parser
        headings: list[Heading] = []
        title: TaskTitle | None = None
        level = 0  # of the task being read; 0 in a gap
        for number in range(start, len(tokens)):
            token = tokens[number]
            kind = token[0]
            if kind == HEADING:
                if token[3] or token[4].containers:
                    continue
                heading = atx_heading(lines[number], number, token)
            elif kind == UNDERLINE and not token[4].containers:
                heading = setext_heading(lines, tokens, number)
            else:
                continue
            found = parser.task_title(heading)
            if found is None and level and parser.goes_on(level, heading):
                headings.append(heading)
                continue
            if heading.line > start:
                yield start, self._unit(start, heading.line, headings, title)
                if is_known(heading.line):
                    return
            start = heading.line
            headings = [heading]
            title = found
            level = heading.level if found else 0
        yield start, self._unit(start, len(lines), headings, title)

    def _unit(self, start: int, end: int, headings: list[Heading], title: TaskTitle | None) -> Unit:
        lines, tokens = self.lines[start:end], self._tokens[start:end]
        known = self._swallowed.get(tuple(lines)) if self._swallowed else None
        if known is not None and known.tokens == tuple(tokens):
            # Each comes back once, so that no two units of a document are the same object.
            return self._swallowed.pop(known.lines)
        if start:
            headings = [Heading(h.line - start, h.end - start, h.level, h.text, h.column) for h in headings]
        if title is None:
            return self._parser.gap(lines, tokens, headings)
        return self._parser.task(lines, tokens, headings, title)

    def _groups(self) -> list[tuple[str, ...]]:
        """The enclosing group headings of each task, outermost first."""
        found: list[tuple[str, ...]] = []
        stack: list[tuple[int, str]] = []
        for unit in self.units:
            if isinstance(unit, Task):
                level = unit.level
                found.append(tuple(text for depth, text in stack if depth < level))
            else:
                group = _group(unit)
                if group:
                    while stack and stack[-1][0] >= group[0]:
                        stack.pop()
                    stack.append(group)
        return found


def _is_called_alike(old: Unit, new: Unit) -> bool:
    """Whether references mean the same with one unit or another in its place."""
    if isinstance(old, Task) and isinstance(new, Task):
        before, after = old.summary, new.summary
        return (before.level, before.id, before.name, before.head) == (after.level, after.id, after.name, after.head)
    return isinstance(old, Gap) and isinstance(new, Gap) and _group(old) == _group(new)


def _bullets(units: Iterable[Unit]) -> Counter[str]:
    """How many items there are of each marker."""
    return Counter(opened.marker for unit in units for token in unit.tokens for opened in token[3])


def _group(unit: Unit) -> tuple[int, str] | None:
    """The heading that starts a gap: its level and folded text."""
    if not unit.headings:
        return None
    heading = unit.headings[0]
    return heading.level, fold_name(heading.text)


def _flag(front: Sequence[str]) -> bool | None:
    """What the front matter says under `plansmith:`."""
    for line in front:
        key, colon, value = line.partition(":")
        if colon and key.strip() == "plansmith" and not key[:1].isspace():
            word = value.partition("#")[0].strip().strip("\"'").casefold()
            if word in ("true", "yes", "on"):
                return True
            if word in ("false", "no", "off"):
                return False
    return None
