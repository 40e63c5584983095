"""All tasks of a document at a glance: who is silent about its prerequisites, who speaks of whom, who plans a file.

Each task is read once, as long as its text stays: what a plan costs does not hang on how many tasks there are.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from plansmith.plan.document import Document
from plansmith.plan.format import Format, fold_name
from plansmith.plan.graph import PREREQUISITES, Names
from plansmith.plan.references import find_ids
from plansmith.plan.tree import Task

from .clues import find_names
from .reading import Passage, read_passages
from .said import Said, what_is_said

_AT_ONCE = 256  # tasks that are compared at once; only among those that differ each one is looked at
_WORD = re.compile(r"\w+")


class Overview:
    """What is known of all tasks of one document; it is brought up to date before it is asked."""

    def __init__(self) -> None:
        """Nothing is read before a document is given."""
        self._tasks: list[Task] = []
        self._names: Names | None = None
        self._reads: list[_Read] = []
        self._silent: list[int] = []
        self._open: list[int] = []
        self._by_id: dict[str, set[int]] = {}
        self._by_word: dict[str, set[int]] = {}
        self._said: dict[int, Said] = {}
        self._planned: Counter[str] | None = None

    def of(self, document: Document) -> Overview:
        """The overview of a document as it stands; it is good until the next edit."""
        self.document = document
        names = document.graph.names
        if names is not self._names:
            self._begin(document, names)
            return self
        known, tasks = self._tasks, document.tasks
        for first in range(0, len(tasks), _AT_ONCE):
            if known[first : first + _AT_ONCE] != tasks[first : first + _AT_ONCE]:
                for index in range(first, min(first + _AT_ONCE, len(tasks))):
                    if known[index] is not tasks[index]:
                        self._change(index, tasks[index])
        return self

    def passages(self, index: int) -> list[Passage]:
        """A task's own text."""
        return self._reads[index].passages

    def said(self, index: int) -> Said:
        """What a task's text says of other tasks."""
        found = self._said.get(index)
        if found is None:
            found = self._said[index] = what_is_said(self.document, index, self.passages(index))
        return found

    def speakers(self, index: int) -> list[int]:
        """The tasks without prerequisites whose text may speak of a task."""
        task = self._tasks[index]
        found: set[int] = set()
        if task.id:
            folded = task.id.casefold()
            found.update(self._by_id.get(folded, ()), self._by_id.get(folded.rpartition("-")[2], ()))
        words = _words(task.name)
        if words:
            # The rarest word first: the others are looked for in its few tasks alone.
            found |= set.intersection(*sorted((self._by_word.get(word, set()) for word in words), key=len))
        return sorted(found - {index})

    def silent_after(self, index: int) -> Sequence[int]:
        """The tasks after one that say nothing of their prerequisites."""
        return self._silent[bisect_right(self._silent, index) :]

    def open_after(self, index: int) -> int | None:
        """The first task after one that is not done."""
        place = bisect_right(self._open, index)
        return self._open[place] if place < len(self._open) else None

    def is_planned_elsewhere(self, index: int, path: str) -> bool:
        """Whether the New Files of another task name a path."""
        if self._planned is None:
            self._planned = Counter(path for read in self._reads for path in read.new_files)
        return self._planned[path] > (path in self._reads[index].new_files)

    def _begin(self, document: Document, names: Names) -> None:
        """Take a document whose tasks are called otherwise than before; what was read of a task is kept."""
        known = dict(zip(self._tasks, self._reads, strict=True))
        self._tasks = list(document.tasks)
        self._names = names
        self._reads = [known.get(task) or _Read(task, document.format) for task in self._tasks]
        self._silent, self._open = [], []
        self._by_id, self._by_word = {}, {}
        self._said = {}
        self._planned = None
        for index in range(len(self._tasks)):
            self._take(index)

    def _change(self, index: int, task: Task) -> None:
        self._forget(index)
        self._tasks[index] = task
        self._reads[index] = _Read(task, self.document.format)
        self._take(index)

    def _take(self, index: int) -> None:
        read = self._reads[index]
        if read.is_silent:
            insort(self._silent, index)
            for folded in read.ids():
                self._by_id.setdefault(folded, set()).add(index)
            for word in read.words():
                self._by_word.setdefault(word, set()).add(index)
        if not read.task.done:
            insort(self._open, index)
        if self._planned is not None:
            self._planned.update(read.new_files)

    def _forget(self, index: int) -> None:
        read = self._reads[index]
        if read.is_silent:
            self._silent.remove(index)
            for folded in read.ids():
                self._by_id[folded].discard(index)
            for word in read.words():
                self._by_word[word].discard(index)
        if not read.task.done:
            self._open.remove(index)
        if self._planned is not None:
            self._planned.subtract(read.new_files)
        self._said.pop(index, None)


class _Read:
    """What one task's text says, whatever the others are called; each part is read when it is asked for."""

    def __init__(self, task: Task, fmt: Format) -> None:
        self.task = task
        self._format = fmt

    @cached_property
    def is_silent(self) -> bool:
        return self.task.find(PREREQUISITES) is None

    def ids(self) -> set[str]:
        """The folded ids that its text refers to, in whatever sense."""
        return {text.casefold() for text in find_ids(self._text, self._format)}

    def words(self) -> set[str]:
        """All words of its text, folded as names are."""
        return _words(self._text)

    @cached_property
    def passages(self) -> list[Passage]:
        return read_passages(self.task)

    @cached_property
    def new_files(self) -> frozenset[str]:
        section = self.task.find("files.new")
        if section is None:
            return frozenset()
        return frozenset(find_names("\n".join(self.task.lines[section.line : section.end])).paths)

    @property
    def _text(self) -> str:
        return "\n".join(self.task.lines[self.task.heading.end : self.task.end])


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold_name(text)))
