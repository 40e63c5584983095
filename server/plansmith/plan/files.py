"""The files of a workspace as rules see them: a snapshot that gives the same answer for as long as it lives."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from .packages import same_package
from .path_text import from_root


class Files(Protocol):
    """What one document's paths mean; the paths are as they are written in it."""

    def exists(self, path: str) -> bool | None:
        """Whether there is such a file or folder, from the root or from the document; None where nobody can say."""

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores it, existing or not."""

    def has_package(self, name: str) -> bool | None:
        """Whether a manifest has a package; None where nobody can say."""


class ListedFiles:
    """A workspace in memory: all of its files, all of its packages, and what git ignores."""

    def __init__(
        self, paths: Iterable[str], *, folder: str = "", ignored: Collection[str] = (), packages: Iterable[str] = ()
    ) -> None:
        """`folder` is the document's; all paths are from the root."""
        self._paths = set(paths)
        for path in list(self._paths):
            while "/" in path:
                path = path.rpartition("/")[0]
                self._paths.add(path)
        self._folder = folder
        self._ignored = frozenset(ignored)
        self._packages = frozenset(map(same_package, packages))

    def exists(self, path: str) -> bool | None:
        """Whether it is one of the files, or a folder of one."""
        places = self._places(path)
        return any(place in self._paths for place in places) if places else None

    def is_ignored(self, path: str) -> bool:
        """Whether it, or a folder that it lies in, is ignored."""
        return any(
            place == name or place.startswith(f"{name}/") for place in self._places(path) for name in self._ignored
        )

    def has_package(self, name: str) -> bool | None:
        """Whether it is one of the packages."""
        return same_package(name) in self._packages

    def _places(self, path: str) -> list[str]:
        return [place for place in (from_root(path), from_root(path, self._folder)) if place]
