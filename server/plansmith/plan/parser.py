"""Lines and tokens in, a task out: reading is generous, and no text makes it fail.

A title resolves among the children of the nearest enclosing section, then of that one's ancestors; one that
fits nowhere is the author's own text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from .format import (
    CHECKLIST,
    CHOICE,
    CODE,
    HEADING,
    LINE,
    LIST,
    Format,
    SectionSpec,
    TaskTitle,
    fold_name,
    fold_title,
)
from .ignores import COMMENT, covered, gap_ignores, read_ignore
from .labels import LABEL_LIMIT, read_label
from .leaves import find_fences, is_wrapped
from .opened import OpenItem, OpenSection
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
from .text import on_line
from .tree import Fence, Gap, Heading, Reference, Section, Summary, Task, Unit, new_item

_BOXES: Final = frozenset(" xX-~")
_AFTER_BOX: Final = ("", " ", "\t")
_LOOK_AHEAD: Final = 200  # headings
_STARTED: Final = frozenset("xX-~")
_ONLY_COMMENT: Final = re.compile(r"<!--(?:(?!-->).)*-->$")
_LIST_KINDS: Final = (LIST, CHECKLIST, CODE)
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
        self._task_level = headings[0].level
        self._root = OpenSection(parser.format.root, "", 0, self._task_level, (0, 0), (1, 0))
        self._stack = [self._root]  # the open sections that are headings
        self._nested = [self._root]  # the same by their levels alone, whatever each one resolved to
        self._labels: list[OpenSection] = []  # the open labels below the innermost heading
        self._items: list[OpenItem] = []  # the open list items, outermost first
        self._current = self._root
        self._written = 0  # the first line after the last one that is not blank
        self._started = False
        self._ignores: list[tuple[int, re.Match[str]]] = []

    def result(self) -> Task:
        lines, tokens = self._lines, self._tokens
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
                self._on_heading(heading)
                number = heading.end
                continue
            token = tokens[number]
            kind = token[0]
            opened = token[3]
            if kind == BLANK and not opened:
                current = self._current
                if current.has_content and not current.level and current.spec.kind in _LINE_KINDS:
                    self._close_label()
                number += 1
                continue
            containers = token[4].containers
            depth = len(containers)
            items = self._items
            if items:
                kept = _depths(token)[0] if opened else depth
                while items and (items[-1].depth >= kept or containers[items[-1].depth] == QUOTE):
                    items.pop().close(self._written)
            if opened:
                if self._on_item(number, token):
                    if opening_end < 0:
                        opening_end = number
                    number += 1
                    self._current.last = self._written = number
                    continue
            elif (depth == 0 and kind in (TEXT, MORE)) or (kind == MORE and _is_lazy(token)):
                line = lines[number]
                char = line[token[1]]
                if (char in "*_" or char > "\x7f") and self._on_label(number, token[1], "", token[1]):
                    self._close_items()
                    if opening_end < 0:
                        opening_end = number
                    number += 1
                    self._written = number
                    continue
            elif kind == BREAK and depth == 0:
                self._close_labels()
            current = self._current
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
            if opening_end < 0 and self._current is not self._root:
                opening_end = number - 1
        self._close_items()
        end = self._end()
        outline: list[Section] = []
        sections = tuple([child.frozen(end, outline) for child in self._root.children])
        if opening_end < 0 or opening_end > end:
            opening_end = end
        return self._task(sections, tuple(outline), end, opening_end, fences)

    def _close_items(self) -> None:
        for item in self._items:
            item.close(self._written)
        self._items.clear()

    # Headings

    def _on_heading(self, heading: Heading) -> None:
        fmt = self._parser.format
        step = fmt.step_title.match(heading.text) if fmt.step_title else None
        folded = "" if step else fold_title(heading.text)
        label = self._label_above(folded, step) if self._labels else None
        self._close_labels()
        self._close_items()
        self._written = heading.end
        stack = self._stack
        popped = []
        while len(stack) > 1 and stack[-1].scope >= heading.level:
            popped.append(stack.pop())
        while len(self._nested) > 1 and self._nested[-1].level >= heading.level:
            self._nested.pop()
        if label is not None:
            label.scope = heading.level - 1
            stack.append(label)
        found = self._resolve_heading(heading, popped, folded, step)
        if found is None and step is not None:
            found = self._resolve_heading(heading, popped, fold_title(heading.text), None)
        if found is None:
            self._current = stack[-1]
            self._current.has_content = True
            self._current.last = heading.end
            return
        opened, parent = found
        if parent in popped:
            opened.too_high = True
            stack.append(parent)
        else:
            while stack[-1] is not parent:
                stack.pop()
            opened.too_high = opened.level <= parent.level
        parent.children.append(opened)
        stack.append(opened)
        self._nested.append(opened)
        self._current = opened

    def _label_above(self, folded: str, step: re.Match[str] | None) -> OpenSection | None:
        """The open label that a heading is a child of: a step below `**Implementation Steps**:`."""
        return next((label for label in reversed(self._labels) if _child(label, folded, step)), None)

    def _resolve_heading(
        self, heading: Heading, popped: list[OpenSection], folded: str, step: re.Match[str] | None
    ) -> tuple[OpenSection, OpenSection] | None:
        if is_wrapped(heading):
            return None
        stack = self._stack
        for parent in reversed(stack):
            spec = _child(parent, folded, step)
            alias = None if spec else parent.spec.alias_titles.get(folded)
            if alias and any(child.spec is alias for child in parent.children):
                alias = None
            found = spec or alias
            if found:
                too_deep = self._is_too_deep(heading, found, parent)
                if too_deep and (alias or self._comes_back(heading, parent)):
                    # It closes nothing: the steps that follow would be lost.
                    return None
                opened = self._open_heading(heading, found, parent, step)
                opened.by_alias = spec is None
                opened.too_deep = too_deep
                return opened, parent
        for parent in popped:
            spec = _child(parent, folded, step)
            if spec:
                return self._open_heading(heading, spec, parent, step), parent
        return None

    def _is_too_deep(self, heading: Heading, spec: SectionSpec, parent: OpenSection) -> bool:
        """Whether the level of a heading makes it a part of another section than its parent."""
        above = self._nested[-1] if parent.level else self._stack[-1]
        return heading.level > self._task_level + spec.depth and parent is not above

    def _comes_back(self, heading: Heading, parent: OpenSection) -> bool:
        """Whether the sections that a heading lies in by its level go on after it."""
        chain = self._stack[: self._stack.index(parent) + 1]
        around = [section for section in (*self._stack, *self._nested) if section not in chain]
        level = min([section.scope for section in around], default=0)
        step_title = self._parser.format.step_title
        after = bisect_right(self._headings, heading.line, key=lambda other: other.line)
        for later in self._headings[after : after + _LOOK_AHEAD]:
            if later.level > heading.level:
                continue
            folded = fold_title(later.text)
            step = step_title.match(later.text) if step_title else None
            if any(_child(section, folded, step) for section in around) and not any(
                _child(section, folded, step) for section in chain
            ):
                return True
            if later.level <= level:
                break
        return False

    def _open_heading(
        self, heading: Heading, spec: SectionSpec, parent: OpenSection, step: re.Match[str] | None
    ) -> OpenSection:
        line, column = heading.line, heading.column
        title = (column, column + len(heading.text))
        content = (heading.end, 0)
        if step is None or spec is not parent.spec.step:
            key = f"{parent.key}.{spec.name}" if parent.key else spec.name
            opened = OpenSection(spec, key, line, heading.level, title, content)
        else:
            number = int(step["n"][:9])
            opened = OpenSection(spec, f"{parent.key}.{number}", line, heading.level, title, content)
            opened.number = number
            start, end = step.span("n")
            opened.number_span = on_line(line, column + start, column + end)
            opened.name = step["name"].strip()
        opened.last = heading.end
        return opened

    # Labels

    def _on_label(self, number: int, start: int, bullet: str, column: int) -> bool:
        """Open a section if a label starts at `start` of the line; `column` is that of its marker or text."""
        line = self._lines[number]
        text = line[start : start + LABEL_LIMIT]
        label = read_label(text, bool(bullet)) if ":" in text or "：" in text else None
        if label is None:
            return False
        folded, bold, title, title_end, end = label
        found = self._resolve_label(folded, column, bullet, bold)
        if found is None:
            return False
        spec, parent, alias = found
        while self._labels and self._labels[-1] is not parent:
            self._labels.pop()
        key = f"{parent.key}.{spec.name}" if parent.key else spec.name
        where = (start + title, start + title_end)
        opened = OpenSection(spec, key, number, 0, where, (number, start + end))
        if bullet or column:
            opened.column = column
            opened.bullet = bullet
        if alias:
            opened.by_alias = True
        if start + end < len(line):
            rest = line[start + end :].strip()
            opened.has_content = bool(rest) and not (rest.startswith("<!--") and _ONLY_COMMENT.match(rest))
        parent.children.append(opened)
        self._labels.append(opened)
        self._current = opened
        return True

    def _resolve_label(
        self, folded: str, column: int, bullet: str, bold: bool
    ) -> tuple[SectionSpec, OpenSection, bool] | None:
        labels = self._labels
        for label in reversed(labels):
            spec = label.spec.titles.get(folded)
            if spec:
                return spec, label, False
            if column > label.column:
                return None  # deeper than the label: its content
        top = labels[-1] if labels else None
        inside = top is not None and bullet and not top.bullet and top.spec.kind in _LIST_KINDS
        for depth, parent in enumerate(reversed(self._stack)):
            spec = parent.spec.titles.get(folded)
            if spec is not None:
                if inside and not (bold and _goes_on(parent, top, spec)):
                    return None
                return spec, parent, False
            spec = parent.spec.alias_titles.get(folded)
            if spec is None and depth == 0:
                spec = parent.spec.label_titles.get(folded)
            if spec is not None:
                if inside or any(child.spec is spec for child in parent.children):
                    return None
                return spec, parent, True
        return None

    def _close_label(self) -> None:
        self._labels.pop()
        self._current = self._labels[-1] if self._labels else self._stack[-1]

    def _close_labels(self) -> None:
        self._labels.clear()
        self._current = self._stack[-1]

    # Items

    def _on_item(self, number: int, token: Token) -> bool:
        """Open the list items of a line; whether they are a label."""
        kind, _, _, opened, state = token
        line = self._lines[number]
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
                    and (depth == 0 or any(label.spec.children for label in self._labels))
                    and self._on_label(number, text, sign, column)
                ):
                    item = new_item(number, column, sign, content, text, None, depth)
                    self._items.append(OpenItem(item, []))
                    return True
            item = new_item(number, column, sign, content, text, box, depth)
            self._items.append(OpenItem(item, self._current.items))
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
            self._task_level,
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
            items=tuple(self._root.items),
            end=end,
            opening_end=opening_end,
            body_headings=len(body),
            references=references,
            summary=summary,
        )


def _depths(token: Token) -> Sequence[int]:
    """In how many containers each of the items lies that a line opens."""
    containers = token[4].containers
    count = len(token[3])
    if count == 1 and len(containers) == 1:
        return _OUTERMOST
    if QUOTE not in containers:
        return range(len(containers) - count, len(containers))
    return [depth for depth, container in enumerate(containers) if container != QUOTE][-count:]


def _child(parent: OpenSection, folded: str, step: re.Match[str] | None) -> SectionSpec | None:
    if step is not None and parent.spec.step is not None:
        return parent.spec.step
    return parent.spec.titles.get(folded)


def _is_lazy(token: Token) -> bool:
    """Whether a line stands left of the list whose paragraph it continues: a label there ends that list for us."""
    containers = token[4].containers
    return bool(containers) and token[1] < containers[0]


def _goes_on(parent: OpenSection, label: OpenSection | None, spec: SectionSpec) -> bool:
    """Whether a bullet in a list is the next section rather than an item that happens to be titled like one."""
    present = any(child.spec is spec for child in parent.children)
    return label is not None and not present and spec.order > label.spec.order


def _definitions(lines: Sequence[str], tokens: Sequence[Token]) -> frozenset[str]:
    """The folded labels of the link reference definitions: `[Label]: address`."""
    if not any("]:" in line for line in lines):
        return frozenset()
    labels = (
        defined_label(line, token[1])
        for line, token in zip(lines, tokens, strict=True)
        if "]:" in line and token[0] in (TEXT, MORE)
    )
    return frozenset(label for label in labels if label)
