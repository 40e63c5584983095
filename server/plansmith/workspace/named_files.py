"""The files that plans name: from the root, from the document's folder, or from where the plans' code lies."""

from __future__ import annotations

import os
from typing import NamedTuple

from plansmith.plan.packages import same_package
from plansmith.plan.path_text import from_root
from plansmith.workspace.lazy_tree import Tree


class _Known(NamedTuple):
    """What documents of one folder have asked."""

    folder: str  # from the root
    exists: dict[str, bool | None]
    ignored: dict[str, bool]


class RootFiles:
    """The files below a root and below the folder that its plans' code lies in, as they were when asked for first."""

    def __init__(self, root: str, code_root: str = "") -> None:
        """Both are absolute; `code_root` is the root where plans are about their own repository."""
        self.trees = [Tree(root)]
        if code_root and os.path.normpath(code_root) != os.path.normpath(root):
            self.trees.append(Tree(code_root))
        self.known: dict[str, _Known] = {}  # by the folders of documents
        self._packages: frozenset[str] | None = None

    def of(self, path: str) -> NamedFiles:
        """The files as a document names them, by the document's own path."""
        return NamedFiles(self, path)

    def packages(self) -> frozenset[str]:
        """The packages of all manifests near the roots, in one spelling."""
        if self._packages is None:
            from plansmith.workspace.manifests import find_packages

            self._packages = frozenset(same_package(name) for tree in self.trees for name in find_packages(tree))
        return self._packages


class NamedFiles:
    """The files as one document names them: from the root, from its own folder, or from `code-root`."""

    def __init__(self, files: RootFiles, path: str) -> None:
        """`path` is the document's."""
        self._files = files
        self._path = path
        self._known: _Known | None = None

    def exists(self, path: str) -> bool | None:
        """Whether there is such a file or folder; None where it leads out of the roots, or nobody can say."""
        known = self._known_here().exists
        if path not in known:
            answers = [tree.exists(inside) for tree, inside in self._places(path)]
            known[path] = True if True in answers else None if None in answers or not answers else False
        return known[path]

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores it, wherever it may be meant to lie."""
        known = self._known_here().ignored
        if path not in known:
            is_folder = True if path.endswith("/") else None
            known[path] = any(tree.is_ignored(inside, is_folder=is_folder) for tree, inside in self._places(path))
        return known[path]

    def has_package(self, name: str) -> bool | None:
        """Whether a manifest has a package."""
        return same_package(name) in self._files.packages()

    def absolute(self, path: str) -> str | None:
        """The file or folder that is meant, as the file system takes it; None where it is not there."""
        return next((tree.absolute(inside) for tree, inside in self._places(path) if tree.exists(inside)), None)

    def _known_here(self) -> _Known:
        if self._known is None:
            folder = _folder_of(self._path, self._files.trees[0].root)
            self._known = self._files.known.setdefault(folder, _Known(folder, {}, {}))
        return self._known

    def _places(self, path: str) -> list[tuple[Tree, str]]:
        """Where it may lie; nowhere for one that leads out of the roots."""
        trees = self._files.trees
        inside = from_root(path)
        places = [(tree, inside) for tree in trees] if inside is not None else []
        if self._known_here().folder:
            inside = from_root(path, self._known_here().folder)
            if inside is not None:
                places.append((trees[0], inside))
        return places


def _folder_of(path: str, root: str) -> str:
    """The folder of a document from its root; "" for one at the root or outside of it."""
    folder = os.path.dirname(os.path.abspath(path))
    prefix = root.rstrip(os.sep) + os.sep
    return folder[len(prefix) :].replace(os.sep, "/") if folder.startswith(prefix) else ""
