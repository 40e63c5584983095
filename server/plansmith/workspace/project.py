"""One folder of the workspace as the detection of one ecosystem sees it.

Its files are those whose nearest manifest of that ecosystem lies in the folder: a nested project's
files are that project's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from plansmith.workspace.ecosystem import Command, Spelling
from plansmith.workspace.manifest import Table, read_ini, read_json, read_toml
from plansmith.workspace.snapshot import WorkspaceFiles

CI_FILES = re.compile(
    r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml|azure-pipelines\.yml"
    r"|bitbucket-pipelines\.yml|\.travis\.yml|\.drone\.yml|\.woodpecker\.yml|Jenkinsfile"
    r"|\.buildkite/pipeline\.yml"
)


@dataclass(slots=True)
class Project:
    """`paths` are relative to `folder`, in order; so are all names in questions."""

    files: WorkspaceFiles
    folder: str
    paths: tuple[str, ...]
    problems: list[str] = field(default_factory=list)

    def at(self, name: str) -> str:
        """The path relative to the workspace's root."""
        return f"{self.folder}/{name}" if self.folder and name else self.folder or name

    def has(self, name: str) -> bool:
        return self.at(name) in self.files.paths

    def has_folder(self, name: str) -> bool:
        return self.at(name) in self.files.folders

    def text(self, name: str) -> str:
        """The text of a manifest, or "" if it was not read."""
        return self.files.texts.get(self.at(name), "")

    def toml(self, name: str) -> Table:
        return self._read(self.at(name), read_toml)

    def toml_at(self, path: str) -> Table:
        """Of a file of another project, from the root's view."""
        return self._read(path, read_toml)

    def json(self, name: str) -> Table:
        return self._read(self.at(name), read_json)

    def json_at(self, path: str) -> Table:
        """Of a file of another project, from the root's view."""
        return self._read(path, read_json)

    def ini(self, name: str) -> Table:
        return self._read(self.at(name), read_ini)

    def nearest(self, *names: str) -> str | None:
        """The first of these files in the folder or else in one above, from the root's view.

        A lock file of a mono-repo lies at its root and serves all its projects.
        """
        folder = self.folder
        while True:
            for name in names:
                path = f"{folder}/{name}" if folder else name
                if path in self.files.paths:
                    return path
            if not folder:
                return None
            folder = folder.rpartition("/")[0]

    def above(self, name: str) -> Iterable[str]:
        """The files of this name in the folders above, nearest first, from the root's view."""
        folder = self.folder
        while folder:
            folder = folder.rpartition("/")[0]
            path = f"{folder}/{name}" if folder else name
            if path in self.files.paths:
                yield path

    def mentioned(self, command: str) -> str | None:
        """The continuous integration file which runs this command, from the root's view."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(command)}(?![\w-])")
        for path in sorted(filter(CI_FILES.fullmatch, self.files.texts)):
            if pattern.search(self.files.texts[path]):
                return path
        return None

    def command(self, text: str, source: str) -> Command:
        """A command that runs in the folder; `source` is relative to it."""
        return self.command_from(self.at(source), text)

    def command_from(self, path: str, text: str) -> Command:
        """A command that runs in the folder; the evidence is told from the root's view."""
        return Command(text, path, self.folder)

    def _read(self, path: str, read: Callable[[str], tuple[Table, str | None]]) -> Table:
        found, problem = read(self.files.texts.get(path, "")) if path in self.files.texts else ({}, None)
        if problem is not None:
            self.problems.append(f"{path}: {problem}")
        return found


def most_common(items: Iterable[str]) -> str | None:
    """The most frequent item, the first in order among equals; None without any."""
    counts = Counter(items)
    return min(counts, key=lambda item: (-counts[item], item)) if counts else None


def top_folder(path: str) -> str:
    """The first folder of a path, or "" for a file that lies in none."""
    return path.partition("/")[0] if "/" in path else ""


def spelling_of(stems: Iterable[str], default: Spelling) -> Spelling:
    """How most file names of several words are spelled."""
    counts: Counter[Spelling] = Counter()
    for stem in stems:
        if "-" in stem:
            counts["kebab"] += 1
        elif "_" in stem.strip("_"):
            counts["snake"] += 1
        elif re.search(r"^[a-z].*[A-Z]", stem):
            counts["camel"] += 1
        elif re.search(r"^[A-Z].*[a-z]", stem):
            counts["pascal"] += 1
    order: tuple[Spelling, ...] = (default, "kebab", "camel", "snake", "pascal")
    return max(order, key=lambda spelling: counts[spelling])
