"""What is known about one project of a workspace: every command names the file it was read from.

What nothing in the project says is None, never a guess: the planner then leaves it to the author.
Paths go in and come out relative to the workspace's root.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from shlex import quote
from typing import Literal

Spelling = Literal["snake", "kebab", "camel", "pascal"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, the evidence for it, and the folder that it runs in."""

    text: str
    source: str
    """The file it was read from, and where in it: `package.json scripts.test`."""
    folder: str = ""
    """Relative to the workspace's root; "" is the root."""

    @property
    def line(self) -> str:
        """The command as it is typed at the workspace's root."""
        return f"cd {quote(self.folder)} && {self.text}" if self.folder else self.text


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package as the manifest has it; the version is the manifest's own constraint, or ""."""

    name: str
    version: str
    dev: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecosystem:
    """One project: a folder with a manifest, and all that can be said about working in it."""

    name: str = ""
    """`python`, `node`, `rust`, `go`; "" where no manifest is."""
    language: str = ""
    language_version: str = ""
    """As the manifest has it: `>=3.10`, `1.22`, `2021`."""
    fence: str = "bash"
    """What a code example's fence says: `python`, `ts`, `js`, `rust`, `go`."""
    extensions: tuple[str, ...] = ()
    folder: str = ""
    manifest: str | None = None
    project: str = ""
    """The package's own name, or ""."""
    package_manager: str | None = None
    test_runner: str | None = None

    install_command: Command | None = None
    test_command: Command | None = None
    """The whole suite, once, without a watcher."""
    coverage_command: Command | None = None
    lint_command: Command | None = None
    format_command: Command | None = None
    type_check_command: Command | None = None
    build_command: Command | None = None
    run_command: Command | None = None
    scripts: tuple[tuple[str, Command], ...] = ()
    """The project's own named commands: `package.json` scripts, `Makefile` targets."""

    add_template: Command | None = None
    add_dev_template: Command | None = None
    test_file_template: Command | None = None

    source_folder: str | None = None
    source_template: str | None = None
    test_folder: str | None = None
    test_template: str | None = None
    integration_template: str | None = None
    test_names: tuple[str, ...] = ()
    """How the names of test files look, as shell patterns."""
    spelling: Spelling = "snake"

    dependencies: tuple[Dependency, ...] = ()
    dependency_file: str | None = None
    """Where a new runtime dependency is recorded."""
    dev_dependency_file: str | None = None
    frameworks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def add_command(self, package: str, dev: bool = False) -> Command | None:
        """The command that adds a package, with its version in the ecosystem's own spelling."""
        template = self.add_dev_template if dev else self.add_template
        return _filled(template, "{package}", quote(package))

    def test_file_command(self, path: str) -> Command | None:
        """The command that runs one test file; None if the path lies outside of the project."""
        inside = self._inside(path)
        target = None if inside is None else self.test_target(inside)
        return None if target is None else _filled(self.test_file_template, "{target}", target)

    def test_target(self, path: str) -> str | None:
        """What the runner calls the test file at this path, which is relative to the folder."""
        return quote(path)

    def source_file(self, name: str) -> str | None:
        """Where a new module of this name goes; a path stays what it is."""
        if "/" in name or name.endswith(self.extensions):
            return name
        if self.source_template is None:
            return None
        return self.source_template.replace("{name}", spelled(name, self.spelling))

    def test_file(self, source: str) -> str | None:
        """Where the unit tests of a module go; it is told by its name or by its path."""
        return self._test_file(self.test_template, source)

    def integration_test_file(self, name: str) -> str | None:
        """Where an integration test goes; None if the project has no place of its own for them."""
        return self._test_file(self.integration_template, name)

    def is_test_file(self, path: str) -> bool:
        """Whether a file of this path is a test, by its name."""
        name = path.rsplit("/", 1)[-1]
        return any(fnmatchcase(name, pattern) for pattern in self.test_names)

    def dependency(self, name: str) -> Dependency | None:
        """The package of this name, in any spelling that the ecosystem takes for the same."""
        wanted = self.same_name(name)
        return next((d for d in self.dependencies if self.same_name(d.name) == wanted), None)

    def same_name(self, name: str) -> str:
        """One spelling for all spellings of a package's name."""
        return name

    def _inside(self, path: str) -> str | None:
        if not self.folder:
            return path
        prefix = f"{self.folder}/"
        return path[len(prefix) :] if path.startswith(prefix) else None

    def _test_file(self, template: str | None, source: str) -> str | None:
        if "/" in source and self.is_test_file(source):
            return source
        path = self.source_file(source)
        if template is None or path is None:
            return None
        folder, _, name = path.rpartition("/")
        home = self.source_folder or ""
        below = folder[len(home) :].strip("/") if f"{folder}/".startswith(f"{home}/") else ""
        stem = name.rpartition(".")[0] or name
        return (
            template.replace("{folder}", f"{folder}/" if folder else "")
            .replace("{below}", f"{below}/" if below else "")
            .replace("{name}", stem)
        )


def spelled(name: str, spelling: Spelling) -> str:
    """A name of several words, as this project spells file names."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    words = [word.lower() for word in re.split(r"[\W_]+", plain) if word] or ["module"]
    if spelling == "kebab":
        return "-".join(words)
    if spelling == "snake":
        return "_".join(words)
    joined = "".join(word.capitalize() for word in words)
    return joined if spelling == "pascal" else words[0] + joined[len(words[0]) :]


def _filled(template: Command | None, place: str, value: str) -> Command | None:
    if template is None:
        return None
    return Command(template.text.replace(place, value).rstrip(), template.source, template.folder)
