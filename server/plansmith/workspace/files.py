"""Reading the files of a workspace: bounded, never out of the root, and never an exception.

Breadth first and in the order of names, so that a limit leaves out the deepest files, and the same
ones in the editor and in CI.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from plansmith.workspace.folders import SKIPPED_FOLDERS
from plansmith.workspace.ignore import IgnoreFile, IgnoreRules, is_ignored
from plansmith.workspace.ignore_files import Chain, ignore_files_above, read_ignore_file
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.source import Portion, lenient_text, read_at_most

if TYPE_CHECKING:
    from pathlib import Path


HowMuch = Callable[[str], Portion | None]


def read_workspace_files(
    root: Path,
    *,
    limit_files: int = 100_000,
    limit_depth: int = 32,
    limit_texts: int = 8 * 1024 * 1024,
    how_much: HowMuch | None = None,
) -> WorkspaceFiles:
    """List the root's files and read its manifests.

    `limit_files` counts every entry that is looked at, ignored ones and folders too; a folder
    `limit_depth` levels down is not opened; `limit_texts` is in bytes, for all texts together.
    `how_much` says which texts are read; by default those that stack detection needs. With
    `how_much=lambda path: None` nothing is read but the ignore files.
    """
    if how_much is None:
        from plansmith.workspace.stacks import TextsToRead

        how_much = TextsToRead()
    walk = _Walk(os.path.realpath(root), limit_files, limit_depth, how_much)
    walk.run()
    walk.read_texts(limit_texts)
    return WorkspaceFiles(
        paths=frozenset(walk.paths),
        folders=frozenset(walk.folders),
        texts=walk.texts,
        links=walk.links,
        left_out=frozenset(walk.left_out),
        ignore=IgnoreRules(walk.ignore_files, walk.above),
        truncated=walk.truncated,
        problems=tuple(walk.problems),
    )


@dataclass(slots=True)
class _Walk:
    root: str
    limit_files: int
    limit_depth: int
    how_much: HowMuch
    seen: int = 0
    truncated: bool = False
    above: Chain = ()
    paths: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    ignore_files: dict[str, IgnoreFile] = field(default_factory=dict)
    wanted: list[tuple[str, Portion]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        self.above = ignore_files_above(self.root)
        pending: deque[tuple[str, int, Chain]] = deque([("", 0, self.above)])
        while pending:
            folder, depth, chain = pending.popleft()
            if "" in self.left_out:  # the limit is reached; what waits is there, but not opened
                self.folders.add(folder)
                continue
            entries = self._list(folder)
            if entries is None:
                continue
            names = {entry.name for entry in entries}
            if folder and "pyvenv.cfg" in names:  # a virtual environment by any name
                self.left_out.add(folder)
                continue
            self.folders.add(folder)
            if ".gitignore" in names:
                chain = self._with_ignore_file(folder, chain)
            for entry in entries:
                below = self._take(entry, folder, chain)
                if below is None:
                    continue
                if depth + 1 >= self.limit_depth:
                    self.folders.add(below)
                    self._leave_out(below)
                else:
                    pending.append((below, depth + 1, chain))

    def read_texts(self, limit: int) -> None:
        for path, portion in self.wanted:
            data = read_at_most(self._absolute(path), portion.size + 1)
            if data is None:
                self.problems.append(f"{path}: could not be read")
            elif portion.whole and len(data) > portion.size:
                self.truncated = True
                self.problems.append(f"{path}: not read, it is larger than {portion.size:,} bytes")
            elif len(data) > limit:
                self.truncated = True
                self.problems.append(f"{path}: not read, the manifests before it took all space")
            else:
                limit -= len(data)
                self.texts[path] = lenient_text(data[: portion.size])

    def _list(self, folder: str) -> list[os.DirEntry[str]] | None:
        """The folder's entries by name, or None if it is unreadable or the limit is reached."""
        left = self.limit_files - self.seen
        try:
            with os.scandir(self._absolute(folder)) as scan:
                entries = list(islice(scan, left + 1))
        except OSError as error:
            self.folders.add(folder)
            self._leave_out(folder)
            self.problems.append(f"{folder or '.'}: {error.strerror or 'could not be listed'}")
            return None
        if len(entries) > left:
            self._leave_out("")
            entries = entries[:left]
        self.seen += len(entries)
        return sorted(entries, key=lambda entry: entry.name)

    def _take(self, entry: os.DirEntry[str], folder: str, chain: Chain) -> str | None:
        """Record one entry; its path if it is a folder to look into."""
        name = entry.name
        if not _is_text(name):
            return None  # no document can name it
        path = f"{folder}/{name}" if folder else name
        try:
            if entry.is_symlink() or _is_junction(entry):
                if not is_ignored(path, chain):
                    self._take_link(path)
                return None
            if entry.is_dir(follow_symlinks=False):
                if name in SKIPPED_FOLDERS:
                    self.left_out.add(path)
                    return None
                return None if is_ignored(path + "/", chain) else path
            if not is_ignored(path, chain):
                self.paths.add(path)
                # A pipe that calls itself `package.json` would block whoever opens it.
                if entry.is_file(follow_symlinks=False):
                    self._want(path)
        except OSError:
            self._leave_out(path)
        return None

    def _take_link(self, path: str) -> None:
        """A link is recorded and never walked through: so there are no loops."""
        target = os.path.realpath(self._absolute(path))
        inside = self._inside(target)
        if inside is None:
            if os.path.lexists(target):
                self.paths.add(path)
                self.left_out.add(path)
        elif os.path.isdir(target):
            self.folders.add(path)
            self.links[path] = inside
        elif os.path.isfile(target):
            self.paths.add(path)
            self._want(path)

    def _want(self, path: str) -> None:
        portion = self.how_much(path)
        if portion is not None:
            self.wanted.append((path, portion))

    def _with_ignore_file(self, folder: str, chain: Chain) -> Chain:
        parsed = read_ignore_file(self._absolute(f"{folder}/.gitignore" if folder else ".gitignore"), folder)
        if parsed is None:
            return chain
        self.ignore_files[folder] = parsed
        return (*chain, parsed)

    def _leave_out(self, path: str) -> None:
        self.left_out.add(path)
        self.truncated = True

    def _absolute(self, path: str) -> str:
        return os.path.join(self.root, path) if path else self.root

    def _inside(self, absolute: str) -> str | None:
        """The path relative to the root, or None if it lies outside."""
        if absolute == self.root:
            return ""
        prefix = self.root.rstrip(os.sep) + os.sep
        if not absolute.startswith(prefix):
            return None
        return absolute[len(prefix) :].replace(os.sep, "/")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_junction(entry: os.DirEntry[str]) -> bool:
    # Windows' links to folders; Python tells them since 3.12.
    check = getattr(entry, "is_junction", None)
    return check is not None and bool(check())
