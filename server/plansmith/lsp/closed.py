"""Documents of the workspace that no editor has open: found and checked as the command `check` does it.

A client that pulls is given all of them; one that is pushed to, those that its watched files speak of.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from pygls.uris import from_fs_path

from plansmith.plan.document import Document
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import Span
from plansmith.rules.facts import Answers
from plansmith.rules.rule import Finding, Severity
from plansmith.rules.runner import Analysis
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.discover import ENDINGS, Configurations, Found, find_documents
from plansmith.workspace.named_files import RootFiles
from plansmith.workspace.source import DocumentError, read_document, unread_message

from .diagnostics import DiagnosticsEncoder, encode_findings
from .position import Encoding
from .session import file_path

if TYPE_CHECKING:
    from .server import PlansmithServer

logger = logging.getLogger(__name__)

MAX_DOCUMENTS: Final = 2_000
_MAX_ENTRIES: Final = 200_000
# Clients pull every few seconds: a search that took longer than this is good for so many times as long.
_SHORT: Final = 0.05  # seconds
_TIMES: Final = 50

NONE: Final = b"[]"
UNREAD: Final = "unreadable-file"


class _Checked(NamedTuple):
    stamp: tuple[int, ...]  # the file's times of modification and of change, and its size
    configuration: Configuration
    items: bytes
    files: RootFiles
    answers: Answers  # what the findings hang on in the workspace


class _Search(NamedTuple):
    documents: list[Found]
    revision: int
    until: float


class ClosedDocuments:
    """The findings of files, kept until the file or its configuration changes."""

    def __init__(self, server: PlansmithServer) -> None:
        """Nothing is read before it is asked for."""
        self._server = server
        self._configurations: Configurations | None = None
        self._revision = 0
        self._search: _Search | None = None
        self._checked: dict[str, _Checked] = {}
        self._reading = asyncio.Lock()
        self._problems: set[str] = set()  # those that are said already
        self._told = False  # whether the client tells of changed documents
        self._uris: dict[str, str] = {}  # as the client spells them
        self._shown: dict[str, bytes] = {}  # what was pushed; nothing where the client shows what was open
        self._due: set[str] | None = None
        self._publishing: asyncio.Future[None] | None = None
        self._files_changed = False
        self._comparing: asyncio.Future[None] | None = None

    async def read(self, only: Collection[str] | None = None) -> dict[str, bytes]:
        """The findings of the closed documents by their paths, as JSON arrays; of all, or of some paths `only`."""
        session = self._server.session
        folders = session.folder_paths()
        async with self._reading:
            configurations = self._configurations
            if configurations is None:
                configurations = self._configurations = Configurations(trusted=session.trusted)
            stop = threading.Event()
            try:
                opened = self._opened()
                found = await asyncio.to_thread(self._read, folders, configurations, opened, only, stop)
            finally:
                stop.set()
        self._server.configurations.found_inside(configuration.root for configuration in configurations.loaded)
        opened = self._opened()
        return {path: items for path, items in found.items() if path not in opened}

    async def documents(self) -> list[Found]:
        """The documents of the workspace's folders, open or not."""
        session = self._server.session
        async with self._reading:
            if self._configurations is None:
                self._configurations = Configurations(trusted=session.trusted)
            return await asyncio.to_thread(self._find, session.folder_paths(), self._configurations)

    def changed(self, uris: Iterable[str]) -> None:
        """Take note of files that were made, changed or deleted; only documents that are not open matter here."""
        opened = self._opened()
        paths = set()
        for uri in uris:
            path = file_path(uri)
            if path is not None and path.name.lower().endswith(ENDINGS):
                self._told = True
                if str(path) not in opened:
                    paths.add(str(path))
                    self._uris[str(path)] = uri
        if not paths:
            return
        self._revision += 1
        for name in paths:
            self._checked.pop(name, None)  # a second change may leave the same time and size
        self._server.refresh_pulled()
        self._publish(paths)

    def reload(self) -> None:
        """Configurations have changed, or whether they are trusted, or the workspace's folders."""
        self._configurations = None
        self._revision += 1
        self._publish(())

    def files_changed(self) -> None:
        """Take note that files of any kind were made or deleted; findings that hang on them are shown anew."""
        self._files_changed = bool(self._checked)
        if self._files_changed and (self._comparing is None or self._comparing.done()):
            self._comparing = asyncio.ensure_future(self._compare())
            self._server.keep(self._comparing)

    async def _compare(self) -> None:
        while self._files_changed:
            self._files_changed = False
            async with self._reading:
                is_outdated = await asyncio.to_thread(self._is_outdated)
            if is_outdated:
                self._server.refresh_pulled()
                self._publish(())

    def opened(self, uri: str) -> None:
        """From now on the open document's findings are shown."""
        self._shown.pop(str(file_path(uri)), None)

    def closed(self, uri: str) -> None:
        """Show what the file has instead of what was open; nothing to a client that would not tell of its changes."""
        path = file_path(uri)
        if self._server.session.client.pulls:
            return
        if path is None or not (self._told or self._server.session.client.watches):
            self._server.publish_raw(uri, None, NONE)
            return
        self._uris[str(path)] = uri
        self._shown[str(path)] = b""
        self._publish((str(path),))

    def uri(self, path: str) -> str:
        """What a document is called, by its client where that has named it."""
        return self._uris.get(path) or from_fs_path(path) or ""

    def _opened(self) -> set[str]:
        return {str(file_path(uri)) for uri in self._server.session.documents}

    def _publish(self, paths: Collection[str]) -> None:
        """Push the findings of some files, and what has changed in those that were pushed before."""
        if self._server.session.client.pulls or not (paths or self._shown):
            return
        self._due = {*(self._due or ()), *paths}
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.ensure_future(self._publish_due())
            self._server.keep(self._publishing)

    async def _publish_due(self) -> None:
        while self._due is not None:
            paths, self._due = self._due | set(self._shown), None
            found = await self.read(paths)
            for path in sorted(paths - self._opened()):
                items = found.get(path, NONE)
                if items != self._shown.get(path, NONE):
                    self._server.publish_raw(self.uri(path), None, items)
                if items == NONE:
                    self._shown.pop(path, None)
                else:
                    self._shown[path] = items

    # In a thread of its own.

    def _read(
        self,
        folders: Collection[str],
        configurations: Configurations,
        opened: Collection[str],
        only: Collection[str] | None,
        stop: threading.Event,
    ) -> dict[str, bytes]:
        documents = self._find(folders, configurations)
        for path in set(self._checked).difference(found.path for found in documents):
            self._checked.pop(path, None)
        scanner = Scanner()
        items = {}
        for path, configuration in documents:
            if stop.is_set():
                break
            if path in opened or (only is not None and path not in only):
                continue
            try:
                status = os.stat(path)
            except OSError:
                continue
            stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size
            known = self._checked.get(path)
            is_same = known is not None and known.stamp == stamp and known.configuration is configuration
            if known is None or not is_same or not self._holds(path, known):
                known = self._checked[path] = self._check(path, stamp, configuration, scanner)
            items[path] = known.items
        return items

    def _holds(self, path: str, known: _Checked) -> bool:
        """Whether a file's findings are the same with the workspace's files as they are now."""
        files = self._server.session.root_files(known.configuration)
        if files is not known.files:
            if not known.answers.hold_in(files.of(path)):
                return False
            self._checked[path] = known._replace(files=files)
        return True

    def _is_outdated(self) -> bool:
        every = [self._holds(path, known) for path, known in list(self._checked.items())]
        return not all(every)

    def _find(self, folders: Collection[str], configurations: Configurations) -> list[Found]:
        search, revision, start = self._search, self._revision, time.monotonic()
        if search is not None and search.revision == revision and start < search.until:
            return search.documents
        found = find_documents(folders, configurations, limit=MAX_DOCUMENTS, limit_entries=_MAX_ENTRIES)
        for problem in found.problems:
            if problem not in self._problems:
                self._problems.add(problem)
                logger.warning("closed documents: %s", problem)
        end = time.monotonic()
        took = end - start
        self._search = _Search(found.documents, revision, end + (_TIMES * took if took > _SHORT else 0))
        return found.documents

    def _check(self, path: str, stamp: tuple[int, ...], configuration: Configuration, scanner: Scanner) -> _Checked:
        session = self._server.session
        files = session.root_files(configuration)
        try:
            text = read_document(path).text
        except DocumentError as problem:
            items = _unread(path, problem) if os.path.exists(path) else NONE
            return _Checked(stamp, configuration, items, files, Answers())
        checker = configuration.checker(path)
        document = Document(text, checker.format, scanner)
        analysis = Analysis(document, checker, files.of(path))
        encoder = DiagnosticsEncoder(self.uri(path), session.client.encoding, related=session.client.related)
        items = encoder.encode(document, analysis.report())
        return _Checked(stamp, configuration, items, files, analysis.answers())


def _unread(path: str, problem: DocumentError) -> bytes:
    """Why a file is not checked, where its findings would stand."""
    message = unread_message(str(problem).removeprefix(f"{path}: "))
    finding = Finding(Span(0, 0, 0, 0), message, severity=Severity.ERROR, rule=UNREAD)
    return encode_findings("", [finding], Encoding.UTF16)
