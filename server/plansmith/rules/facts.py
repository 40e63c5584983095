"""What rules about files ask: each answer is noted, so that a rule runs again only where one has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.path_text import from_root
from plansmith.plan.paths import listed_files, moved_paths
from plansmith.plan.tree import Task, Unit

_BY_NAME: Final = "*/"  # before the name alone of a file in a folder


class Others:
    """The files that the tasks of a document make and move: counted, so that an edit costs what it touches."""

    def __init__(self, document: Document) -> None:
        """Nothing is read before it is asked for."""
        self._document = document
        self._made: dict[str, int] | None = None
        self._moved: dict[str, int] | None = None

    def make(self, path: str, task: Task) -> bool:
        """Whether a task other than this one makes a file, or a folder that it lies in."""
        if self._made is None:
            self._made = _counted(self._document.tasks, _made_by)
        return _has_another(self._made, path, _made_by(task))

    def move(self, path: str, task: Task) -> bool:
        """Whether a task other than this one speaks of moving or removing a file, or a folder that it lies in."""
        if self._moved is None:
            self._moved = _counted(self._document.tasks, _moved_by)
        return _has_another(self._moved, path, _moved_by(task))

    def update(self, removed: Iterable[Unit], added: Iterable[Unit]) -> set[str]:
        """Take note of an edit; the files of which another answer may hold now."""
        changed: set[str] = set()
        for counts, keys in (self._made, _made_by), (self._moved, _moved_by):
            if counts is None:
                continue
            before = _counted(removed, keys)
            after = _counted(added, keys)
            for key in before.keys() | after.keys():
                more = after.get(key, 0) - before.get(key, 0)
                if more:
                    counts[key] = counts.get(key, 0) + more
                    if not counts[key]:
                        del counts[key]
                    changed.add(key)
        return changed


class Answers:
    """What was asked of a snapshot, and what it answered."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.exists: dict[str, bool | None] = {}
        self.ignored: dict[str, bool] = {}
        self.packages: dict[str, bool | None] = {}

    def hold_in(self, files: Files) -> bool:
        """Whether another snapshot gives the same answers."""
        return (
            all(files.exists(path) is answer for path, answer in self.exists.items())
            and all(files.is_ignored(path) is answer for path, answer in self.ignored.items())
            and all(files.has_package(name) is answer for name, answer in self.packages.items())
        )

    def add(self, more: Answers) -> None:
        """Take in what was asked elsewhere, of the same snapshot."""
        self.exists.update(more.exists)
        self.ignored.update(more.ignored)
        self.packages.update(more.packages)


class Facts:
    """The questions of one task's rules about the workspace and about the other tasks."""

    def __init__(self, task: Task, files: Files, others: Others) -> None:
        """Ask the snapshot and the other tasks for a task."""
        self.answers = Answers()
        self.asked_others: set[str] = set()
        self._task = task
        self._files = files
        self._others = others

    def exists(self, path: str) -> bool | None:
        """Whether a file or folder is there; None where nobody can say."""
        answer = self.answers.exists[path] = self._files.exists(path)
        return answer

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores it; to be asked last, for it costs the most."""
        answer = self.answers.ignored[path] = self._files.is_ignored(path)
        return answer

    def has_package(self, name: str) -> bool | None:
        """Whether a manifest has a package; None where nobody can say."""
        answer = self.answers.packages[name] = self._files.has_package(name)
        return answer

    def others_make(self, path: str) -> bool:
        """Whether another task lists it, or a folder that it lies in, as new."""
        self.asked_others.add(path)
        return self._others.make(path, self._task)

    def others_move(self, path: str) -> bool:
        """Whether another task speaks of moving or removing it, or a folder that it lies in."""
        self.asked_others.add(path)
        return self._others.move(path, self._task)


def _has_another(counts: dict[str, int], path: str, own: set[str]) -> bool:
    if len(counts) == len(own) and max(counts.values(), default=1) == 1:
        return False  # they are the task's own, as in most documents of one plan
    for key in spellings(path):
        count = counts.get(key, 0)
        if count and count > (key in own):
            return True
    return False


def are_among(paths: Iterable[str], changed: set[str]) -> bool:
    """Whether another answer may hold for one of some paths, after an edit of what other tasks say."""
    return any(not changed.isdisjoint(spellings(path)) for path in paths)


def spellings(path: str) -> list[str]:
    """What another task may call a file: its path, a folder that it lies in, or its name."""
    key = _key(path)
    found = [key]
    folder, _, name = key.rpartition("/")
    if not folder:
        return [key, f"{_BY_NAME}{key}"]
    while folder:
        found.append(folder)
        folder = folder.rpartition("/")[0]
    found.append(name)
    return found


def _key(path: str) -> str:
    """A path without what leads upwards at its start: plans in a folder spell files from there, or from the root."""
    while path.startswith("../"):
        path = path[3:]
    return from_root(path) or path


def _keys(paths: Iterable[str]) -> set[str]:
    found = set()
    for path in paths:
        key = _key(path)
        found.add(key)
        if "/" in key:
            found.add(f"{_BY_NAME}{key.rpartition('/')[2]}")
    return found


def _made_by(task: Task) -> set[str]:
    known: set[str] | None = task.memo.get("made")
    if known is None:
        known = task.memo["made"] = _keys([place.path for place in listed_files(task).new])
    return known


def _moved_by(task: Task) -> set[str]:
    known: set[str] | None = task.memo.get("moves")
    if known is None:
        known = task.memo["moves"] = _keys(moved_paths(task))
    return known


def _counted(units: Iterable[Unit], keys: Callable[[Task], set[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in units:
        if isinstance(unit, Task):
            for key in keys(unit):
                counts[key] = counts.get(key, 0) + 1
    return counts
