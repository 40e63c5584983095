"""Findings as text, JSON, SARIF and GitHub's workflow commands; lines and columns count from 1, in code points."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from plansmith import __version__
from plansmith.rules.table import RULES

from . import reconfigure

MAX_FINDINGS = "max-findings"

LEVELS = ("", "error", "warning", "information", "hint")  # by the number of the severity
_SARIF = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
_GITHUB = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
_STYLES = {"error": "bold red", "warning": "yellow", "information": "cyan", "hint": "dim"}


class Line(NamedTuple):
    """One finding with its place in a file; lines and columns from 1, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    severity: int
    rule: str
    message: str
    fixable: bool
    section: str


class Outcome(NamedTuple):
    """What a check found: findings in the order of files and lines, what could not be read, what was fixed."""

    lines: Sequence[Line]
    text: Sequence[bytes]  # findings that are put into words already: plain text, after those of `lines`
    counts: Sequence[int]  # of all findings, by severity
    problems: Sequence[str]
    files: int
    fixed: int


def level(severity: int) -> str:
    """A severity's name."""
    return LEVELS[severity]


def write(outcome: Outcome, form: str) -> None:
    """Write the findings to stdout in a format."""
    if form != "text":
        reconfigure(encoding="utf-8")
    if form == "json":
        _write_json(outcome)
    elif form == "sarif":
        _write_sarif(outcome)
    elif form == "github":
        sys.stdout.write("".join(map(_github, outcome.lines)))
    elif sys.stdout.isatty():
        _write_rich(outcome)
    else:
        sys.stdout.write("".join(map(as_text, outcome.lines)))
        sys.stdout.flush()
        sys.stdout.buffer.writelines(outcome.text)


def encoded(text: str) -> bytes:
    """A text as stdout writes it."""
    return text.replace("\n", os.linesep).encode(sys.stdout.encoding, "backslashreplace")


def as_text(line: Line) -> str:
    """A finding in one line of plain text."""
    return f"{readable(line.path)}:{line.line}:{line.column}: {level(line.severity)}[{line.rule}] {line.message}\n"


def readable(path: str) -> str:
    """A path on one line: what would break the line, and bytes that are no UTF-8, are escaped."""
    return path if path.isprintable() else _utf8(path).replace("\n", "\\n").replace("\r", "\\r")


def _utf8(path: str) -> str:
    """A path as text that can be written as UTF-8, as every format demands."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def summary(outcome: Outcome) -> str:
    """The closing words."""
    counts = zip(LEVELS, outcome.counts, strict=True)
    parts = [f"{count} {name}{'s' if count != 1 and name != 'information' else ''}" for name, count in counts if count]
    files = f"{outcome.files} {'file' if outcome.files == 1 else 'files'}"
    fixed = f", {outcome.fixed} fixed" if outcome.fixed else ""
    return f"{', '.join(parts) or 'no findings'} in {files}{fixed}"


def _write_rich(outcome: Outcome) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in outcome.lines:
        name = level(line.severity)
        console.print(
            Text.assemble(
                (f"{readable(line.path)}:{line.line}:{line.column}: ", "bold"),
                (f"{name}[{line.rule}]", _STYLES[name]),
                f" {line.message}",
            )
        )


def _as_object(line: Line) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "severity": level(line.severity),
        "message": line.message,
        "line": line.line,
        "column": line.column,
        "endLine": line.end_line,
        "endColumn": line.end_column,
        "fixable": line.fixable,
        "section": line.section or None,
    }


def _write_json(outcome: Outcome) -> None:
    files: dict[str, list[dict[str, Any]]] = {}
    for line in outcome.lines:
        files.setdefault(_utf8(line.path), []).append(_as_object(line))
    data = {
        "version": 1,
        "files": [{"path": path, "findings": findings} for path, findings in files.items()],
        "problems": list(outcome.problems),
        "checked": outcome.files,
        "fixed": outcome.fixed,
    }
    _dump(data)


def _write_sarif(outcome: Outcome) -> None:
    """SARIF 2.1.0, the OASIS standard for results of static analysis."""
    driver = {
        "name": "plansmith",
        "version": __version__,
        "rules": [
            {
                "id": rule.name,
                "shortDescription": {"text": rule.summary},
                "help": {"text": rule.page, "markdown": rule.page},
                "defaultConfiguration": {"level": _SARIF[level(rule.severity)]},
            }
            for rule in RULES
        ],
    }
    index = {rule.name: number for number, rule in enumerate(RULES)}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif(line, index) for line in outcome.lines],
                "invocations": [
                    {
                        "executionSuccessful": not outcome.problems,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": problem}} for problem in outcome.problems
                        ],
                    }
                ],
            }
        ],
    }
    _dump(log)


def _dump(data: dict[str, Any]) -> None:
    import json

    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _sarif(line: Line, index: dict[str, int]) -> dict[str, Any]:
    region = {
        "startLine": line.line,
        "startColumn": line.column,
        "endLine": line.end_line,
        "endColumn": line.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": line.rule,
        "level": _SARIF[level(line.severity)],
        "message": {"text": line.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(line.path)}, "region": region}}],
    }
    if line.rule in index:
        result["ruleIndex"] = index[line.rule]
    return result


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(os.fsencode(path.replace(os.sep, "/")))


def _github(line: Line) -> str:
    """A workflow command (https://docs.github.com/actions/reference/workflow-commands-for-github-actions)."""
    end = f",endLine={line.end_line},endColumn={line.end_column}"
    place = f"file={_property(_utf8(line.path))},line={line.line},col={line.column}{end}"
    title = f"plansmith({line.rule})"
    return f"::{_GITHUB[level(line.severity)]} {place},title={_property(title)}::{_data(line.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gravest(outcome: Outcome) -> int | None:
    """The gravest severity among the findings."""
    return next((severity for severity, count in enumerate(outcome.counts) if count), None)
