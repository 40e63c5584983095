"""Which sections are open at a line: headings one in the other, and the labels below the innermost of them.

A title resolves among the children of the nearest enclosing section, then of that one's ancestors; one that
fits nowhere is the author's own text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from .format import CHECKLIST, CODE, LIST, Format, SectionSpec, fold_title
from .labels import LABEL_LIMIT, read_label
from .leaves import is_wrapped
from .opened import OpenSection
from .text import on_line
from .tree import Heading

_LOOK_AHEAD: Final = 200  # headings
_ONLY_COMMENT: Final = re.compile(r"<!--(?:(?!-->).)*-->$")
_LIST_KINDS: Final = (LIST, CHECKLIST, CODE)


class Nesting:
    """The open sections of one task, while its lines are read from the first to the last."""

    def __init__(self, fmt: Format, headings: Sequence[Heading]) -> None:
        """`headings` are all of the task's lines, its own first."""
        self._format = fmt
        self._headings = headings
        self._task_level = headings[0].level
        self.root: Final = OpenSection(fmt.root, "", 0, self._task_level, (0, 0), (1, 0))
        self.current = self.root  # the innermost section, which takes what comes
        self._stack = [self.root]  # the open sections that are headings
        self._nested = [self.root]  # the same by their levels alone, whatever each one resolved to
        self._labels: list[OpenSection] = []  # the open labels below the innermost heading

    @property
    def takes_labels(self) -> bool:
        """Whether a label may stand in an item of a list, below one of the open labels."""
        return any(label.spec.children for label in self._labels)

    def open_heading(self, heading: Heading) -> None:
        """Close what a heading ends, and open the section that it is; one that fits nowhere is the author's own."""
        step = self._step(heading)
        folded = "" if step else fold_title(heading.text)
        label = self._label_above(folded, step) if self._labels else None
        self.close_labels()
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
            self.current = stack[-1]
            self.current.has_content = True
            self.current.last = heading.end
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
        self.current = opened

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
                opened = self._opened(heading, found, parent, step)
                opened.by_alias = spec is None
                opened.too_deep = too_deep
                return opened, parent
        for parent in popped:
            spec = _child(parent, folded, step)
            if spec:
                return self._opened(heading, spec, parent, step), parent
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
        after = bisect_right(self._headings, heading.line, key=lambda other: other.line)
        for later in self._headings[after : after + _LOOK_AHEAD]:
            if later.level > heading.level:
                continue
            folded = fold_title(later.text)
            step = self._step(later)
            if any(_child(section, folded, step) for section in around) and not any(
                _child(section, folded, step) for section in chain
            ):
                return True
            if later.level <= level:
                break
        return False

    def _opened(
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

    def open_label(self, line: str, number: int, start: int, bullet: str, column: int) -> bool:
        """Open a section if a label starts at `start` of a line; `column` is that of its marker or text."""
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
        self.current = opened
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

    def close_label(self) -> None:
        """Close the innermost label."""
        self._labels.pop()
        self.current = self._labels[-1] if self._labels else self._stack[-1]

    def close_labels(self) -> None:
        """Close all labels below the innermost heading."""
        self._labels.clear()
        self.current = self._stack[-1]

    def _step(self, heading: Heading) -> re.Match[str] | None:
        pattern = self._format.step_title
        return pattern.match(heading.text) if pattern else None


def _child(parent: OpenSection, folded: str, step: re.Match[str] | None) -> SectionSpec | None:
    if step is not None and parent.spec.step is not None:
        return parent.spec.step
    return parent.spec.titles.get(folded)


def _goes_on(parent: OpenSection, label: OpenSection | None, spec: SectionSpec) -> bool:
    """Whether a bullet in a list is the next section rather than an item that happens to be titled like one."""
    present = any(child.spec is spec for child in parent.children)
    return label is not None and not present and spec.order > label.spec.order
