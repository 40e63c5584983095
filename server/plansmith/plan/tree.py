"""The parsed text as values: a document is a row of units, tasks and the gaps between them.

Every place is relative to its unit's first line, so that a unit which merely moved is the same value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .format import SectionSpec, TaskTitle
from .scanner import Token
from .text import Span, on_line


class Item:
    """A list item; `end` is the first line after it, trailing blank lines left out."""

    def __init__(
        self, line: int, column: int, marker: str, content: int, text: int, box: str | None, depth: int
    ) -> None:
        """An item of one line; the parser moves the end as it reads on."""
        self.line: Final = line
        self.column: Final = column  # of the marker
        self.marker: Final = marker
        self.content: Final = content  # the column after the marker and its blank
        self.text: Final = text  # the column of the text, after a box if there is one
        self.box: Final = box  # what stands between the brackets, None without a box
        self.depth: Final = depth  # how many containers it lies in; 0 at the top
        self.end = line + 1

    @property
    def is_ticked(self) -> bool:
        """Whether the box is ticked; `[-]` and `[~]` mean started."""
        return self.box in ("x", "X")


class Fence(NamedTuple):
    """A fenced code block; `close` is None where it never closes; `end` is the first line after it."""

    line: int
    column: int
    info: str
    close: int | None
    end: int
    depth: int

    @property
    def language(self) -> str:
        """The first word of the info string."""
        words = self.info.split(None, 1)
        return words[0] if words else ""


class Section:
    """A section of a plan, written as a heading or as a label; compared by identity.

    `end` is the first line after its content, trailing blank lines left out; `content` is where that starts.
    """

    def __init__(
        self,
        spec: SectionSpec,
        key: str,
        line: int,
        end: int,
        content: tuple[int, int],
        *,
        title: tuple[int, int] = (0, 0),
        level: int = 0,
        column: int = 0,
        bullet: str = "",
        by_alias: bool = False,
        has_content: bool = False,
        number: int | None = None,
        number_span: Span | None = None,
        name: str = "",
        too_deep: bool = False,
        too_high: bool = False,
        items: tuple[Item, ...] = (),
        fences: tuple[Fence, ...] = (),
        children: tuple[Section, ...] = (),
    ) -> None:
        """What most sections have not is left out."""
        self.spec: Final = spec
        self.key: Final = key  # with step numbers in place: "steps.2.validation"
        self.title_start: Final = title[0]  # the columns of the words of the title alone
        self.title_end: Final = title[1]
        self.line: Final = line
        self.level: Final = level  # of the heading; 0 for a label
        self.column: Final = column  # of the label's marker or text; 0 for a heading
        self.bullet: Final = bullet  # the marker of a label that is a list item, else ""
        self.content: Final = content  # line and column right after the title
        self.end: Final = end
        self.by_alias: Final = by_alias
        self.has_content: Final = has_content
        self.number: Final = number  # of a step
        self.number_span: Final = number_span
        self.name: Final = name  # of a step
        self.too_deep: Final = too_deep  # its level makes another section its parent
        self.too_high: Final = too_high  # its level lifts it out of its parent
        self.items: Final = items  # of its own content, all depths
        self.fences: Final = fences  # of its own content
        self.children: Final = children

    def __repr__(self) -> str:
        """As a failing test shows it."""
        return f"Section({self.key!r}, line={self.line}, end={self.end})"

    def walk(self) -> Iterator[Section]:
        """This section and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def title(self) -> Span:
        """The words of the title alone."""
        return on_line(self.line, self.title_start, self.title_end)

    @property
    def top_items(self) -> tuple[Item, ...]:
        """The items of its own content that lie in no other item of it."""
        items = self.items
        if not items:
            return ()
        depth = min([item.depth for item in items])
        for item in items:
            if item.depth != depth:
                return tuple([item for item in items if item.depth == depth])
        return items


class Heading:
    """Any heading that is structure: not in code, a list, a quote, HTML or a comment."""

    def __init__(self, line: int, end: int, level: int, text: str, column: int) -> None:
        """A heading with its places."""
        self.line: Final = line  # the first line of its text
        self.end: Final = end  # the first line after it (one further for a setext heading)
        self.level: Final = level
        self.text: Final = text
        self.column: Final = column  # of the text


