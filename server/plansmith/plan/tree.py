"""The parsed text as values: a document is a row of units, tasks and the gaps between them.

Every place is relative to its unit's first line, so that a unit which merely moved is the same value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .format import SectionSpec, TaskTitle
from .scanner import Token
from .text import Span, new, on_line


class Item(NamedTuple):
    """A list item; `end` is the first line after it, trailing blank lines left out."""

    line: int
    column: int  # of the marker
    marker: str
    content: int  # the column after the marker and its blank
    text: int  # the column of the text, after a box if there is one
    box: str | None  # what stands between the brackets, None without a box
    depth: int  # how many containers it lies in; 0 at the top
    end: int

    @property
    def is_ticked(self) -> bool:
        """Whether the box is ticked; `[-]` and `[~]` mean started."""
        return self.box in ("x", "X")


def new_item(line: int, column: int, marker: str, content: int, text: int, box: str | None, depth: int) -> Item:
    """An item of one line; a tuple made directly takes a fraction of the time, and items are many."""
    return new(Item, (line, column, marker, content, text, box, depth, line + 1))


def ended(item: Item, end: int) -> Item:
    """The item with another end."""
    return new(Item, (*item[:7], end))


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


class Section(NamedTuple):
    """A section of a plan, written as a heading or as a label.

    `end` is the first line after its content, trailing blank lines left out; `content` is where that starts.
    """

    spec: SectionSpec
    key: str  # with step numbers in place: "steps.2.validation"
    title_start: int  # the columns of the words of the title alone
    title_end: int
    line: int
    level: int  # of the heading; 0 for a label
    column: int  # of the label's marker or text; 0 for a heading
    bullet: str  # the marker of a label that is a list item, else ""
    content: tuple[int, int]  # line and column right after the title
    end: int
    by_alias: bool
    has_content: bool
    number: int | None  # of a step
    number_span: Span | None
    name: str  # of a step
    too_deep: bool  # its level makes another section its parent
    too_high: bool  # its level lifts it out of its parent
    items: tuple[Item, ...]  # of its own content, all depths
    fences: tuple[Fence, ...]  # of its own content
    children: tuple[Section, ...]

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
        depth = min([item[6] for item in items])
        for item in items:
            if item[6] != depth:
                return tuple([item for item in items if item[6] == depth])
        return items


class Heading(NamedTuple):
    """Any heading that is structure: not in code, a list, a quote, HTML or a comment."""

    line: int  # the first line of its text
    end: int  # the first line after it (one further for a setext heading)
    level: int
    text: str
    column: int  # of the text


def new_heading(line: int, end: int, level: int, text: str, column: int) -> Heading:
    """A heading, made as fast as an item."""
    return new(Heading, (line, end, level, text, column))


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
