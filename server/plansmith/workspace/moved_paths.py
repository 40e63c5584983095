"""Paths in plans after files have moved: from the root or from the document, as they were written."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable
from typing import NamedTuple

from plansmith.plan.path_text import from_root


class Move(NamedTuple):
    """A file or folder that gets another place; both are absolute."""

    old: str
    new: str


class Reader(NamedTuple):
    """Who reads a path: a document and its root, both absolute."""

    document: str
    root: str

    @property
    def folder(self) -> str:
        """The document's folder, from the root; "" is the root."""
        folder = os.path.relpath(os.path.dirname(self.document), self.root).replace(os.sep, "/")
        return "" if folder == "." else folder


def moved_path(
    path: str, reader: Reader, moves: Iterable[Move], exists: Callable[[str], bool], *, is_link: bool
) -> str | None:
    """What a path is called afterwards; None where nothing moves that it hangs on, or it would leave the root.

    A path means the file that is there before the move, in a link first from the document, else first from the root;
    of one that is not there yet its folders decide. A document that moves itself speaks from its new place.
    """
    from_top, from_document = (False, from_root(path)), (True, from_root(path, reader.folder))
    places = [from_document, from_top] if is_link else [from_top, from_document]
    if not reader.folder:
        del places[1]  # they are the same
    candidates = [(is_own, posixpath.join(reader.root, inside)) for is_own, inside in places if inside]
    if not candidates:
        return None

    def folder_of(place: tuple[bool, str]) -> str:
        return reader.folder if place[0] else ""

    found = max(
        candidates, key=lambda place: _is_there(place[1], reader.root, folder_of(place), exists)
    )  # the first of equals
    base, file = folder_of(found), found[1]
    target = _target(file, moves)
    document = _target(reader.document, moves) if found[0] else None
    if document is not None:
        # From its new place; what stays where it is lies elsewhere from there.
        target, base = target or file, Reader(document, reader.root).folder
        if base.split("/")[0] == "..":
            return None  # another root is its own from there
    return _spelled(target, base, reader.root, path) if target is not None else None


def _is_there(file: str, root: str, base: str, exists: Callable[[str], bool]) -> tuple[bool, int]:
    """Whether a file is there, and else how many of the folders that it names are."""
    if exists(file):
        return True, 0
    count = 0
    start = posixpath.join(root, base)
    folder = posixpath.dirname(file)
    while folder.startswith(f"{start}/"):
        count = count + 1 if count or exists(folder) else 0
        folder = posixpath.dirname(folder)
    return False, count


def _target(file: str, moves: Iterable[Move]) -> str | None:
    """Where a file lies afterwards, by the innermost of the moves that take it along."""
    for old, new in sorted(moves, key=lambda move: -len(move.old)):
        if file == old or file.startswith(f"{old}/"):
            return new + file[len(old) :]
    return None


def _spelled(target: str, base: str, root: str, before: str) -> str | None:
    prefix = f"{root.rstrip('/')}/"
    if not target.startswith(prefix):
        return None
    inside = target[len(prefix) :]
    spelled = posixpath.relpath(inside, base) if base else inside
    return f"{spelled}/" if before.endswith("/") else spelled
