"""The files of a workspace as one frozen value: every question about it is answered without I/O.

Paths are relative to the root, with "/", in the file system's own spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import normpath

from plansmith.workspace.folders import MAX_LINKS_IN_A_PATH, SKIPPED_FOLDERS, parents
from plansmith.workspace.ignore import IgnoreRules


@dataclass(frozen=True, slots=True)
class WorkspaceFiles:
    """What was found under a root: files, folders, and the texts of its manifests.

    Git-ignored files and the contents of `SKIPPED_FOLDERS` are not in it.
    `truncated` says that something else was left out: a limit was reached or a folder unreadable.
    """

    paths: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset({""})
    texts: Mapping[str, str] = field(default_factory=dict)
    """Manifests, and the beginnings of a few tests; bounded in size and number."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Symbolic links to folders inside the root, and where they lead; nothing is listed twice."""
    left_out: frozenset[str] = frozenset()
    """Folders whose contents are unknown; "" if the whole listing is incomplete."""
    ignore: IgnoreRules = field(default_factory=IgnoreRules)
    truncated: bool = False
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, texts: Mapping[str, str], paths: Iterable[str] = ()) -> WorkspaceFiles:
        """A workspace in memory: files with their texts, and further files without."""
        files = frozenset([*texts, *paths])
        return cls(paths=files, folders=folders_of(files), texts=dict(texts))

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder, in exactly this spelling."""
        return self._is_in(path, self.paths) or self._is_in(path, self.folders)

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._is_in(path, self.paths)

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder; the root is "" or "."."""
        return self._is_in(path, self.folders)

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores this path, existing or not; a folder may be told by a final "/"."""
        inside = clean_path(path)
        if not inside:
            return False
        is_folder = path.endswith("/") or inside in self.folders
        return self.ignore.ignores(inside + "/" if is_folder else inside)

    def is_known(self, path: str) -> bool:
        """Whether the absence of this path proves anything.

        False outside the root, for what git ignores, and in all that was not looked into.
        """
        inside = clean_path(path)
        if inside is None or "" in self.left_out or self.is_ignored(path):
            return False
        for _ in range(MAX_LINKS_IN_A_PATH):
            folders = [inside, *parents(inside)]
            if any(folder in self.left_out for folder in folders):
                return False
            target = self._through_link(inside)
            if target is None:
                return SKIPPED_FOLDERS.isdisjoint(inside.split("/"))
            inside = target
        return False

    def text(self, path: str) -> str | None:
        """The text of a manifest, or None if it was not read."""
        return self.texts.get(path)

    def _is_in(self, path: str, known: frozenset[str]) -> bool:
        inside = clean_path(path)
        for _ in range(MAX_LINKS_IN_A_PATH):
            if inside is None or inside in known:
                return inside is not None
            inside = self._through_link(inside)
        return False

    def _through_link(self, path: str) -> str | None:
        """The path with its longest link replaced by where it leads; None without a link."""
        if not self.links:
            return None
        for folder in (path, *parents(path)):
            if folder in self.links:
                target = self.links[folder]
                return clean_path(f"./{target}/{path[len(folder) :]}")
        return None


def clean_path(path: str) -> str | None:
    """The path as the snapshot spells it ("" is the root); None if it leads out of the root."""
    if path.startswith("/"):
        return None
    cleaned = normpath(path)
    if cleaned == ".":
        return ""
    return None if cleaned == ".." or cleaned.startswith("../") else cleaned


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """All folders that these files lie in, with the root."""
    folders = {""}
    for path in paths:
        for folder in parents(path):
            if folder in folders:
                break
            folders.add(folder)
    return frozenset(folders)
