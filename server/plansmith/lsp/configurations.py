"""Configuration files and what is wrong in them, shown in the files themselves.

An open file's findings follow its unsaved text; documents follow what is saved, as the command line does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.uris import from_fs_path

from plansmith.plan.text import apply_edits, split_lines
from plansmith.workspace.configuration import FileReport
from plansmith.workspace.loading import load_configuration
from plansmith.workspace.roots import CONFIGURATION_FILE, PROJECT_FILE, root_of
from plansmith.workspace.setting_completion import complete_setting
from plansmith.workspace.settings import PROJECT
from plansmith.workspace.user import USER
from plansmith.workspace.user_report import user_report

from .changes import read_changes
from .completion import setting_items
from .diagnostics import encode_findings
from .position import Positions
from .session import file_path

if TYPE_CHECKING:
    from .server import PlansmithServer


_PREFIXES: Final[dict[str, tuple[str, ...]]] = {CONFIGURATION_FILE: (), PROJECT_FILE: ("tool", "plansmith")}
MAX_ROOTS: Final = 200  # inside of the workspace's folders


class ConfigurationFiles:
    """The configuration files of all roots: of the open documents, of the workspace's folders, and inside of these."""

    def __init__(self, server: PlansmithServer) -> None:
        """No file is open."""
        self._server = server
        self._texts: dict[str, str] = {}  # of open files, by absolute path
        self._uris: dict[str, str] = {}  # as the client spells them
        self._shown: set[str] = set()
        self._inside: set[str] = set()  # roots that were found in the workspace's folders
        self._files: set[str] = set()  # what the reports were made from, format files too

    def is_configuration(self, uri: str) -> bool:
        """Whether a file is a configuration or a format file of one."""
        path = file_path(uri)
        if path is None:
            return False
        if path.name in (CONFIGURATION_FILE, PROJECT_FILE) or self.is_users(uri):
            return True
        if str(path) in self._files:
            return True
        return any(str(path) in configuration.files for configuration in self._server.session.configurations())

    def is_users(self, uri: str) -> bool:
        """Whether a file is the user's own configuration."""
        path = file_path(uri)
        return path is not None and str(path) == self._server.provider.settings.path

    def open(self, uri: str, text: str) -> bool:
        """Take over an open file; False if it is none of ours."""
        path = file_path(uri)
        if path is None or not self.is_configuration(uri):
            return False
        self._texts[str(path)] = text
        self._uris[str(path)] = uri
        self.publish()
        return True

    def change(self, params: Any) -> None:
        """Apply a `textDocument/didChange` of an open file."""
        uri, _, changes = read_changes(params)
        path = file_path(uri)
        if path is None or str(path) not in self._texts:
            return
        text = self._texts[str(path)]
        for change in changes:
            edit = change.edit(split_lines(text)[0], self._server.session.client.encoding)
            text = apply_edits(text, [edit])
        self._texts[str(path)] = text
        self.publish()

    def close(self, uri: str) -> bool:
        """Forget an open file; False if it is none of ours."""
        path = file_path(uri)
        if path is None or self._texts.pop(str(path), None) is None:
            return False
        self._uris.pop(str(path), None)
        self.publish()
        return True

    def complete(self, uri: str, position: types.Position) -> types.CompletionList | None:
        """What can stand at a position of an open file; None for any other file."""
        path = file_path(uri)
        text = self._texts.get(str(path))
        if path is None or text is None or not (path.name in _PREFIXES or self.is_users(uri)):
            return None
        lines, session = split_lines(text)[0], self._server.session
        positions = Positions(lines, session.client.encoding)
        line, column = positions.place(position)
        fmt = session.configuration(uri).format
        settings = USER if self.is_users(uri) else PROJECT
        prefix = _PREFIXES.get(path.name, ())
        place = complete_setting(lines, line, column, fmt, prefix=prefix, settings=settings)
        return setting_items(place, line, positions, session.client) if place is not None else None

    def publish(self) -> None:
        """Push what is wrong in the files; nothing for a client that pulls."""
        server = self._server
        if server.session.client.pulls:
            return
        reports = self._reports()
        for path in self._shown - set(reports):
            server.publish_raw(self._uri(path), None, b"[]")
        for path, report in reports.items():
            server.publish_raw(self._uri(path), None, self._encode(report))
        self._shown = set(reports)

    def found_inside(self, roots: Iterable[str]) -> None:
        """Take note of roots in the workspace, whose files are shown from now on though nothing is open there."""
        if self._note(roots):
            self.publish()

    def changed(self, uris: Iterable[str]) -> None:
        """Take note of configuration files that were made or changed; nothing is shown yet."""
        paths = filter(None, map(file_path, filter(self.is_configuration, uris)))
        self._note(root_of(path.parent) for path in paths)

    def all_diagnostics(self) -> dict[str, bytes]:
        """The findings of all files that have some, or had some, by their URIs as JSON arrays."""
        reports = self._reports()
        self._shown |= set(reports)
        return {
            self._uri(path): self._encode(reports[path]) if path in reports else b"[]" for path in sorted(self._shown)
        }

    def diagnostics(self, uri: str) -> bytes:
        """A file's findings as a JSON array; empty for any other file."""
        path = file_path(uri)
        report = self._reports().get(str(path)) if path and self.is_configuration(uri) else None
        return self._encode(report) if report else b"[]"

    def _note(self, roots: Iterable[str]) -> bool:
        """Take roots in, within bounds; whether any is new."""
        new = sorted(set(roots) - self._inside)[: MAX_ROOTS - len(self._inside)]
        self._inside.update(new)
        return bool(new)

    def _roots(self) -> set[str]:
        session = self._server.session
        users = self._server.provider.settings.path
        folders = session.folder_paths()
        roots = {configuration.root for configuration in session.configurations()}
        roots |= {root_of(path) for path in self._texts if path != users}
        roots |= {root_of(folder) for folder in folders}
        return roots | {root for root in self._inside if any(_lies_in(root, folder) for folder in folders)}

    def _reports(self) -> dict[str, FileReport]:
        trusted = self._server.session.trusted
        users = self._server.provider.settings.path
        loaded = [load_configuration(root, trusted=trusted, texts=self._texts) for root in sorted(self._roots())]
        self._files = {path for configuration in loaded for path in configuration.files}
        reports = {report.path: report for configuration in loaded for report in configuration.reports}
        # The user's own file is no project's: nobody looks for it unless it is open.
        if users in self._texts:
            reports[users] = user_report(users, self._texts[users])
        return reports

    def _encode(self, report: FileReport) -> bytes:
        return encode_findings(report.text, report.findings, self._server.session.client.encoding)

    def _uri(self, path: str) -> str:
        return self._uris.get(path) or from_fs_path(os.path.abspath(path)) or ""


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
