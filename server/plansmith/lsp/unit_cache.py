"""What was made of each task and gap of a document, kept for as long as it stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from plansmith.plan.document import Document
from plansmith.plan.tree import Unit


class OfUnit(Protocol):
    """What is made of a unit keeps it, so that the unit's identity stays its own."""

    unit: Unit


Made = TypeVar("Made", bound=OfUnit)


class UnitCache(Generic[Made]):
    """Makes something of each unit, once."""

    def __init__(self, make: Callable[[Unit], Made]) -> None:
        """`make` is asked for each unit that was not there before."""
        self._make = make
        self._known: dict[int, Made] = {}  # by the identity of the unit

    def of(self, document: Document) -> list[tuple[Made, int]]:
        """What is made of a document's units, each with the line that it starts in; what is gone is forgotten."""
        now: dict[int, Made] = {}
        found = []
        for unit, start in zip(document.units, document.starts, strict=True):
            made = self._known.get(id(unit))
            if made is None:
                made = self._make(unit)
            now[id(unit)] = made
            found.append((made, start))
        self._known = now
        return found

    def lacks(self, document: Document) -> int:
        """How many lines of a document nothing is made of yet."""
        return sum(len(unit.lines) for unit in document.units if id(unit) not in self._known)

    def each(self, document: Document) -> Iterator[Made]:
        """What is made of a document's units, one after the other; the document must not be edited meanwhile."""
        for unit in document.units:
            made = self._known.get(id(unit))
            if made is None:
                made = self._known[id(unit)] = self._make(unit)
            yield made

    def clear(self) -> None:
        """Forget everything."""
        self._known = {}
