"""A draft is what is to be written, section by section, before it has a level, a bullet or a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """One section to write: its key (steps by number: `steps.2.validation`), its own content, what lies below it.

    `body` holds Markdown lines as they stand below a plain label: lists start with `- ` (checklists with `- [ ] `)
    at column 0, nested content is indented under its item, fences are whole, and there is no blank line at either end.
    A section of kind `line` or `choice`, and a None-value, is one line of text without a bullet.
    """

    key: str
    body: tuple[str, ...] = ()
    children: tuple[Draft, ...] = ()
    name: str = ""  # of a step

    def walk(self) -> Iterator[Draft]:
        """This draft and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()
