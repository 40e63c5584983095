"""Lines and tokens in, a task out: reading is generous, and no text makes it fail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .format import (
    CHECKLIST,
    CHOICE,
    HEADING,
    LINE,
    Format,
    TaskTitle,
    fold_name,
    fold_title,
)
from .ignores import COMMENT, covered, gap_ignores, read_ignore
from .leaves import find_fences, is_wrapped
from .nesting import Nesting
from .references import defined_label, find_references
from .scanner import (
    BLANK,
    BREAK,
    FENCE_OPEN,
    HTML,
    MORE,
    QUOTE,
    TEXT,
    Token,
)
from .tree import Fence, Gap, Heading, Item, Reference, Section, Summary, Task, Unit

_BOXES: Final = frozenset(" xX-~")
_AFTER_BOX: Final = ("", " ", "\t")
_STARTED: Final = frozenset("xX-~")
_LINE_KINDS: Final = (LINE, CHOICE)
_OUTERMOST: Final = (0,)


class Parser:
    """Parses units of text by one format; keeps nothing between calls."""

    def __init__(self, fmt: Format, *, plan_threshold: int = 2) -> None:
        """`plan_threshold` body sections as headings make a task a plan."""
        self.format = fmt
        self.plan_threshold = plan_threshold

    def task_title(self, heading: Heading) -> TaskTitle | None:
        """Read a heading as a task's, by its spelling and level."""
        if self.format.min_level <= heading.level <= self.format.max_level and not is_wrapped(heading):
            return self.format.task_title(heading.text)
        return None

    def goes_on(self, level: int, heading: Heading) -> bool:
        """Whether a task of `level` goes on at a heading that is no task."""
        return heading.level > level or fold_title(heading.text) in self.format.body_titles

    def gap(self, lines: Sequence[str], tokens: Sequence[Token], headings: Iterable[Heading]) -> Gap:
        """The value of some lines that belong to no task."""
        fences, _ = find_fences(lines, tokens)
        ignores, definitions = gap_ignores(lines, tokens), _definitions(lines, tokens)
        return Gap(tuple(lines), tuple(tokens), tuple(headings), ignores, fences, definitions)

    def task(
        self,
        lines: Sequence[str],
        tokens: Sequence[Token],
        headings: Sequence[Heading],
        title: TaskTitle,
    ) -> Task:
        """Parse a task; `headings` are all headings of its lines, its own first."""
        return _TaskParse(self, tuple(lines), tuple(tokens), tuple(headings), title).result()


