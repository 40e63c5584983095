"""The documents that `check` looks at: explicit files always, folders by what git and the configuration leave.

Every folder that is a root of its own has its own configuration, as in the editor.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from plansmith.workspace.configuration import Configuration
from plansmith.workspace.folders import SKIPPED_FOLDERS
from plansmith.workspace.ignore import is_ignored
from plansmith.workspace.ignore_files import Chain, ignore_files_above, read_ignore_file
from plansmith.workspace.loading import load_configuration
from plansmith.workspace.roots import CONFIGURATION_FILE, PROJECT_FILE, configuration_file, root_of

ENDINGS: Final = (".md", ".markdown")  # in any case
MAX_DOCUMENTS: Final = 100_000
MAX_ENTRIES: Final = 2_000_000  # files and folders of any kind


class Configurations:
    """The configuration of every file, each root's read once."""

    def __init__(self, *, trusted: bool) -> None:
        """`trusted` speaks of all projects that are asked about."""
        self._trusted = trusted
        self._roots: dict[str, str] = {}
        self._loaded: dict[str, Configuration] = {}

    def of(self, path: str | os.PathLike[str]) -> Configuration:
        """What holds for a file."""
        folder = os.path.dirname(os.path.abspath(path))
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = root_of(folder)
        return self.at(root)

    def at(self, root: str) -> Configuration:
        """What holds at a root, by its absolute path."""
        known = self._loaded.get(root)
        if known is None:
            known = self._loaded[root] = load_configuration(root, trusted=self._trusted)
        return known

    @property
    def loaded(self) -> list[Configuration]:
        """All that were asked for so far; their `reports` are to be shown too."""
        return list(self._loaded.values())


class Found(NamedTuple):
    """A document, by the path as it was asked for, and what holds for it."""

    path: str
    configuration: Configuration


class Discovered:
    """What was found, in the order of the paths that were asked for and then of names."""

    def __init__(self) -> None:
        self.documents: list[Found] = []
        self.problems: list[str] = []  # what could not be looked at, one clear line each
        self.truncated = False  # a limit was reached; `problems` says which


def find_documents(
    paths: Iterable[str | os.PathLike[str]],
    configurations: Configurations,
    *,
    limit: int = MAX_DOCUMENTS,
    limit_entries: int = MAX_ENTRIES,
) -> Discovered:
    """Find the documents in files and folders.

    A file that is named is always taken, whatever its ending; whether rules run in it is for
    `Configuration.covers` to say, as in the editor. A folder that is named is looked into even where
    git ignores it. Links to folders are not followed inside a folder, so there are no loops;
    a link to a file counts once, and not at all beside its target.
    """
    walk = _Walk(configurations, limit, limit_entries)
    for path in paths:
        walk.add(os.fspath(path))
    walk.add_links()
    return walk.found