class Reference(NamedTuple):
    """Something that may speak of another task; the document decides whether it does.

    `kind`: "id" (`Task 3`), "name" (an item that may equal a task's name), "anchor" (a link to a heading).
    """

    kind: str
    text: str  # the id, the folded name, or the heading's slug
    span: Span
    target: Span  # what a rename or a fix replaces: the id alone, without the word before it
    section: str  # the key of the section it stands in


class Ignore(NamedTuple):
    """`<!-- plansmith: ignore rule, other -->`: silences the named rules from line `start` to before `end`.

    Where the comment stands right before the next task's heading, both are -1: it speaks of that task.
    """

    line: int
    names: tuple[str, ...]
    spans: tuple[Span, ...]
    start: int
    end: int
    place: Span  # of the comment
    whole: Span | None  # what goes when the comment goes; None where that would change what stands around it


class Unit:
    """Some lines that belong together: a task, or what stands between tasks."""

    def __init__(
        self,
        lines: tuple[str, ...],
        tokens: tuple[Token, ...],
        headings: tuple[Heading, ...],
        ignores: tuple[Ignore, ...],
        fences: tuple[Fence, ...],
        definitions: frozenset[str],
    ) -> None:
        """`definitions` are the folded labels of its link reference definitions."""
        self.lines: Final = lines
        self.tokens: Final = tokens
        self.headings: Final = headings
        self.ignores: Final = ignores
        self.fences: Final = fences
        self.definitions: Final = definitions

    @property
    def trailing_ignores(self) -> tuple[Ignore, ...]:
        """The ignore comments at its end, which speak of the task that follows."""
        return tuple(ignore for ignore in self.ignores if ignore.start < 0)


class Gap(Unit):
    """Lines that belong to no task."""


class Summary(NamedTuple):
    """What the rest of the document needs to know of a task; equal summaries link equally."""

    id: str
    name: str  # folded
    head: str  # what stands before the name, folded
    level: int
    done: bool
    started: bool
    is_plan: bool
    references: tuple[tuple[str, str, str], ...]  # (kind, text, section), in the order of the text


class Task(Unit):
    """A heading with its lines, and its plan as far as there is one; compared by identity."""

    def __init__(
        self,
        unit: Unit,
        *,
        title: TaskTitle,
        sections: tuple[Section, ...],
        outline: tuple[Section, ...],
        items: tuple[Item, ...],
        end: int,
        opening_end: int,
        body_headings: int,
        references: tuple[Reference, ...],
        summary: Summary,
    ) -> None:
        """Take over a unit, whose first heading is the task's own."""
        super().__init__(unit.lines, unit.tokens, unit.headings, unit.ignores, unit.fences, unit.definitions)
        self.title: Final = title
        self.heading: Final = unit.headings[0]
        self.sections: Final = sections
        self.outline: Final = outline  # `sections` with all that lie below them, each before its children
        self.items: Final = items  # the list items that lie in no section
        self.end: Final = (
            end  # the first line after its text: trailing blanks, a rule line and foreign comments left out
        )
        self.opening_end: Final = opening_end  # the first line of its first sub-heading or section, `end` without any
        self.is_plan: Final = summary.is_plan
        self.body_headings: Final = body_headings  # how many body sections stand as headings by their own title
        self.done: Final = summary.done
        self.started: Final = summary.started
        self.references: Final = references
        self.summary: Final = summary
        # What questions about the task have found already: values that hang on nothing but the task.
        self.memo: Final[dict[str, Any]] = {}

    @property
    def level(self) -> int:
        """The level of the task's own heading."""
        return self.heading.level

    @property
    def id(self) -> str:
        """The task's id as written; "" where it has none."""
        return self.title.id

    @property
    def name(self) -> str:
        """The task's name as written, without done marks."""
        return self.title.name

    @property
    def label(self) -> str:
        """The task as messages speak of it."""
        return self.title.head if self.id else f"“{self.name}”"

    def walk(self) -> Iterator[Section]:
        """All its sections, in the order of the text."""
        return iter(self.outline)

    def all_items(self) -> list[Item]:
        """All its list items, in the order of the text."""
        items = [*self.items, *(item for section in self.outline for item in section.items)]
        return sorted(items, key=lambda item: (item.line, item.column))

    def find(self, key: str) -> Section | None:
        """The first section of a key, steps by number: `steps.2.validation`."""
        for section in self.walk():
            if section.key == key:
                return section
        return None

    @property
    def title_span(self) -> Span:
        """The words of the heading, id and name together."""
        line, column = self.heading.line, self.heading.column
        return Span(line, column, line, column + len(self.heading.text))
