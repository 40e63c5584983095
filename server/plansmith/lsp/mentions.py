"""Files that plans name: from a path to the file, and from a path to all plans that mention that file."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path

from plansmith.plan.package_places import find_package_places, package_at
from plansmith.plan.paths import MODIFIED, NEW, find_paths, path_at
from plansmith.plan.text import Span
from plansmith.plan.tree import Task
from plansmith.plan.urls import find_urls

from .plans import possible_files, whereabouts
from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer

MAX_PLACES: Final = 5_000
MAX_LINKS: Final = 5_000
_LINE: Final = re.compile(r":(?P<line>[1-9]\d{0,6})")


class NamedPath(NamedTuple):
    """A path at a place of a document, and its place by absolute lines."""

    path: str
    span: Span
    line: int  # of the file, as far as the path names one; else 0


class NamedPackage(NamedTuple):
    """A package at a place of a document."""

    name: str


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
        return NamedPackage(package.name)
    found = path_at(task, line - start, column)
    if found is None:
        return None
    span = found.span.shifted(start)
    row = _LINE.match(document.lines[span.end_line], span.end)
    return NamedPath(found.path, span, int(row["line"]) - 1 if row else 0)


def file_definition(
    server: PlansmithServer, opened: OpenDocument, named: NamedPath
) -> list[types.LocationLink] | types.Location | None:
    """The file that a path names, where there is one in the workspace."""
    path = find_file(server, opened, named.path)
    uri = from_fs_path(path) if path is not None else None
    if uri is None:
        return None
    top = types.Position(named.line, 0)
    where = types.Range(top, top)
    if not opened.client.links_definitions:
        return types.Location(uri=uri, range=where)
    origin = opened.positions.range(named.span)
    return [types.LocationLink(uri, where, where, origin)]


async def references_to(
    server: PlansmithServer, opened: OpenDocument, named: NamedPath | NamedPackage
) -> list[types.Location]:
    """All places of all plans that name the same file, there or not, or the same package; open plans first."""
    wanted = named.name if isinstance(named, NamedPackage) else _target(server, opened, named.path)
    found: list[types.Location] = []
    for plan in await server.plans.read():
        if isinstance(named, NamedPackage):
            ranges = [where for name, where in plan.packages if name == wanted]
        else:
            ranges = [mention.range for mention in plan.mentions if wanted in mention.files]
        for where in ranges[: MAX_PLACES - len(found)]:
            places = [types.Position(where[end]["line"], where[end]["character"]) for end in ("start", "end")]
            found.append(types.Location(uri=plan.uri, range=types.Range(*places)))
    return found


def highlights_of(opened: OpenDocument, named: NamedPath | NamedPackage) -> list[types.DocumentHighlight]:
    """All places of a document that name the same; those that list it are where it is written."""
    document, positions = opened.document, opened.positions
    found: list[types.DocumentHighlight] = []
    for index, task in enumerate(document.tasks):
        if isinstance(named, NamedPackage):
            places = [(each.span, each.is_listed) for each in find_package_places(task) if each.name == named.name]
        else:
            listed = (NEW, MODIFIED)
            places = [(each.span, each.role in listed) for each in find_paths(task) if each.path == named.path]
        for span, is_listed in places:
            kind = types.DocumentHighlightKind.Write if is_listed else types.DocumentHighlightKind.Read
            where = positions.range(span.shifted(document.start_of(index)))
            found.append(types.DocumentHighlight(range=where, kind=kind))
    return found[:MAX_PLACES]


def document_links(server: PlansmithServer, params: dict[str, Any]) -> bytes:
    """Links of the paths that exist in the workspace, and of addresses outside code."""
    opened = server.session.documents.get(params["textDocument"]["uri"])
    if opened is None or opened.is_off or not opened.document.tasks:
        return b"[]"
    document, encoding = opened.document, opened.client.encoding
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