class _TaskParse:
    """One run over a task's lines."""

    def __init__(
        self,
        parser: Parser,
        lines: tuple[str, ...],
        tokens: tuple[Token, ...],
        headings: tuple[Heading, ...],
        title: TaskTitle,
    ) -> None:
        self._parser = parser
        self._lines = lines
        self._tokens = tokens
        self._headings = headings
        self._title = title
        self._nesting = Nesting(parser.format, headings)
        self._items: list[Item] = []  # the open list items, outermost first
        self._written = 0  # the first line after the last one that is not blank
        self._started = False
        self._ignores: list[tuple[int, re.Match[str]]] = []

    def result(self) -> Task:
        lines, tokens, nesting = self._lines, self._tokens, self._nesting
        headings = {heading.line: heading for heading in self._headings}
        fences, fence_ends = find_fences(lines, tokens)
        opening_end = -1
        count = len(lines)
        number = self._headings[0].end
        while number < count:
            heading = headings.get(number)
            if heading is not None:
                if opening_end < 0:
                    opening_end = number
                self._close_items()
                nesting.open_heading(heading)
                number = self._written = heading.end
                continue
            token = tokens[number]
            kind = token[0]
            opened = token[3]
            if kind == BLANK and not opened:
                current = nesting.current
                if current.has_content and not current.level and current.spec.kind in _LINE_KINDS:
                    nesting.close_label()
                number += 1
                continue
            containers = token[4].containers
            depth = len(containers)
            items = self._items
            if items:
                kept = _depths(token)[0] if opened else depth
                while items and (items[-1].depth >= kept or containers[items[-1].depth] == QUOTE):
                    _close(items.pop(), self._written)
            if opened:
                if self._on_item(number, token):
                    if opening_end < 0:
                        opening_end = number
                    number += 1
                    nesting.current.last = self._written = number
                    continue
            elif (depth == 0 and kind in (TEXT, MORE)) or (kind == MORE and _is_lazy(token)):
                line = lines[number]
                char = line[token[1]]
                if (char in "*_" or char > "\x7f") and nesting.open_label(line, number, token[1], "", token[1]):
                    self._close_items()
                    if opening_end < 0:
                        opening_end = number
                    number += 1
                    self._written = number
                    continue
            elif kind == BREAK and depth == 0:
                nesting.close_labels()
            current = nesting.current
            if kind == FENCE_OPEN:
                fence = fence_ends[number]
                if current.fences:
                    current.fences.append(fence)
                else:
                    current.fences = [fence]
                current.has_content = True
                number = max(fence.end, number + 1)
                current.last = self._written = number
                continue
            if kind == HTML and token[2] == COMMENT:
                match = read_ignore(lines, tokens, number)
                if match:
                    self._ignores.append((number, match))
            elif kind != BREAK:
                current.has_content = True
            number += 1
            current.last = self._written = number
            if opening_end < 0 and nesting.current is not nesting.root:
                opening_end = number - 1
        self._close_items()
        end = self._end()
        outline: list[Section] = []
        sections = tuple([child.frozen(end, outline) for child in nesting.root.children])
        # A comment that is not the task's own may stand inside of an item.
        for item in [*nesting.root.items, *[item for section in outline for item in section.items]]:
            if item.line < end < item.end:
                item.end = end
        if opening_end < 0 or opening_end > end:
            opening_end = end
        return self._task(sections, tuple(outline), end, opening_end, fences)

    def _close_items(self) -> None:
        for item in self._items:
            _close(item, self._written)
        self._items.clear()

    # Items

    def _on_item(self, number: int, token: Token) -> bool:
        """Open the list items of a line; whether they are a label."""
        kind, _, _, opened, state = token
        line, nesting = self._lines[number], self._nesting
        depths = _depths(token)
        last = len(opened) - 1
        for place, (column, sign, text) in enumerate(opened):
            depth = depths[place]
            box: str | None = None
            content = text
            if place == last and kind == TEXT:
                if (
                    line[text] == "["
                    and line[text + 2 : text + 3] == "]"
                    and line[text + 1] in _BOXES
                    and line[text + 3 : text + 4] in _AFTER_BOX
                ):
                    box = line[text + 1]
                    text = min(text + 4, len(line))
                    self._started = self._started or box in _STARTED
                elif (
                    len(opened) == 1
                    and QUOTE not in state.containers
                    and (depth == 0 or nesting.takes_labels)
                    and nesting.open_label(line, number, text, sign, column)
                ):
                    self._items.append(Item(number, column, sign, content, text, None, depth))
                    return True
            item = Item(number, column, sign, content, text, box, depth)
            self._items.append(item)
            nesting.current.items.append(item)
        return False

    # The whole

    def _end(self) -> int:
        """The first line after the task's own text."""
        tokens = self._tokens
        ignores = {number for number, _ in self._ignores}
        end = len(self._lines)
        rule_seen = False
        while end > self._headings[0].end:
            token = tokens[end - 1]
            if token[0] == BLANK and not token[3]:
                end -= 1
            elif token[0] == BREAK and not rule_seen and not token[3] and not token[4].containers:
                rule_seen = True
                end -= 1
            elif end - 1 in ignores:
                end -= 1
            else:
                break
        return end

    def _task(
        self,
        sections: tuple[Section, ...],
        every: tuple[Section, ...],
        end: int,
        opening_end: int,
        fences: tuple[Fence, ...],
    ) -> Task:
        lines, tokens, fmt = self._lines, self._tokens, self._parser.format
        boxes = [
            item.is_ticked
            for section in every
            if section.spec.kind == CHECKLIST
            for item in section.items
            if item.box is not None
        ]
        done = self._title.done or (bool(boxes) and all(boxes))
        body = {
            section.spec.key
            for section in sections
            if section.level and not section.by_alias and section.spec.form == HEADING
        }
        has_step = any(section.level and section.number is not None for section in every if section.spec.kind == "step")
        references: tuple[Reference, ...] = tuple(
            reference
            for section in every
            if section.spec.references
            for reference in find_references(section, lines, tokens, fmt)
        )
        is_plan = ("steps" in body and has_step) or len(body) >= self._parser.plan_threshold
        title = self._title
        ignores = covered(self._ignores, lines, tokens, every, self._headings, end)
        summary = Summary(
            title.id,
            fold_name(title.name),
            title.head.casefold(),
            self._headings[0].level,
            done,
            self._started,
            is_plan,
            tuple((reference.kind, reference.text, reference.section) for reference in references),
        )
        return Task(
            Unit(lines, tokens, self._headings, ignores, fences, _definitions(lines, tokens)),
            title=title,
            sections=sections,
            outline=every,
            items=tuple(self._nesting.root.items),
            end=end,
            opening_end=opening_end,
            body_headings=len(body),
            references=references,
            summary=summary,
        )


def _close(item: Item, end: int) -> None:
    """Let an item end where the last line that is not blank does."""
    if end > item.end:
        item.end = end


def _depths(token: Token) -> Sequence[int]:
    """In how many containers each of the items lies that a line opens."""
    containers = token[4].containers
    count = len(token[3])
    if count == 1 and len(containers) == 1:
        return _OUTERMOST
    if QUOTE not in containers:
        return range(len(containers) - count, len(containers))
    return [depth for depth, container in enumerate(containers) if container != QUOTE][-count:]


def _is_lazy(token: Token) -> bool:
    """Whether a line stands left of the list whose paragraph it continues: a label there ends that list for us."""
    containers = token[4].containers
    return bool(containers) and token[1] < containers[0]


def _definitions(lines: Sequence[str], tokens: Sequence[Token]) -> frozenset[str]:
    """The folded labels of the link reference definitions: `[Label]: address`."""
    found = set()
    for number, token in enumerate(tokens):
        if token[0] in (TEXT, MORE):
            line, column = lines[number], token[1]
            if line[column] == "[" and "]:" in line:
                label = defined_label(line, column)
                if label:
                    found.add(label)
    return frozenset(found)
