"""What the server knows: the open documents, and the configuration of each root."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygls.uris import to_fs_path

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.graph import TaskKey
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import Edit, moved
from plansmith.rules.runner import Analysis, Checker, Report
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.loading import load_configuration
from plansmith.workspace.named_files import NamedFiles, RootFiles
from plansmith.workspace.roots import find_root, is_root
from plansmith.workspace.source import DocumentError, read_document

from .changes import read_changes
from .client import Client
from .diagnostics import DiagnosticsEncoder
from .folding import FoldingEncoder
from .outline import OutlineEncoder
from .position import Positions
from .semantic_tokens import TokensEncoder

logger = logging.getLogger(__name__)


_serials = itertools.count(1)


@dataclass(eq=False)
class TaskAnchor:
    """A task that is followed through edits: by its heading's line, or, where that is lost, by its identity."""

    line: int | None
    key: TaskKey
    label: str
    heading: str


class OpenDocument:
    """A document that the client has open: its text is the client's."""

    def __init__(self, uri: str, version: int, document: Document, client: Client) -> None:
        """`version` is the client's; `use` says by which rules it is checked."""
        self.uri = uri
        self.version = version
        self.document = document
        self.client = client
        self._serial = next(_serials)
        self._results = 0
        self._encoded = b""
        self._checked: tuple[int, object] = (-1, None)
        self._revision = 0
        self._report = Report((), 0)
        self._anchors: list[TaskAnchor] = []
        self._changed = asyncio.Event()
        self._changed_at = float("-inf")
        self.is_excluded = False
        self.tokens = TokensEncoder(client.encoding, client.tokens)
        self.being_written: list[TaskAnchor] = []
        self.outline = OutlineEncoder(uri, client.encoding, hierarchical=client.nests_symbols)
        self.folding = FoldingEncoder(
            client.encoding, lines_only=client.folds_lines_only, kinds=client.fold_kinds, limit=client.fold_limit
        )
        self.one_edit = asyncio.Lock()
        """Held by whoever has the client apply an edit, from finding its place until the text shows it."""

    def use(self, checker: Checker, files: Files | None, *, covered: bool) -> None:
        """Check by these rules from now on; not at all where the configuration does not cover the document."""
        self.is_excluded = not covered
        self.files = files
        self.analysis = Analysis(self.document, checker, files)
        self._encoder = DiagnosticsEncoder(self.uri, self.client.encoding, related=self.client.related)
        self._revision += 1

    def look(self, files: Files | None) -> bool:
        """See the workspace's files as they are now; whether a finding may be another because of that."""
        self.files = files
        changed = files is not None and self.analysis.look(files)
        self._revision += changed
        return changed

    def edit(self, edit: Edit) -> None:
        """Apply one change of the client's."""
        self.analysis.update(self.document.edit(edit))
        self._revision += 1
        for anchor in self._anchors:
            if anchor.line is not None:
                anchor.line = moved(anchor.line, edit)

    def replace(self, text: str) -> None:
        """Take a whole new text."""
        self.document = Document(text, self.document.format)
        self.use(self.analysis.checker, self.files, covered=not self.is_excluded)
        for anchor in self._anchors:
            anchor.line = None

    def anchor(self, index: int) -> TaskAnchor:
        """Follow a task through all edits until it is released."""
        task = self.document.tasks[index]
        anchor = TaskAnchor(
            self.document.start_of(index), self.document.graph.keys[index], task.label, task.heading.text
        )
        self._anchors.append(anchor)
        return anchor

    def release(self, anchor: TaskAnchor) -> None:
        """Follow a task no longer."""
        if anchor in self._anchors:
            self._anchors.remove(anchor)

    def has_changed(self) -> None:
        """Wake whoever waits for the client to show an edit."""
        self._changed.set()
        self._changed = asyncio.Event()
        self._changed_at = time.monotonic()

    def changed_within(self, seconds: float) -> bool:
        """Whether the text was changed that short a time ago."""
        return time.monotonic() - self._changed_at < seconds

    def forget_changes(self) -> None:
        """The last change says nothing of what the author does."""
        self._changed_at = float("-inf")

    async def shows(self, what: Callable[[], bool], seconds: float) -> bool:
        """Wait until the text that the client shows has something; False if it does not in time.

        A client's word that it applied an edit is not believed: Neovim says so of edits that it drops.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not what():
            rest = end - loop.time()
            if rest <= 0:
                return False
            try:
                await asyncio.wait_for(self._changed.wait(), rest)
            except asyncio.TimeoutError:
                return what()
        return True

    async def rests(self, quiet: float, most: float) -> bool:
        """Wait until nothing has changed for some seconds; False if the author types on and on."""
        end = asyncio.get_running_loop().time() + most
        while asyncio.get_running_loop().time() < end:
            try:
                await asyncio.wait_for(self._changed.wait(), quiet)
            except asyncio.TimeoutError:
                return True
        return False

    @property
    def checks_versions(self) -> bool:
        """Whether the client does not apply an edit that was made for another version."""
        return self.client.document_changes and self.edit_version > 0

    @property
    def edit_version(self) -> int:
        """The version that an edit of the text as it stands is for.

        Neovim takes version 0, of a document that was never changed, for none. It has no version 1: the first change
        makes it 3 at least. So an edit for 1 is applied to what was never changed, and to nothing else.
        """
        return 1 if self.version == 0 and self.client.takes_0_for_none else self.version

    @property
    def is_off(self) -> bool:
        """Whether the configuration or the document's own front matter says that it is none of ours."""
        return self.is_excluded or self.document.flag is False

    @property
    def positions(self) -> Positions:
        """The conversion between this document's places and the client's."""
        return Positions(self.document.lines, self.client.encoding)

    def report(self) -> Report:
        """The findings of the text as it stands."""
        if self._checked != (self._revision, self.analysis):
            self._report = Report((), 0) if self.is_excluded else self.analysis.report()
            self._checked = (self._revision, self.analysis)
            encoded = self._encoder.encode(self.document, self._report)
            if encoded != self._encoded:
                self._encoded = encoded
                self._results += 1
        return self._report

    @property
    def revision(self) -> int:
        """Another number whenever the text, or how it is checked, is another."""
        return self._revision

    @property
    def result_id(self) -> str:
        """Names what `diagnostics` gave last; changes exactly when that does, and never names two things."""
        return f"{self._serial}.{self._results}"

    def diagnostics(self) -> bytes:
        """The findings as a JSON array of diagnostics."""
        self.report()
        return self._encoded


