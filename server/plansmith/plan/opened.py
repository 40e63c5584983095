"""Sections while their lines are being read; what is finished is frozen."""

from __future__ import annotations

from .format import SectionSpec
from .text import Span
from .tree import Fence, Item, Section


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
        frozen = Section(
            self.spec,
            self.key,
            self.line,
            end,
            self.content,
            title=self.title,
            level=self.level,
            column=self.column,
            bullet=self.bullet,
            by_alias=self.by_alias,
            has_content=self.has_content or bool(children),
            number=self.number,
            number_span=self.number_span,
            name=self.name,
            too_deep=self.too_deep,
            too_high=self.too_high,
            items=tuple(self.items),
            fences=tuple(self.fences or ()),
            children=children,
        )
        outline.insert(place, frozen)
        return frozen
