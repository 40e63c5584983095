"""Sections and items while their lines are being read; what is finished is frozen."""

from __future__ import annotations

from .format import SectionSpec
from .text import Span, new
from .tree import Fence, Item, Section, ended


class OpenSection:
    """A section while its lines are being read; what most sections have not is set where one has it."""

    column = 0
    bullet = ""
    by_alias = False
    has_content = False
    number: int | None = None
    number_span: Span | None = None
    name = ""
    too_deep = False
    too_high = False
    fences: list[Fence] | None = None

    def __init__(
        self, spec: SectionSpec, key: str, line: int, level: int, title: tuple[int, int], content: tuple[int, int]
    ) -> None:
        self.spec = spec
        self.key = key
        self.line = line
        self.level = level
        self.scope = level  # headings of this level or a higher one close it
        self.title = title  # its columns
        self.content = content
        self.last = line + 1
        self.items: list[Item] = []
        self.children: list[OpenSection] = []

    def frozen(self, limit: int, outline: list[Section]) -> Section:
        """The finished section, whose end is at most `limit`; it and all below it are added to `outline`."""
        end = self.last
        children: tuple[Section, ...] = ()
        place = len(outline)
        if self.children:
            below = []
            outline.append(_TO_COME)
            for child in self.children:
                section = child.frozen(limit, outline)
                below.append(section)
                if section.end > end:
                    end = section.end
            children = tuple(below)
        if end > limit:
            end = limit
        if end <= self.line:
            end = self.line + 1
        # As fast as a tuple can be made: sections are many.
        frozen: Section = new(Section, (
            self.spec, self.key, self.title[0], self.title[1], self.line, self.level, self.column, self.bullet,
            self.content, end, self.by_alias, self.has_content or bool(children), self.number, self.number_span,
            self.name, self.too_deep, self.too_high, tuple(self.items), tuple(self.fences or ()), children,
        ))  # fmt: skip
        if children:
            outline[place] = frozen
        else:
            outline.append(frozen)
        return frozen


class OpenItem:
    """A list item whose end is still to come; it has its place among its section's items already."""

    __slots__ = ("depth", "item", "items", "place")

    def __init__(self, item: Item, items: list[Item]) -> None:
        self.item = item
        self.depth = item.depth
        self.items = items
        self.place = len(items)
        items.append(item)

    def close(self, end: int) -> None:
        """Put the finished item in its place."""
        if end > self.item.end:
            self.items[self.place] = ended(self.item, end)


_TO_COME: Section = ()  # type: ignore[assignment]