class Session:
    """All that lives as long as the connection."""

    def __init__(self, client: Client, folders: list[str]) -> None:
        """`folders` are the URIs of the workspace's folders."""
        self.client = client
        self.folders = folders
        self.trusted = client.trusted
        self.documents: dict[str, OpenDocument] = {}
        self._scanner = Scanner()
        self._configurations: dict[Path, Configuration] = {}
        self._nowhere = Configuration("")
        self._files: dict[str, RootFiles] = {}

    def folder_paths(self) -> list[str]:
        """The workspace's folders that have a path."""
        return [str(path) for path in map(file_path, self.folders) if path is not None]

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Follow the client, by URIs; one that it spells otherwise than before is the same by its path."""
        gone = set(map(_named, removed))
        new = {_named(uri): uri for uri in added}
        self.folders = [uri for uri in self.folders if _named(uri) not in gone and _named(uri) not in new]
        self.folders += new.values()

    def open(self, uri: str, version: int, text: str) -> OpenDocument:
        """Take a document over from the client."""
        checker, covered = self.checker(uri)
        document = Document(text, checker.format, self._scanner)
        opened = self.documents[uri] = OpenDocument(uri, version, document, self.client)
        opened.use(checker, self.files(uri), covered=covered)
        return opened

    def ours(self, uri: str) -> OpenDocument | None:
        """An open document that rules run in; None for every other one."""
        opened = self.documents.get(uri)
        return opened if opened is not None and not opened.is_off and opened.document.is_ours else None

    def change(self, params: Any) -> OpenDocument | None:
        """Apply a `textDocument/didChange`, given as plain JSON; None for a document that is not open.

        Raises `MalformedError`, and changes nothing then.
        """
        uri, version, changes = read_changes(params)
        opened = self.documents.get(uri)
        if opened is None:
            return None
        for change in changes:
            if change.places is None:
                opened.replace(change.text)
            else:
                opened.edit(change.edit(opened.document.lines, self.client.encoding))
        if version is not None:
            opened.version = version
        opened.has_changed()
        return opened

    def read(self, uri: str) -> Document:
        """A document as the client has it open, else as its file is; raises `DocumentError`."""
        opened = self.documents.get(uri)
        if opened is not None:
            return opened.document
        path = file_path(uri)
        if path is None:
            raise DocumentError(f"{uri} is not open in the editor; open it and try again")
        return Document(read_document(path).text, self.configuration(uri).format, self._scanner)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self.documents.pop(uri, None)

    def root(self, uri: str) -> Path | None:
        """The root of a document; None for one that has no file."""
        path = file_path(uri)
        return find_root(path) if path else None

    def configuration(self, uri: str) -> Configuration:
        """The configuration that holds for a document; the defaults for one that has no file."""
        root = self.root(uri)
        if root is None:
            return self._nowhere
        known = self._configurations.get(root)
        if known is None:
            known = self._configurations[root] = load_configuration(root, trusted=self.trusted)
            for report in known.reports:
                if report.unread:
                    logger.warning("%s: %s; the defaults are in force", report.path, report.unread)
        return known

    def configurations(self) -> list[Configuration]:
        """The configurations of all roots that documents are open in."""
        return list(self._configurations.values())

    def checker(self, uri: str) -> tuple[Checker, bool]:
        """The rules that hold for a document, and whether the configuration covers it at all."""
        configuration = self.configuration(uri)
        path = file_path(uri)
        if path is None:
            return configuration.checker(), True
        return configuration.checker(str(path)), configuration.covers(str(path))

    def reload(self) -> Iterator[OpenDocument]:
        """Read all configurations anew, and check all documents by them; yields the documents."""
        self._configurations.clear()
        self._files.clear()
        for opened in self.documents.values():
            checker, covered = self.checker(opened.uri)
            if checker.format is not opened.document.format:
                opened.document = Document(opened.document.text, checker.format, self._scanner)
            opened.use(checker, self.files(opened.uri), covered=covered)
            yield opened

    def files(self, uri: str) -> NamedFiles | None:
        """The workspace's files as a document names them; None for one without a file, or alone in its folder.

        What no folder of the client's and no root of its own is around is edited by itself: nothing says that the
        files that it names lie beside it.
        """
        files = self.files_around(uri)
        return files.of(str(file_path(uri))) if files is not None else None

    def files_around(self, uri: str) -> RootFiles | None:
        """The files of the root that a document lies in; None as for `files`."""
        root = self.root(uri)
        if root is None or not (self.folders or is_root(str(root))):
            return None
        return self.root_files(self.configuration(uri))

    def root_files(self, configuration: Configuration) -> RootFiles:
        """The files of a root, as they were when they were asked for first."""
        known = self._files.get(configuration.root)
        if known is None:
            known = self._files[configuration.root] = RootFiles(configuration.root, configuration.code_root)
        return known

    def forget_files(self) -> None:
        """See the files anew when they are next asked for."""
        self._files.clear()

    def files_changed(self) -> Iterator[OpenDocument]:
        """See all files anew; yields the documents in which that may change a finding."""
        self._files.clear()
        for opened in self.documents.values():
            if opened.look(self.files(opened.uri)):
                yield opened


def _named(uri: str) -> str:
    """What a folder is known by."""
    return str(file_path(uri) or uri)


def file_path(uri: str) -> Path | None:
    """The path of a `file:` URI; None for any other scheme."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None
