"""Files that plans name: from a path to the file, and from a path to all plans that mention that file."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path

from plansmith.plan.path_text import from_root
from plansmith.plan.paths import MODIFIED, NEW, PathPlace, find_paths, path_at
from plansmith.plan.text import Span
from plansmith.plan.urls import find_urls

from .plans import possible_files
from .session import OpenDocument, file_path

if TYPE_CHECKING:
    from .server import PlansmithServer

MAX_PLACES: Final = 5_000
MAX_LINKS: Final = 5_000
_LINE: Final = re.compile(r":(?P<line>[1-9]\d{0,6})")


class NamedPath(NamedTuple):
    """A path at a place of a document, and its place by absolute lines."""

    place: PathPlace
    span: Span
    line: int  # of the file, as far as the path names one; else 0


def register_links(server: PlansmithServer) -> None:
    """Register links to files and addresses."""
    server.answer_raw(types.TEXT_DOCUMENT_DOCUMENT_LINK, lambda params: document_links(server, params))


def named_path(opened: OpenDocument, line: int, column: int) -> NamedPath | None:
    """The path that a place of a document names."""
    document = opened.document
    if not 0 <= line < len(document.lines):
        return None
    index = document.task_at(line)
    if index is None:
        return None
    start = document.start_of(index)
    found = path_at(document.tasks[index], line - start, column)
    if found is None:
        return None
    span = found.span.shifted(start)
    row = _LINE.match(document.lines[span.end_line], span.end)
    return NamedPath(found, span, int(row["line"]) - 1 if row else 0)


async def file_definition(
    server: PlansmithServer, opened: OpenDocument, named: NamedPath
) -> list[types.LocationLink] | types.Location | None:
    """The file that a path names, where there is one in the workspace."""
    path = (await file_finder(server, opened))(named.place.path)
    uri = from_fs_path(path) if path is not None else None
    if uri is None:
        return None
    top = types.Position(named.line, 0)
    where = types.Range(top, top)
    if not opened.client.links_definitions:
        return types.Location(uri=uri, range=where)
    origin = opened.positions.range(named.span)
    return [types.LocationLink(uri, where, where, origin)]


async def file_references(server: PlansmithServer, opened: OpenDocument, named: NamedPath) -> list[types.Location]:
    """All places of all plans that mention the file which a path names, there or not; open plans first."""
    wanted = await _target(server, opened, named.place.path)
    found: list[types.Location] = []
    if wanted is None:
        return found
    for plan in await server.plans.read():
        for mention in plan.mentions:
            where = mention.range
            if wanted in mention.files and len(found) < MAX_PLACES:
                places = [types.Position(where[end]["line"], where[end]["character"]) for end in ("start", "end")]
                found.append(types.Location(uri=plan.uri, range=types.Range(*places)))
    return found


def path_highlights(opened: OpenDocument, named: NamedPath) -> list[types.DocumentHighlight]:
    """All places of a document that name the same path; those that list it are where it is written."""
    document, positions = opened.document, opened.positions
    wanted = from_root(named.place.path)
    found = []
    for index, task in enumerate(document.tasks):
        for place in find_paths(task):
            if place.path == named.place.path or (wanted is not None and from_root(place.path) == wanted):
                listed = place.role in (NEW, MODIFIED)
                kind = types.DocumentHighlightKind.Write if listed else types.DocumentHighlightKind.Read
                where = positions.range(place.span.shifted(document.start_of(index)))
                found.append(types.DocumentHighlight(range=where, kind=kind))
    return found[:MAX_PLACES]


def document_links(server: PlansmithServer, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
    """Links of the paths that exist in the workspace, and of addresses outside code."""
    opened = server.session.documents.get(params["textDocument"]["uri"])
    if opened is None or opened.is_off or not opened.document.tasks:
        return b"[]"
    return _document_links(server, opened)


async def _document_links(server: PlansmithServer, opened: OpenDocument) -> bytes:
    find = await file_finder(server, opened)
    document = opened.document  # as it stands now: nothing is awaited from here on
    encoding, tooltips = opened.client.encoding, opened.client.link_tooltips
    found: list[dict[str, Any]] = []

    def add(span: Span, start: int, target: str, tooltip: str) -> None:
        line = document.lines[start + span.line]
        where = [
            {"line": start + span.line, "character": encoding.to_client(line, column)}
            for column in (span.start, span.end)
        ]
        link: dict[str, Any] = {"range": {"start": where[0], "end": where[1]}, "target": target}
        if tooltips and tooltip:
            link["tooltip"] = tooltip
        found.append(link)

    known: dict[str, str | None] = {}
    index = 0
    for unit, start in zip(document.units, document.starts, strict=True):
        for url, span in find_urls(unit):
            add(span, start, url, "")
        if index < len(document.tasks) and unit is document.tasks[index]:
            for place in find_paths(document.tasks[index]):
                if place.is_link:
                    continue  # an editor follows it by itself
                if place.path not in known:
                    file = find(place.path)
                    known[place.path] = from_fs_path(file) if file is not None else None
                target = known[place.path]
                if target is not None:
                    add(place.span, start, target, f"Open {place.path}")
            index += 1
        if len(found) >= MAX_LINKS:
            break
    return json.dumps(found[:MAX_LINKS]).encode()


async def file_finder(server: PlansmithServer, opened: OpenDocument) -> Callable[[str], str | None]:
    """Says where the file is that a path of a document names: absolute, None for a folder or what is not there."""
    files = (await server.surroundings(opened.uri)).files
    path, root = file_path(opened.uri), server.session.root(opened.uri)
    if files is None or path is None or root is None:
        return lambda _: None
    prefix = f"{root}/"

    def find(name: str) -> str | None:
        for file in possible_files(name, str(path), str(root)):
            if files.is_file(file.removeprefix(prefix)):
                return file
        return None

    return find


async def _target(server: PlansmithServer, opened: OpenDocument, path: str) -> str | None:
    """The file that a path of a document means, absolute: the one that is there, else from the root."""
    found = (await file_finder(server, opened))(path)
    if found is not None:
        return found
    document, root = file_path(opened.uri), server.session.root(opened.uri)
    if document is None or root is None:
        return None
    return next(iter(possible_files(path, str(document), str(root))), None)
