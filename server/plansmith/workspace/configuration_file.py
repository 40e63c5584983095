"""A configuration file becomes a configuration.

No file makes it raise: what is wrong is a finding at its key, and the rest stays in force.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from plansmith.plan.format import Format, FormatError, build_format
from plansmith.plan.text import Span
from plansmith.rules.invalid_configuration import Problem, invalid_configuration
from plansmith.rules.rule import Severity
from plansmith.rules.runner import MAX_FINDINGS
from plansmith.rules.table import RULES
from plansmith.workspace.configuration import Configuration, FileReport
from plansmith.workspace.format_file import read_format
from plansmith.workspace.formats import BUILT_IN, DEFAULT_FORMAT, format_table, load_format
from plansmith.workspace.globs import Globs
from plansmith.workspace.roots import CONFIGURATION_FILE, MAX_CONFIGURATION
from plansmith.workspace.settings import PROJECT
from plansmith.workspace.source import DocumentError, read_document, unread_message
from plansmith.workspace.toml_text import parse_toml
from plansmith.workspace.validation import Mistake, Path, Validation, suggestion

if TYPE_CHECKING:
    from plansmith.workspace.toml_keys import KeyPlaces

_CUSTOMISING: Final = ("sections", "tasks", "guidelines", "none-values", "template-words")
_SEVERITIES: Final = {severity.name.lower(): severity for severity in Severity}
_DEFAULTS: Final = {rule.name: rule.severity for rule in RULES}
_START: Final = Span(0, 0, 0, 0)


def read_configuration(path: str, root: str, *, trusted: bool, texts: Mapping[str, str]) -> Configuration:
    """Read the file that configures a root, as `load_configuration` does."""
    return _Load(root, trusted, texts).run(path)


def find_problems(text: str, *, name: str = CONFIGURATION_FILE) -> list[Problem]:
    """What is wrong in the text of a configuration file; the file system is not asked."""
    source = _Source(name, text, ("tool", "plansmith") if name == "pyproject.toml" else ())
    values = source.values()
    _customised(format_table(), values, source.validation)
    return source.problems()


class _Source:
    """One configuration file on its way to values and findings."""

    def __init__(self, path: str, text: str, prefix: Path = (), unread: str = "", root: str = "") -> None:
        self.path = path
        self.text = text
        self.unread = unread
        self.validation = Validation(root)
        self._prefix = prefix
        self._places: KeyPlaces | None = None
        self._problems: list[Problem] = [Problem(_START, unread_message(unread))] if unread else []

    def table(self) -> dict[str, Any]:
        """The whole table of the file; an empty one where it is no TOML."""
        found, mistake = parse_toml(self.text)
        if mistake is not None:
            self._problems.append(Problem(mistake.span, mistake.message))
        return found

    def values(self) -> dict[str, Any]:
        """The settings that can be used."""
        data: Any = self.table()
        for number, part in enumerate(self._prefix):
            data = data.get(str(part), {})
            if not isinstance(data, dict):
                self.validation.mistakes.append(Mistake(self._prefix[: number + 1], f"“{part}” is a table of settings"))
                return {}
        return {key: value for key, value in self.validation.table(data, PROJECT).items() if value is not None}

    def add(self, path: Path, message: str, severity: Severity | None = None) -> None:
        """Note a problem at a key."""
        self._problems.append(self._problem(Mistake(path, message), severity))

    def problems(self) -> list[Problem]:
        """All problems in the order of the text."""
        self._problems += [self._problem(mistake) for mistake in self.validation.mistakes]
        self.validation.mistakes.clear()
        return sorted(self._problems, key=lambda problem: problem.span)

    def _problem(self, mistake: Mistake, severity: Severity | None = None) -> Problem:
        if self._places is None:
            from plansmith.workspace.toml_keys import KeyPlaces

            self._places = KeyPlaces(self.text)
        path = mistake.path
        if path[: len(self._prefix)] != self._prefix or not self._prefix:
            path = (*self._prefix, *path)
        return Problem(self._places.find(path) or _START, mistake.message, severity)


class _Load:
    def __init__(self, root: str, trusted: bool, texts: Mapping[str, str]) -> None:
        self._root = root
        self._trusted = trusted
        self._texts = texts
        self._format_source: _Source | None = None

    def run(self, path: str) -> Configuration:
        is_own = os.path.basename(path) == CONFIGURATION_FILE
        source = self._read(path, () if is_own else ("tool", "plansmith"))
        values = source.values()
        table, format_path = self._format_table(values.get("format", DEFAULT_FORMAT), source)
        fmt = _customised(table, values, source.validation)
        severities = _severities(values.get("rules", {}))
        code_root = self._code_root(values.get("code-root", "."), source)
        sources = [source] + ([self._format_source] if self._format_source else [])
        return Configuration(
            root=self._root,
            trusted=self._trusted,
            path=path,
            fmt=fmt,
            format_path=format_path,
            severities=severities,
            max_findings=values.get("max-findings", MAX_FINDINGS),
            code_root=code_root,
            include=Globs(values.get("include", ())),
            exclude=Globs(values.get("exclude", ())),
            ignore=_ignore(values.get("ignore", ())),
            add_guidelines=values.get("guidelines", {}).get("add", True),
            formatting=values.get("formatting", False),
            reports=tuple(report for source in sources if (report := _report(source, severities)).findings),
        )

    def _read(self, path: str, prefix: Path = ()) -> _Source:
        if path in self._texts:
            return _Source(path, self._texts[path], prefix, root=self._root)
        try:
            return _Source(path, read_document(path, limit=MAX_CONFIGURATION).text, prefix, root=self._root)
        except DocumentError as error:
            return _Source(path, "", prefix, str(error).removeprefix(f"{path}: "))

    def _format_table(self, name: str, source: _Source) -> tuple[Mapping[str, Any], str | None]:
        """The table of the format that is named, or of the built-in one; and the project's own file."""
        if name in BUILT_IN:
            return format_table(name), None
        if "/" not in name and not name.endswith(".toml"):
            near = suggestion(name, BUILT_IN) or "a file is named as “./name.toml”"
            source.add(("format",), f"There is no built-in format “{name}”; {near}")
            return format_table(), None
        if not self._trusted:
            source.add(
                ("format",),
                f"“{name}” is not read, because this project is not trusted, and the built-in format stays in force; "
                "trust the folder in the editor, or pass --trust-project",
                Severity.WARNING,
            )
            return format_table(), None
        path = os.path.normpath(os.path.join(self._root, name))
        problem = self._why_not(name, path)
        if problem:
            source.add(("format",), problem)
            return format_table(), None
        self._format_source = self._read(path)
        found = self._format_source.table()
        if self._format_source.problems():
            source.add(("format",), f"“{name}” can't be used, and the built-in format stays in force: see there")
            return format_table(), path
        file = read_format(found)
        self._format_source.validation.mistakes += file.mistakes
        if file.table is None:
            source.add(("format",), f"“{name}” can't be used, and the built-in format stays in force: see there")
            return format_table(), path
        return file.table, path

    def _why_not(self, name: str, path: str) -> str:
        """Why a project can't name this file as its format; "" where it can."""
        inside = os.path.realpath(self._root).rstrip(os.sep) + os.sep
        if os.path.isabs(name) or not os.path.realpath(path).startswith(inside):
            return f"“{name}” lies outside the project; a format file stands inside it"
        if not name.endswith(".toml"):
            return f"“{name}” is no TOML file; a format file ends with .toml"
        if not os.path.isfile(path):
            return f"There is no file “{name}”; the path is relative to this file's folder"
        return ""

    def _code_root(self, name: str, source: _Source) -> str:
        path = os.path.normpath(os.path.join(self._root, name))
        if os.path.isabs(name):
            source.add(("code-root",), f"“{name}” is on this machine only; write a path relative to this file's folder")
        elif not os.path.isdir(path):
            source.add(("code-root",), f"There is no folder “{name}”; the path is relative to this file's folder")
        else:
            return path
        return self._root


