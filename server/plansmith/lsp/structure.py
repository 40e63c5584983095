"""The structure of a document: its outline, what can be folded, and what a selection grows to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from plansmith.plan.selection import enclosing

if TYPE_CHECKING:
    from .server import PlansmithServer
    from .session import OpenDocument


def register_structure(server: PlansmithServer) -> None:
    """Register what answers questions about a document's structure."""
    server.answer_raw(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, lambda params: _outline(_opened(server, params)))
    server.answer_raw(types.TEXT_DOCUMENT_FOLDING_RANGE, lambda params: _folding(_opened(server, params)))
    server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)(selection_range)


def _opened(server: PlansmithServer, params: dict[str, Any]) -> OpenDocument | None:
    opened = server.session.documents.get(params["textDocument"]["uri"])
    return None if opened is None or opened.is_off else opened


def _outline(opened: OpenDocument | None) -> bytes:
    return b"[]" if opened is None else opened.outline.encode(opened.document)


def _folding(opened: OpenDocument | None) -> bytes:
    return b"[]" if opened is None else opened.folding.encode(opened.document)


def selection_range(ls: PlansmithServer, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """For each position what a selection there grows to; null where there are no tasks."""
    opened = ls.session.documents.get(params.text_document.uri)
    if opened is None or opened.is_off or not opened.document.tasks:
        return None
    return [_selection(opened, position) for position in params.positions]


def _selection(opened: OpenDocument, position: types.Position) -> types.SelectionRange:
    positions = opened.positions
    found: types.SelectionRange | None = None
    for span in reversed(enclosing(opened.document, position.line, positions.column(position))):
        found = types.SelectionRange(range=positions.range(span), parent=found)
    if found is None:
        found = types.SelectionRange(range=types.Range(position, position))
    return found
