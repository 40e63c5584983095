"""From a reference to what it means, and back: definition, references, highlights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from plansmith.plan.occurrences import HEADING, Occurrence, occurrence_at, occurrences

from .hierarchy import whole
from .mentions import (
    NamedPackage,
    NamedPath,
    file_definition,
    highlights_of,
    named_at,
    package_definition,
    references_to,
)
from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer


def register_navigation(server: PlansmithServer) -> None:
    """Register the ways from one place to others."""
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_REFERENCES, types.ReferenceOptions(work_done_progress=True))(references)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(document_highlight)


def definition(ls: PlansmithServer, params: types.DefinitionParams) -> list[types.LocationLink] | types.Location | None:
    """The heading of the task that a position speaks of, the file that it names, or what adds the package there."""
    opened, found = _at(ls, params)
    if opened is None or found is None:
        return None
    if isinstance(found, NamedPackage):
        return package_definition(ls, opened, found)
    if isinstance(found, NamedPath):
        return file_definition(ls, opened, found)
    return _heading_of(opened, found)


async def references(ls: PlansmithServer, params: types.ReferenceParams) -> list[types.Location] | None:
    """All places that speak of the task at a position, or all plans that name the file or package there."""
    opened, found = _at(ls, params)
    if opened is None or found is None:
        return None
    if not isinstance(found, Occurrence):
        return await references_to(ls, opened, found, params.work_done_token, params.partial_result_token)
    positions = opened.positions
    return [
        types.Location(uri=opened.uri, range=positions.range(each.span))
        for each in occurrences(opened.document, found.target)
        if each.kind != HEADING or params.context.include_declaration
    ]


def document_highlight(
    ls: PlansmithServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """The same, in this document."""
    opened, found = _at(ls, params)
    if opened is None or found is None:
        return None
    if not isinstance(found, Occurrence):
        return highlights_of(opened, found)
    positions = opened.positions
    return [
        types.DocumentHighlight(
            range=positions.range(each.span),
            kind=types.DocumentHighlightKind.Write if each.kind == HEADING else types.DocumentHighlightKind.Read,
        )
        for each in occurrences(opened.document, found.target)
    ]


def _at(
    ls: PlansmithServer, params: types.DefinitionParams | types.ReferenceParams | types.DocumentHighlightParams
) -> tuple[OpenDocument | None, Occurrence | NamedPath | NamedPackage | None]:
    opened = ls.session.documents.get(params.text_document.uri)
    if opened is None or opened.is_off:
        return None, None
    line, column = opened.positions.place(params.position)
    return opened, occurrence_at(opened.document, line, column) or named_at(opened, line, column)


def _heading_of(opened: OpenDocument, found: Occurrence) -> list[types.LocationLink] | types.Location:
    document, positions = opened.document, opened.positions
    heading = document.tasks[found.target].title_span.shifted(document.start_of(found.target))
    if not opened.client.links_definitions:
        return types.Location(uri=opened.uri, range=positions.range(heading))
    return [
        types.LocationLink(
            target_uri=opened.uri,
            target_range=positions.range(whole(document, found.target)),
            target_selection_range=positions.range(heading),
            origin_selection_range=positions.range(found.span),
        )
    ]
