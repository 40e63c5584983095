"""What all plans of the workspace say, open and closed: their tasks and steps, and the files that they mention.

A closed file is read in a thread, and only once until it changes.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.package_places import find_package_places
from plansmith.plan.path_text import from_root
from plansmith.plan.paths import find_paths
from plansmith.plan.scanner import Scanner
from plansmith.plan.symbols import task_symbols
from plansmith.plan.text import Span
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.discover import Found
from plansmith.workspace.moved_paths import Reader
from plansmith.workspace.source import DocumentError, read_document

from .position import Encoding
from .session import OpenDocument, Session, file_path
from .slices import LONG, in_slices

if TYPE_CHECKING:
    from .server import PlansmithServer

_MAX_MENTIONS: Final = 10_000  # of one plan
_AT_ONCE: Final = 100  # files that are read before others have their turn

Range = dict[str, dict[str, int]]


class Named(NamedTuple):
    """A task or a step of some plan."""

    name: str
    folded: str
    kind: str
    container: str
    range: Range


class Mention(NamedTuple):
    """A place that names a file: where that may be, from the document's root and from its folder."""

    files: tuple[str, ...]  # absolute
    range: Range
    path: str  # without `./` at its start
    is_link: bool
    has_dot: bool  # whether `./` stands at its start


class PackageMention(NamedTuple):
    """A place that names a package, by the one spelling for all that mean the same."""

    name: str
    range: Range


class Plan(NamedTuple):
    """One document, as a client calls it."""

    uri: str
    symbols: tuple[Named, ...] = ()
    mentions: tuple[Mention, ...] = ()
    packages: tuple[PackageMention, ...] = ()
    reader: Reader | None = None  # None where it has no file


class Batch(NamedTuple):
    """Some plans, and how many files of how many are read by then."""

    plans: list[Plan]
    read: int
    total: int

    @property
    def told(self) -> tuple[str, int]:
        """How far the reading has come, in words and in per cent."""
        return f"{self.read} of {self.total} files", 100 * self.read // max(self.total, 1)


class _Known(NamedTuple):
    stamp: tuple[int, ...]
    configuration: Configuration
    plan: Plan


class _Opened(NamedTuple):
    opened: OpenDocument
    revision: int
    plan: Plan


class Plans:
    """The plans of the workspace."""

    def __init__(self, server: PlansmithServer) -> None:
        """Nothing is read before it is asked for."""
        self._server = server
        self._known: dict[str, _Known] = {}
        self._opened: dict[str, _Opened] = {}
        self._reading = asyncio.Lock()

    async def read(self) -> list[Plan]:
        """All plans, the open ones first."""
        return [plan async for batch in self.batches() for plan in batch.plans]

    async def batches(self) -> AsyncIterator[Batch]:
        """All plans, the open ones first, then some files at a time; between them others have their turn."""
        found = await self._server.closed.documents()
        async with self._reading:
            for path in set(self._known).difference(each.path for each in found):
                del self._known[path]
        scanner = Scanner()
        opened = {str(file_path(uri)) for uri in self._server.session.documents}
        await self._read_long()
        yield Batch(list(self.opened()), 0, len(found))
        for start in range(0, len(found), _AT_ONCE):
            some = found[start : start + _AT_ONCE]
            stop = threading.Event()
            async with self._reading:
                try:
                    plans = await asyncio.to_thread(self._read, some, opened, scanner, stop)
                finally:
                    stop.set()
            yield Batch(plans, start + len(some), len(found))

    def opened(self) -> Iterator[Plan]:
        """The plans that are open; each is kept for as long as its text stands."""
        session = self._server.session
        for uri in set(self._opened).difference(session.documents):
            del self._opened[uri]
        for opened in session.documents.values():
            if not opened.is_off and opened.document.tasks:
                plan = self._kept(opened)
                if plan is None:
                    where = whereabouts(session, opened.uri)
                    plan = read_plan(opened.uri, where, opened.document, session.client.encoding)
                    self._opened[opened.uri] = _Opened(opened, opened.revision, plan)
                yield plan

    def _kept(self, opened: OpenDocument) -> Plan | None:
        """What an open plan says, if it was read as it stands."""
        known = self._opened.get(opened.uri)
        if known is None or known.opened is not opened or known.revision != opened.revision:
            return None
        return known.plan

    async def _read_long(self) -> None:
        """Read long open documents some lines at a time, so that what is left to do is done at once."""
        for opened in list(self._server.session.documents.values()):
            if len(opened.document.lines) > LONG and self._kept(opened) is None:
                await in_slices(_read_tasks(opened.document.snapshot()))

    def _read(self, found: list[Found], opened: set[str], scanner: Scanner, stop: threading.Event) -> list[Plan]:
        plans = []
        for path, configuration in found:
            if stop.is_set():
                break
            if path in opened:
                continue
            try:
                status = os.stat(path)
                stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size
                known = self._known.get(path)
                if known is None or known.stamp != stamp or known.configuration is not configuration:
                    document = Document(read_document(path).text, configuration.checker(path).format, scanner)
                    plan = self._plan(path, configuration, document)
                    known = self._known[path] = _Known(stamp, configuration, plan)
            except (OSError, DocumentError):
                continue  # its diagnostics say so
            if known.plan.symbols:
                plans.append(known.plan)
        return plans

    def _plan(self, path: str, configuration: Configuration, document: Document) -> Plan:
        uri = self._server.closed.uri(path)
        if document.flag is False:
            return Plan(uri)
        where = Whereabouts(path, configuration.root, configuration.code_root)
        return read_plan(uri, where, document, self._server.session.client.encoding)


