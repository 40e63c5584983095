"""Sections and items while their lines are being read; what is finished is frozen."""

from __future__ import annotations

from .format import SectionSpec
from .text import Span, on_line
from .tree import Fence, Item, Section


class OpenSection:
    """A section while its lines are being read."""

    def __init__(self, spec: SectionSpec, key: str, line: int, level: int) -> None:
        self.spec = spec
        self.key = key
        self.line = line
        self.level = level
        self.scope = level  # headings of this level or a higher one close it
        self.title = on_line(line, 0, 0)
        self.column = 0
        self.bullet = ""
        self.content = (line + 1, 0)
        self.last = line + 1
        self.by_alias = False
        self.has_content = False
        self.number: int | None = None
        self.number_span: Span | None = None
        self.name = ""
        self.too_deep = False
        self.too_high = False
        self.items: list[OpenItem] = []
        self.fences: list[Fence] = []
        self.children: list[OpenSection] = []

    def frozen(self, limit: int) -> Section:
        """The finished section; its end is at most `limit`."""
        end = self.last
        children: tuple[Section, ...] = ()
        if self.children:
            children = tuple([child.frozen(limit) for child in self.children])
            end = max(end, max([child.end for child in children]))
        if end > limit:
            end = limit
        if end <= self.line:
            end = self.line + 1
        return Section(
            self.spec, self.key, self.title, self.line, self.level, self.column, self.bullet, self.content,
            end, self.by_alias, self.has_content or bool(children), self.number,
            self.number_span, self.name, self.too_deep, self.too_high,
            tuple([item.frozen() for item in self.items]) if self.items else (), tuple(self.fences), children,
        )  # fmt: skip


class OpenItem:
    """A list item whose end is still to come."""

    __slots__ = ("box", "column", "content", "depth", "end", "line", "marker", "text")

    def __init__(self, line: int, column: int, marker: str, content: int, depth: int) -> None:
        self.line = line
        self.column = column
        self.marker = marker
        self.content = content
        self.text = content
        self.box: str | None = None
        self.depth = depth
        self.end = line + 1

    def frozen(self) -> Item:
        return Item(self.line, self.column, self.marker, self.content, self.text, self.box, self.depth, self.end)
