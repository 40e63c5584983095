"""The dependency tree as a call hierarchy: a task calls those that it waits for, and is called by those that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from plansmith.plan.document import Document
from plansmith.plan.graph import PREREQUISITES
from plansmith.plan.occurrences import occurrence_at
from plansmith.plan.outline import TASK, task_name
from plansmith.plan.states import state_of
from plansmith.plan.text import Span

from .lenses import find_reference, task_reference
from .outline import KINDS
from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer


def register_hierarchy(server: PlansmithServer) -> None:
    """Register the three requests of a call hierarchy."""
    server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)(prepare_hierarchy)
    server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)(incoming)
    server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)(outgoing)


def prepare_hierarchy(
    ls: PlansmithServer, params: types.CallHierarchyPrepareParams
) -> list[types.CallHierarchyItem] | None:
    """The task that a position speaks of."""
    opened = ls.session.documents.get(params.text_document.uri)
    if opened is None or opened.is_off:
        return None
    found = occurrence_at(opened.document, *opened.positions.place(params.position))
    return None if found is None else [_item(opened, found.target)]


def incoming(
    ls: PlansmithServer, params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    """The tasks that wait for one, each with its references to it."""
    opened, index = _task(ls, params.item)
    if opened is None or index is None:
        return None
    return [
        types.CallHierarchyIncomingCall(from_=_item(opened, other), from_ranges=_ranges(opened, other, index))
        for other in opened.document.graph.dependents[index]
    ]


def outgoing(
    ls: PlansmithServer, params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    """The tasks that one waits for, each with the references to it."""
    opened, index = _task(ls, params.item)
    if opened is None or index is None:
        return None
    return [
        types.CallHierarchyOutgoingCall(to=_item(opened, other), from_ranges=_ranges(opened, index, other))
        for other in opened.document.graph.prerequisites[index]
    ]


def _task(ls: PlansmithServer, item: types.CallHierarchyItem) -> tuple[OpenDocument | None, int | None]:
    """The task of an item: by its name, which outlives an edit, or else by its place."""
    opened = ls.session.documents.get(item.uri)
    if opened is None or opened.is_off:
        return None, None
    data: dict[str, Any] = item.data if isinstance(item.data, dict) else {}
    if data:
        return opened, find_reference(opened.document, data)
    return opened, opened.document.task_at(item.selection_range.start.line)


def _item(opened: OpenDocument, index: int) -> types.CallHierarchyItem:
    document, positions = opened.document, opened.positions
    task, start = document.tasks[index], document.start_of(index)
    return types.CallHierarchyItem(
        name=task_name(task),
        kind=types.SymbolKind(KINDS[TASK]),
        detail=state_of(document, index),
        uri=opened.uri,
        range=positions.range(whole(document, index)),
        selection_range=positions.range(task.title_span.shifted(start)),
        data=task_reference(document, index),
    )


def whole(document: Document, index: int) -> Span:
    """All lines of a task, its trailing blank lines left out; by absolute lines."""
    task, start = document.tasks[index], document.start_of(index)
    last = max(task.end, task.heading.end) - 1
    return Span(start, 0, start + last, len(task.lines[last]))


def _ranges(opened: OpenDocument, owner: int, target: int) -> list[types.Range]:
    """The references of one task's prerequisites to another."""
    document = opened.document
    start = document.start_of(owner)
    pairs = zip(document.tasks[owner].references, document.graph.targets[owner], strict=True)
    spans = [each.span for each, index in pairs if index == target and each.section == PREREQUISITES]
    return [opened.positions.range(span.shifted(start)) for span in dict.fromkeys(spans)]
