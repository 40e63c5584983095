"""Whether an edit that a client was asked to apply is in the text that it shows, and at its place.

A client's word is not believed: Neovim says that it applied what it dropped, and applies unversioned edits at
places that have moved since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span, apply_edits, split_lines


class Arrival:
    """What the text is to show once the client has applied some edits; line ends don't count, clients change them."""

    def __init__(self, document: Document, edits: Sequence[Edit]) -> None:
        """`document` is the text that the edits were made for."""
        self._expected = split_lines(apply_edits(document.text, edits))[0]
        before = _joined(document)
        written = ["\n".join(split_lines(edit.text)[0]) for edit in edits if edit.text]
        self._counts = {text: before.count(text) for text in written}

    def is_exact(self, document: Document) -> bool:
        """Whether the text is as if nobody else had touched it."""
        return document.lines == self._expected

    def is_in(self, document: Document) -> bool:
        """Whether all that was written stands somewhere in the text."""
        if self.is_exact(document):
            return True
        text = _joined(document)
        return bool(self._counts) and all(text.count(written) > count for written, count in self._counts.items())

    def removals(self, document: Document) -> list[Edit] | None:
        """The edits that take out again what was written, wherever it stands.

        None where that is not clear: what the author wrote himself in the same words is never taken for ours.
        """
        text = _joined(document)
        taken: list[tuple[int, int]] = []
        for written in sorted(self._counts, key=len, reverse=True):
            places = [
                (start, start + len(written))
                for start in _occurrences(text, written)
                if not any(start < end and first < start + len(written) for first, end in taken)
            ]
            if len(places) != 1 or self._counts[written]:
                return None
            taken += places
        return [Edit(Span(*_place(text, start), *_place(text, end)), "") for start, end in sorted(taken)]


def _occurrences(text: str, words: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _joined(document: Document) -> str:
    return "\n".join(document.lines)


def _place(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset in lines joined by line feeds."""
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
