"""Files that plans name: from a path to the file, and from a path to all plans that mention that file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path

from plansmith.plan.document import Document
from plansmith.plan.package_places import find_mentions, find_package_places, name_at, package_at, source_of
from plansmith.plan.paths import MODIFIED, NEW, find_paths, listed_files, path_at
from plansmith.plan.text import Span
from plansmith.plan.tree import Task
from plansmith.plan.urls import find_urls
from plansmith.workspace.declarations import find_declaration

from .parts import Parts
from .plans import Plan, possible_files, whereabouts
from .position import Positions
from .progress import asked_progress
from .session import OpenDocument
from .slices import LONG, in_slices

if TYPE_CHECKING:
    from .server import PlansmithServer

MAX_PLACES: Final = 5_000
MAX_LINKS: Final = 5_000
_LINE: Final = re.compile(r"(?::L?|#L)(?P<line>[1-9]\d{0,6})")


class NamedPath(NamedTuple):
    """A path at a place of a document, and its place by absolute lines."""

    path: str
    span: Span
    line: int  # of the file, as far as the path names one; else 0


class NamedPackage(NamedTuple):
    """A package at a place of a document, in the one spelling for all that mean the same."""

    name: str
    task: int  # the index of the task that the place lies in
    span: Span  # by absolute lines


def register_links(server: PlansmithServer) -> None:
    """Register links to files and addresses."""
    server.answer_raw(types.TEXT_DOCUMENT_DOCUMENT_LINK, lambda params: document_links(server, params))


def named_at(opened: OpenDocument, line: int, column: int) -> NamedPath | NamedPackage | None:
    """The file or package that a place of a document names."""
    document = opened.document
    if not 0 <= line < len(document.lines):
        return None
    index = document.task_at(line)
    if index is None:
        return None
    task, start = document.tasks[index], document.start_of(index)
    package = package_at(task, line - start, column)
    if package is not None:
        return NamedPackage(package.name, index, package.span.shifted(start))
    found = path_at(task, line - start, column)
    if found is None:
        name = name_at(task, line - start, column)
        if name is None or not is_package(opened, name.name):
            return None
        return NamedPackage(name.name, index, name.span.shifted(start))
    span = found.span.shifted(start)
    row = _LINE.match(document.lines[span.end_line], span.end)
    return NamedPath(found.path, span, int(row["line"]) - 1 if row else 0)


def is_package(opened: OpenDocument, name: str) -> bool:
    """Whether a name is that of a package: some task of the document adds it, or a manifest has it already."""
    if any(place.name == name for task in opened.document.tasks for place in find_package_places(task)):
        return True
    return opened.files is not None and opened.files.has_package(name) is True


def package_definition(
    server: PlansmithServer, opened: OpenDocument, named: NamedPackage
) -> list[types.LocationLink] | types.Location | None:
    """What adds a package: the first command, up to this task, that installs it; else the manifest that declares it.

    Where there is neither, the first list of what is added that names it.
    """
    document = opened.document
    found = source_of(document.tasks, named.task, named.name)
    if found is None:
        files = server.session.files_around(opened.uri)
        declared = find_declaration(files, named.name) if files is not None else None
        uri = from_fs_path(declared.path) if declared is not None else None
        if declared is not None and uri is not None:
            where = Positions(declared.lines, opened.client.encoding).range(declared.span)
            return _linked(opened, named.span, uri, where)
        found = source_of(document.tasks, named.task, named.name, is_listed=True)
    if found is None:
        return None
    owner, span = found
    return _linked(opened, named.span, opened.uri, opened.positions.range(span.shifted(document.start_of(owner))))


def _linked(
    opened: OpenDocument, origin: Span, uri: str, where: types.Range
) -> list[types.LocationLink] | types.Location:
    if not opened.client.links_definitions:
        return types.Location(uri=uri, range=where)
    return [types.LocationLink(uri, where, where, opened.positions.range(origin))]


def file_definition(
    server: PlansmithServer, opened: OpenDocument, named: NamedPath
) -> list[types.LocationLink] | types.Location | None:
    """The file that a path names; of one that is not there yet where a task of the document lists it as new."""
    path = find_file(server, opened, named.path)
    uri = from_fs_path(path) if path is not None else None
    if uri is None:
        made = _made_at(server, opened, named)
        if made is None or made == named.span:
            return None
        return _linked(opened, named.span, opened.uri, opened.positions.range(made))
    top = types.Position(named.line, 0)
    return _linked(opened, named.span, uri, types.Range(top, top))


def _made_at(server: PlansmithServer, opened: OpenDocument, named: NamedPath) -> Span | None:
    """Where a task lists a file as new, by absolute lines."""
    where = whereabouts(server.session, opened.uri)
    wanted = possible_files(named.path, where) if where is not None else ()
    if where is None or not wanted:
        return None
    document = opened.document
    for index, task in enumerate(document.tasks):
        for place in listed_files(task).new:
            if not set(wanted).isdisjoint(possible_files(place.path, where)):
                return place.span.shifted(document.start_of(index))
    return None


async def references_to(
    server: PlansmithServer,
    opened: OpenDocument,
    named: NamedPath | NamedPackage,
    work_token: int | str | None = None,
    parts_token: int | str | None = None,
) -> list[types.Location]:
    """All places of all plans that name the same file, there or not, or the same package; open plans first.

    A client that takes parts gets those of each batch of files as they are read.
    """
    wanted = named.name if isinstance(named, NamedPackage) else _target(server, opened, named.path)
    found: list[types.Location] = []
    parts = Parts(server, parts_token)
    count = 0
    async with asked_progress(server, work_token, "Searching plans", "reading") as progress:
        async for batch in server.plans.batches():
            progress.report(*batch.told)
            for plan in batch.plans:
                ranges = _places_in(server, plan, named, wanted)[: MAX_PLACES - count]
                count += len(ranges)
                found += [types.Location(uri=plan.uri, range=where) for where in ranges]
            if parts.are_taken:
                await parts.send(list(map(_encoded, found)))
                found.clear()
    return found


def _encoded(location: types.Location) -> bytes:
    start, end = location.range.start, location.range.end
    where = {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }
    return json.dumps({"uri": location.uri, "range": where}).encode()


def _places_in(
    server: PlansmithServer, plan: Plan, named: NamedPath | NamedPackage, wanted: str | None
) -> list[types.Range]:
    """The places of one plan that name the same; in an open one code that is no more than a package's name, too."""
    opened = server.session.documents.get(plan.uri)
    if isinstance(named, NamedPackage) and opened is not None:
        return [opened.positions.range(span) for span, _ in _mentions(opened.document, named.name)]
    if isinstance(named, NamedPackage):
        ranges = [where for name, where in plan.packages if name == wanted]
    else:
        ranges = [mention.range for mention in plan.mentions if wanted in mention.files]
    return [
        types.Range(*(types.Position(where[end]["line"], where[end]["character"]) for end in ("start", "end")))
        for where in ranges
    ]


