"""Edits of the core as workspace edits of the protocol."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from plansmith.plan.text import Edit

from .session import OpenDocument


def workspace_edit(opened: OpenDocument, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """One edit of one document: versioned where the client knows versions, so that a stale one is refused."""
    positions = opened.positions
    text_edits = [types.TextEdit(range=positions.range(edit.span), new_text=edit.text) for edit in edits]
    if not opened.client.document_changes:
        return types.WorkspaceEdit(changes={opened.uri: text_edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=opened.uri, version=opened.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=identifier, edits=list(text_edits))]
    )


def in_document(edits: Iterable[Edit], start: int) -> list[Edit]:
    """A task's edits as the document's; `start` is the task's first line."""
    return [Edit(edit.span.shifted(start), edit.text) for edit in edits]