def _read_tasks(document: Document) -> Iterator[int]:
    """Have each task keep what a plan says of it; yields lines."""
    for task in document.tasks:
        task_symbols(task)
        find_package_places(task)
        find_paths(task)
        yield len(task.lines)


def read_plan(uri: str, where: Whereabouts | None, document: Document, encoding: Encoding) -> Plan:
    """What a document says; without `where` it has no file, and its paths lead nowhere."""
    symbols: list[Named] = []
    mentions: list[Mention] = []
    packages: list[PackageMention] = []
    for index, task in enumerate(document.tasks):
        start = document.start_of(index)
        for name, folded, kind, span, container in task_symbols(task):
            symbols.append(Named(name, folded, kind, container, _range(document, span.shifted(start), encoding)))
        if len(mentions) + len(packages) >= _MAX_MENTIONS:
            continue
        packages += [
            PackageMention(package.name, _range(document, package.span.shifted(start), encoding))
            for package in find_package_places(task)
        ]
        if where is None:
            continue
        for place in find_paths(task):
            files = possible_files(place.path, where)
            if files:
                span = place.span
                has_dot = task.lines[span.line].startswith("./", span.start)
                placed = _range(document, span.shifted(start), encoding)
                mentions.append(Mention(files, placed, place.path, place.is_link, has_dot))
    reader = None if where is None else Reader(where.path, where.root)
    return Plan(uri, tuple(symbols), tuple(mentions), tuple(packages), reader)


class Whereabouts(NamedTuple):
    """Where a document and what it names may lie, absolute."""

    path: str
    root: str
    code_root: str


def whereabouts(session: Session, uri: str) -> Whereabouts | None:
    """Where a document lies; None for one without a file."""
    path = file_path(uri)
    if path is None:
        return None
    configuration = session.configuration(uri)
    return Whereabouts(str(path), configuration.root, configuration.code_root)


def possible_files(path: str, where: Whereabouts) -> tuple[str, ...]:
    """Where a path of a document may lead: from the root, from the code's root, from the document's own folder."""
    roots = [where.root, where.code_root, os.path.dirname(where.path)]
    inside = from_root(path)
    found = [os.path.normpath(os.path.join(root, inside)) for root in roots if root and inside]
    if not inside:
        above = os.path.normpath(os.path.join(roots[-1], path))
        found = [above] if above.startswith(where.root.rstrip(os.sep) + os.sep) else []
    return tuple(dict.fromkeys(found))


def _range(document: Document, span: Span, encoding: Encoding) -> Any:
    lines = document.lines
    return {
        "start": {"line": span.line, "character": encoding.to_client(lines[span.line], span.start)},
        "end": {"line": span.end_line, "character": encoding.to_client(lines[span.end_line], span.end)},
    }