def _mentions(document: Document, package: str) -> list[tuple[Span, bool]]:
    """The places of a document that name a package, by absolute lines; and whether they list it."""
    return [
        (span.shifted(document.start_of(index)), is_listed)
        for index, task in enumerate(document.tasks)
        for span, is_listed in find_mentions(task, package)
    ]


def highlights_of(opened: OpenDocument, named: NamedPath | NamedPackage) -> list[types.DocumentHighlight]:
    """All places of a document that name the same; those that list it are where it is written."""
    document, positions = opened.document, opened.positions
    if isinstance(named, NamedPackage):
        places = _mentions(document, named.name)
    else:
        places = [
            (each.span.shifted(document.start_of(index)), each.role in (NEW, MODIFIED))
            for index, task in enumerate(document.tasks)
            for each in find_paths(task)
            if each.path == named.path
        ]
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    return [
        types.DocumentHighlight(range=positions.range(span), kind=write if is_listed else read)
        for span, is_listed in places[:MAX_PLACES]
    ]


def document_links(server: PlansmithServer, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
    """Links of the paths that exist in the workspace, and of addresses outside code."""
    opened = server.session.documents.get(params["textDocument"]["uri"])
    if opened is None or opened.is_off or not opened.document.tasks:
        return b"[]"
    if len(opened.document.lines) > LONG:
        return _long_links(server, opened, opened.document.snapshot())
    return _links(server, opened, opened.document)


async def _long_links(server: PlansmithServer, opened: OpenDocument, snapshot: Document) -> bytes:
    """The links of the text as it stood when it was asked."""
    await in_slices(_read(snapshot))
    return _links(server, opened, snapshot)


def _read(document: Document) -> Iterator[int]:
    """Have each task keep its paths and addresses; yields lines."""
    for task in document.tasks:
        find_paths(task)
        find_urls(task)
        yield len(task.lines)


def _links(server: PlansmithServer, opened: OpenDocument, document: Document) -> bytes:
    encoding = opened.client.encoding
    found: list[dict[str, Any]] = []

    def add(span: Span, start: int, target: str, tooltip: str) -> None:
        number = start + span.line
        line = document.lines[number]
        begin, end = encoding.to_client(line, span.start), encoding.to_client(line, span.end)
        where = {"start": {"line": number, "character": begin}, "end": {"line": number, "character": end}}
        found.append({"range": where, "target": target, **({"tooltip": tooltip} if tooltip else {})})

    known: dict[str, str | None] = {}
    for unit, start in zip(document.units, document.starts, strict=True):
        for url, span in find_urls(unit):
            add(span, start, url, "")
        for place in find_paths(unit) if isinstance(unit, Task) else ():
            if place.is_link:
                continue  # an editor follows it by itself
            path = place.path
            if path not in known:
                file = find_file(server, opened, path)
                known[path] = from_fs_path(file) if file is not None else None
            target = known[path]
            if target is not None:
                add(place.span, start, target, f"Open {path}" if opened.client.link_tooltips else "")
        if len(found) >= MAX_LINKS:
            break
    return json.dumps(found[:MAX_LINKS]).encode()


def find_file(server: PlansmithServer, opened: OpenDocument, path: str) -> str | None:
    """The file that a path of a document names, absolute; None for a folder, and for what is not there."""
    files = server.session.files(opened.uri)
    found = files.absolute(path) if files is not None else None
    return found if found is not None and os.path.isfile(found) else None


def _target(server: PlansmithServer, opened: OpenDocument, path: str) -> str | None:
    """The file that a path of a document means, absolute: the one that is there, else from the root."""
    files = server.session.files(opened.uri)
    found = files.absolute(path) if files is not None else None
    if found is not None:
        return os.path.normpath(found)
    where = whereabouts(server.session, opened.uri)
    return next(iter(possible_files(path, where)), None) if where is not None else None