def _customised(table: Mapping[str, Any], values: Mapping[str, Any], validation: Validation) -> Format:
    """The format with the project's changes; without them where they can't be put together."""
    if any(key in values for key in _CUSTOMISING):
        # Most projects change nothing, and don't pay for it.
        from plansmith.workspace.customisation import customise

        try:
            return build_format(customise(table, values, validation))
        except FormatError as error:
            validation.mistake(("sections",), f"These changes of the format can't be used: {error}")
    return load_format() if table is format_table() else _built(table)


def _built(table: Mapping[str, Any]) -> Format:
    try:
        return build_format(table)
    except FormatError:
        return load_format()


def _severities(rules: Mapping[str, Any]) -> dict[str, Severity | None]:
    """What differs from the rules' own severities."""
    return {
        name: _DEFAULTS[name] if value is True else _SEVERITIES.get(value) if isinstance(value, str) else None
        for name, value in rules.items()
    }


def _ignore(value: Any) -> tuple[tuple[Globs, frozenset[str]], ...]:
    if isinstance(value, dict):
        return tuple((Globs([glob]), frozenset(rules)) for glob, rules in value.items())
    return ((Globs(["*"]), frozenset(value)),) if value else ()


def _report(source: _Source, severities: Mapping[str, Severity | None]) -> FileReport:
    """The file's findings, as grave as the configuration says."""
    severity = severities.get(invalid_configuration.name, invalid_configuration.severity)
    if severity is None:
        return FileReport(source.path, source.text, ())
    findings = tuple(
        finding.of_rule(invalid_configuration.name, severity)
        for finding in invalid_configuration.check(source.problems())
    )
    return FileReport(source.path, source.text, findings, source.unread)
