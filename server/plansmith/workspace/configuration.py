"""The configuration of a root: a frozen value, made once, and the same in the editor and on the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from plansmith.plan.format import Format
from plansmith.rules.rule import Finding, Severity
from plansmith.rules.runner import MAX_FINDINGS, Checker, Options
from plansmith.workspace.formats import load_format
from plansmith.workspace.globs import Globs


class FileReport(NamedTuple):
    """What is wrong in one configuration file; spans speak of its whole text."""

    path: str
    text: str
    findings: tuple[Finding, ...]
    unread: str = ""  # why nothing could be read of it, in words that follow its name


class Configuration:
    """What holds for the documents below a root; paths are absolute unless they say otherwise."""

    def __init__(
        self,
        root: str,
        trusted: bool = False,
        *,
        path: str | None = None,
        fmt: Format | None = None,
        format_path: str | None = None,
        severities: Mapping[str, Severity | None] | None = None,
        max_findings: int = MAX_FINDINGS,
        code_root: str = "",
        include: Globs | None = None,
        exclude: Globs | None = None,
        ignore: tuple[tuple[Globs, frozenset[str]], ...] = (),
        add_guidelines: bool = True,
        formatting: bool = False,
        reports: tuple[FileReport, ...] = (),
    ) -> None:
        """Without more than a root everything is as by default.

        `path` is the file that was read. `format_path` is the project's own format file, whether or not it could be
        used: a change of it is a change of this. `severities` are what differs from the rules' own; None switches a
        rule off. `code_root` is the folder that paths in plans are relative to; it may lie outside the root.
        `formatting` says whether editors may lay out plans. `reports` are of the files that have findings.
        """
        self.root: Final = root
        self.trusted: Final = trusted
        self.path: Final = path
        self.format: Final = fmt or load_format()
        self.format_path: Final = format_path
        self.severities: Final = severities or {}
        self.max_findings: Final = max_findings
        self.code_root: Final = code_root
        self.include: Final = include or Globs()
        self.exclude: Final = exclude or Globs()
        self.ignore: Final = ignore
        self.add_guidelines: Final = add_guidelines
        self.formatting: Final = formatting
        self.reports: Final = reports
        self._checkers: Final[dict[object, Checker]] = {}

    def covers(self, path: str) -> bool:
        """Whether rules run in a document; where not, the editor and the command line both leave it alone."""
        if not self.include and not self.exclude:
            return True
        inside = self.relative(path)
        if inside is None:
            return True
        return (not self.include or self.include.match(inside)) and not self.exclude.match(inside)

    def checker(self, path: str = "", *, only: frozenset[str] | None = None) -> Checker:
        """The rules for a document, ready to be asked; documents with the same rules get the same one."""
        off: frozenset[str] = frozenset()
        if self.ignore and path:
            inside = self.relative(path)
            off = off.union(*(rules for globs, rules in self.ignore if inside is not None and globs.match(inside)))
        known = self._checkers.get((off, only))
        if known is None:
            severities = {**self.severities, **dict.fromkeys(off)}
            known = Checker(self.format, Options(severities, only, self.max_findings))
            self._checkers[off, only] = known
        return known

    def relative(self, path: str) -> str | None:
        """A path relative to the root, with "/"; None outside of it."""
        absolute = os.path.abspath(path)
        prefix = self.root.rstrip(os.sep) + os.sep
        if not absolute.startswith(prefix):
            return None
        return absolute[len(prefix) :].replace(os.sep, "/")

    @property
    def is_unread(self) -> bool:
        """Whether a file could not be read at all, so that the defaults hold in its stead."""
        return any(report.unread for report in self.reports)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it was made from: when one of them changes, it is to be loaded anew."""
        return tuple(path for path in (self.path, self.format_path) if path is not None)
