"""The structure of a document: its outline, what can be folded, and what a selection grows to."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from plansmith.plan.selection import enclosing

from .parts import Parts
from .progress import asked_progress
from .slices import LONG, in_slices

if TYPE_CHECKING:
    from .server import PlansmithServer
    from .session import OpenDocument


_PART: Final = 50  # symbols in one partial result


def register_structure(server: PlansmithServer) -> None:
    """Register what answers questions about a document's structure."""
    options = types.DocumentSymbolOptions(work_done_progress=True)
    server.answer_raw(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, lambda params: document_symbol(server, params), options)
    server.answer_raw(types.TEXT_DOCUMENT_FOLDING_RANGE, lambda params: _folding(_opened(server, params)))
    server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)(selection_range)


def _opened(server: PlansmithServer, params: dict[str, Any]) -> OpenDocument | None:
    opened = server.session.documents.get(params["textDocument"]["uri"])
    return None if opened is None or opened.is_off else opened


def document_symbol(server: PlansmithServer, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
    """The outline: at once, but for a client that wants to see it come."""
    opened = _opened(server, params)
    work, parts = params.get("workDoneToken"), params.get("partialResultToken")
    if opened is None:
        return b"[]"
    if work is None and parts is None and opened.outline.lacks(opened.document) <= LONG:
        return opened.outline.encode(opened.document)
    return _long_outline(server, opened, work, Parts(server, parts))


async def _long_outline(server: PlansmithServer, opened: OpenDocument, work: int | str | None, parts: Parts) -> bytes:
    """The outline of the text as it stands now; in parts of some symbols that lie in no other, for who takes them."""
    snapshot = opened.document.snapshot()
    async with asked_progress(server, work, "Outlining", "reading the document"):
        await in_slices(opened.outline.prepare(snapshot))
        return await parts.send_all(opened.outline.symbols(snapshot), _PART)


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
