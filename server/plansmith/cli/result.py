"""What `expand` makes of a file: the author's text with insertions; printed, shown as a difference, or written.

The text is the author's own with a list of insertions, so that an interrupt at any moment leaves it whole.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from codecs import BOM_UTF8
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from plansmith.expand.draft import Draft
from plansmith.expand.place import Placement, place
from plansmith.plan.document import Document
from plansmith.plan.text import Edit
from plansmith.workspace.source import MAX_DOCUMENT, Source
from plansmith.workspace.write import WriteError, check_writable, write_document

from .difference import Insertion, difference

_REST: Final = 10  # of a run that finishes task after task at most one part in so many goes into writing the file


class Result:
    """The text of one run."""

    def __init__(self, path: str, source: Source, document: Document, *, write: bool) -> None:
        """`document` is the text of `source`; with `write` the file gets what is inserted."""
        self.document = document  # as it grows
        self._author = Document(source.text, document.format)
        self._path = path
        self._before = source.text
        self._data = source.data
        self._size = len(source.data)
        self._is_written = write
        self._insertions: list[Insertion] = []
        self._saved = 0  # how many of them are in the file
        self._due = 0.0
        lines = map(len, self._author.lines)
        ends = map(len, self._author.ends)
        self._starts = [0, *accumulate(map(int.__add__, lines, ends))]

    @property
    def text(self) -> str:
        """The text with all that was inserted."""
        pieces: list[str] = []
        done = 0
        for offset, text in sorted(self._insertions, key=lambda insertion: insertion.offset):
            pieces += (self._before[done:offset], text)
            done = offset
        return "".join([*pieces, self._before[done:]])

    @property
    def is_grown(self) -> bool:
        """Whether anything was inserted."""
        return bool(self._insertions)

    def place(self, index: int, drafts: Sequence[Draft]) -> Placement:
        """Where drafts go in the author's text: what is written in other tasks changes nothing of that."""
        return place(self._author, index, drafts)

    def conflict(self, index: int, drafts: Sequence[Draft]) -> str:
        """A conflict with the line as the user finds it: in the file that was written, or else in the author's."""
        return place(self.document if self._is_written else self._author, index, drafts).conflict

    def insert(self, index: int, edits: Sequence[Edit]) -> None:
        """Take over the insertions of a placement; raises `WriteError` where the file would be too large to be read."""
        if not edits:
            return
        self._check_size(edits)
        self._insertions += [Insertion(self._starts[edit.span.line] + edit.span.start, edit.text) for edit in edits]
        shift = self.document.start_of(index) - self._author.start_of(index)
        self.document.apply([Edit(edit.span.shifted(shift), edit.text) for edit in edits])

    def add_below(self, edit: Edit) -> None:
        """Take over an insertion below all tasks; its place speaks of the text as it has grown."""
        self._check_size([edit])
        line, column = edit.span[:2]
        lines, ends = self.document.lines, self.document.ends
        after = len(lines[line]) - column + len(ends[line]) + sum(map(len, lines[line + 1 :] + ends[line + 1 :]))
        self._insertions.append(Insertion(len(self._before) - after, edit.text))
        self.document.apply([edit])

    def check_writable(self) -> None:
        """Raise `WriteError` where the file could not be written as things stand."""
        check_writable(self._path, self._data)

    def save(self, *, at_once: bool = True) -> None:
        """Write the file, if it is the run's to write; without `at_once` only where that costs little of the run."""
        if not self._is_written or self._saved == len(self._insertions):
            return
        begun = time.monotonic()
        if at_once or begun >= self._due:
            count = len(self._insertions)
            self._data = write_document(self._path, self.text, self._data)
            self._saved = count
            now = time.monotonic()
            self._due = now + _REST * (now - begun)

    def show(self, *, diff: bool) -> None:
        """Print the text, or the difference; nothing where the file is written. Raises `OSError`."""
        if self._is_written:
            return
        if sys.stdout is None:  # it was closed when we were started
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        mark = BOM_UTF8.decode() if self._data.startswith(BOM_UTF8) else ""
        if diff:
            insertions = [Insertion(len(mark) + offset, text) for offset, text in self._insertions]
            printed = "".join(difference(self._path, mark + self._before, insertions))
        else:
            printed = mark + self.text
        sys.stdout.buffer.write(printed.encode(errors="surrogateescape"))  # a path may be no text
        sys.stdout.buffer.flush()

    def _check_size(self, edits: Sequence[Edit]) -> None:
        self._size += sum(len(edit.text.encode()) for edit in edits)
        if self._is_written and self._size > MAX_DOCUMENT:
            raise WriteError(
                f"{self._path}: would be larger than {MAX_DOCUMENT:,} bytes, which nothing here reads; split it"
            )
