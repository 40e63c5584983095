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
    """What a path is called afterwards; None where it does not lie in what moves, or would leave the root.

    A path means the file that is there before the move, in a link first from the document, else first from the root;
    of one that is not there yet its folder decides.
    """
    places = [("", from_root(path)), (reader.folder, from_root(path, reader.folder))]
    if not reader.folder:
        del places[1]
    if is_link:
        places.reverse()
    absolute = [(base, posixpath.join(reader.root, inside)) for base, inside in places if inside]
    absolute.sort(key=lambda place: not exists(place[1]))  # what is there goes first, the order is kept else
    for base, file in absolute:
        target = _target(file, moves)
        if target is not None:
            return _spelled(target, base, reader.root, path)
        if exists(file):
            return None
    return None


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
