"""What lies below a folder, asked of the file system path by path: what is not asked for is never looked at.

Each folder is listed once, so that names count in the file system's own spelling, and an answer stays what it was.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import Final

from plansmith.workspace.folders import MAX_LINKS_IN_A_PATH, SKIPPED_FOLDERS, parents
from plansmith.workspace.ignore import IgnoreFile, IgnoreRules
from plansmith.workspace.ignore_files import ignore_files_above, read_ignore_file

MAX_ENTRIES: Final = 100_000  # of one folder

FILE: Final = 0
FOLDER: Final = 1
LINK: Final = 2

_Folder = dict[str, int]


class Tree:
    """What lies below one folder, as far as it is asked for."""

    def __init__(self, root: str) -> None:
        """`root` is absolute; nothing is read before it is asked for."""
        self.root = root
        self._real = ""
        self._folders: dict[str, _Folder | None] = {}  # by their paths; None where one can't be listed
        self._known: dict[str, bool | None] = {}
        self._ignore_files: dict[str, IgnoreFile | None] = {}
        self._rules: dict[str, IgnoreRules | None] = {}
        self._above: tuple[IgnoreFile, ...] | None = None

    def exists(self, path: str) -> bool | None:
        """Whether a file or folder is there; None in what is never looked into. The path is clean, from the root."""
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def is_ignored(self, path: str, *, is_folder: bool | None = None) -> bool:
        """Whether git ignores a path or a folder that it lies in; it need not exist. None: what it is there."""
        if not path:
            return False
        above = path.rpartition("/")[0]
        if above not in self._rules:
            self._rules[above] = self._rules_in(above)
        rules = self._rules[above]
        if rules is None:
            return False  # as nearly everywhere
        if is_folder is None:
            is_folder = self.is_folder(path)
        return rules.ignores(f"{path}/" if is_folder else path)

    def _rules_in(self, folder: str) -> IgnoreRules | None:
        """What holds for the names in a folder, which need not exist; None where nothing is ignored."""
        if self._above is None:
            self._above = ignore_files_above(self._real_root())
        folders = ("", *parents(folder), folder)
        files = {each: file for each in folders if (file := self._ignore_file(each)) is not None}
        return IgnoreRules(files, self._above) if files or self._above else None

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there; a link to one counts."""
        return self.exists(path) is True and os.path.isdir(self.absolute(path))

    def list(self, folder: str) -> _Folder | None:
        """The names in a folder, each with what it is; None where it can't be listed."""
        if folder not in self._folders:
            self._folders[folder] = _listed(self.absolute(folder))
        return self._folders[folder]

    def absolute(self, path: str) -> str:
        """A path as the file system takes it."""
        return os.path.join(self.root, path) if path else self.root

    def _find(self, path: str) -> bool | None:
        for _ in range(MAX_LINKS_IN_A_PATH):
            found = self._walk(path)
            if not isinstance(found, str):
                return found
            path = found
        return None

    def _walk(self, path: str) -> bool | str | None:
        """Whether it is there, or another path for it, where a link leads elsewhere."""
        folder = ""
        parts = path.split("/") if path else []
        for place, name in enumerate(parts):
            if name in SKIPPED_FOLDERS:
                return None
            names = self.list(folder)
            if names is None or (folder and "pyvenv.cfg" in names):
                return None
            kind = names.get(name)
            if kind is None:
                return False if len(names) < MAX_ENTRIES else None
            below = f"{folder}/{name}" if folder else name
            rest = parts[place + 1 :]
            if kind == LINK:
                return self._through(below, "/".join(rest))
            if kind == FILE and rest:
                return False
            folder = below
        return True

    def _through(self, link: str, rest: str) -> bool | str | None:
        target = os.path.realpath(self.absolute(link))
        if not rest:
            # A link that leads nowhere is no file, unless nobody may look where it leads.
            return os.path.exists(target)
        prefix = self._real_root().rstrip(os.sep) + os.sep
        if target + os.sep == prefix:
            return rest
        if not target.startswith(prefix):
            return None
        return f"{target[len(prefix) :].replace(os.sep, '/')}/{rest}"

    def _real_root(self) -> str:
        self._real = self._real or os.path.realpath(self.root)
        return self._real

    def _ignore_file(self, folder: str) -> IgnoreFile | None:
        if folder not in self._ignore_files:
            found = None
            names = self.list(folder) if self.is_folder(folder) else None
            if names is not None and ".gitignore" in names:
                found = read_ignore_file(self.absolute(f"{folder}/.gitignore" if folder else ".gitignore"), folder)
            self._ignore_files[folder] = found
        return self._ignore_files[folder]


def _listed(absolute: str) -> _Folder | None:
    try:
        with os.scandir(absolute) as scan:
            return {entry.name: _kind(entry) for entry in islice(scan, MAX_ENTRIES)}
    except OSError:
        return None


def _kind(entry: os.DirEntry[str]) -> int:
    try:
        if entry.is_dir(follow_symlinks=False):
            # Windows' links to folders; Python tells them since 3.12.
            check = getattr(entry, "is_junction", None)
            return LINK if check is not None and check() else FOLDER
        return LINK if entry.is_symlink() else FILE
    except OSError:
        return LINK  # it is asked again where it matters