class _Walk:
    def __init__(self, configurations: Configurations, limit: int, limit_entries: int) -> None:
        self.found = Discovered()
        self._configurations = configurations
        self._limit = limit
        self._entries_left = limit_entries
        self._seen: set[str] = set()  # absolute paths
        self._links: list[tuple[int, str, Configuration]] = []

    def add(self, path: str) -> None:
        if not path:
            self.found.problems.append("an empty name is no file's; name a file or a folder")
        elif os.path.isdir(path):
            self._add_folder(path)
        elif os.path.lexists(path):
            absolute = os.path.abspath(path)
            if absolute not in self._seen:
                self._seen.add(absolute)
                self._take(path, self._configurations.of(absolute))
        else:
            self.found.problems.append(f"{path}: there is no such file or folder")

    def add_links(self) -> None:
        """Take the links to files whose targets were not found themselves."""
        targets = {os.path.realpath(path) for path in self._seen} if self._links else set()
        documents = self.found.documents
        added: list[tuple[int, Found]] = []
        for place, path, configuration in self._links:
            target = os.path.realpath(path)
            if target not in targets and os.path.isfile(target):
                targets.add(target)
                added.append((place, Found(path, configuration)))
        for place, found in reversed(added):
            documents.insert(place, found)

    def _add_folder(self, start: str) -> None:
        absolute = os.path.abspath(start)
        root = root_of(absolute)
        pending = [(
            "" if start == "." else os.path.join(start, ""),
            absolute,
            self._configurations.at(root),
            ignore_files_above(os.path.realpath(absolute)),
            "",
        )]  # fmt: skip
        while pending:
            # The prefix of names, the folder itself, what holds there, and its path as the ignore files name it.
            prefix, folder, configuration, chain, inside = pending.pop()
            entries = self._list(folder, prefix)
            if entries is None:
                continue
            names = {entry.name for entry in entries}
            if "pyvenv.cfg" in names and inside:
                continue
            if inside and (".git" in names or CONFIGURATION_FILE in names or PROJECT_FILE in names):
                if ".git" in names:
                    chain = ()  # another repository: the files above don't speak of it
                if ".git" in names or configuration_file(folder) is not None:
                    configuration = self._configurations.at(folder)
            if ".gitignore" in names:
                own = read_ignore_file(os.path.join(folder, ".gitignore"), inside.rstrip("/"))
                chain = chain if own is None else (*chain, own)
            below = list(self._look(entries, prefix, folder, configuration, chain, inside))
            pending += reversed(below)
            if self.found.truncated:
                return

    def _look(
        self,
        entries: list[os.DirEntry[str]],
        prefix: str,
        folder: str,
        configuration: Configuration,
        chain: Chain,
        inside: str,
    ) -> Iterator[tuple[str, str, Configuration, Chain, str]]:
        """Take a folder's documents; the folders to look into."""
        exclude = configuration.exclude
        for entry in entries:
            name = entry.name
            try:
                if name.lower().endswith(ENDINGS) and not entry.is_dir():
                    if chain and is_ignored(inside + name, chain):
                        continue
                    path = prefix + name
                    if not configuration.covers(path):
                        continue
                    if entry.is_symlink():
                        self._links.append((len(self.found.documents), path, configuration))
                        continue
                    absolute = os.path.join(folder, name)
                    if entry.is_file() and absolute not in self._seen:
                        self._seen.add(absolute)
                        if not self._take(path, configuration):
                            return
                elif entry.is_dir(follow_symlinks=False) and name not in SKIPPED_FOLDERS:
                    if chain and is_ignored(f"{inside}{name}/", chain):
                        continue
                    absolute = os.path.join(folder, name)
                    if exclude and exclude.match(configuration.relative(absolute) or "", is_folder=True):
                        continue
                    yield f"{prefix}{name}{os.sep}", absolute, configuration, chain, f"{inside}{name}/"
            except OSError as error:
                self.found.problems.append(f"{prefix}{name}: {error.strerror or 'could not be looked at'}")

    def _take(self, path: str, configuration: Configuration) -> bool:
        if len(self.found.documents) >= self._limit:
            self._stop(f"only the first {self._limit:,} documents were looked at; name fewer folders, or exclude some")
            return False
        self.found.documents.append(Found(path, configuration))
        return True

    def _list(self, folder: str, prefix: str) -> list[os.DirEntry[str]] | None:
        """The folder's entries by name; None where it is unreadable."""
        try:
            with os.scandir(folder) as scan:
                entries = list(islice(scan, self._entries_left + 1))
        except OSError as error:
            self.found.problems.append(f"{prefix or '.'}: {error.strerror or 'could not be listed'}")
            return None
        if len(entries) > self._entries_left:
            entries.pop()
            self._stop(f"{prefix or '.'}: too many files; only a part was looked at; exclude folders without documents")
        self._entries_left -= len(entries)
        entries.sort(key=_name)
        return entries

    def _stop(self, problem: str) -> None:
        if not self.found.truncated:
            self.found.truncated = True
            self.found.problems.append(problem)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
