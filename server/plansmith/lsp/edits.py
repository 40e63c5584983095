"""Edits of the core as workspace edits of the protocol."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from plansmith.plan.document import Document
from plansmith.plan.text import Edit, insertion

from .session import OpenDocument


def workspace_edit(opened: OpenDocument, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """One edit of one document: versioned where the client knows versions, so that a stale one is refused."""
    positions = opened.positions
    text_edits = [
        types.TextEdit(range=positions.range(edit.span), new_text=edit.text)
        for edit in above_the_end(opened.document, edits)
    ]
    if not opened.client.document_changes:
        return types.WorkspaceEdit(changes={opened.uri: text_edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=opened.uri, version=opened.edit_version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=identifier, edits=list(text_edits))]
    )


def above_the_end(document: Document, edits: Iterable[Edit]) -> list[Edit]:
    """The same edits, but for an insertion in the empty line after the last: it is made at the end of the last.

    Neovim has no such empty line, and would add one more below what is inserted there.
    """
    lines, last = document.lines, len(document.lines) - 1
    end = document.ends[last - 1] if last and not lines[last] else None
    return [
        insertion(last - 1, len(lines[last - 1]), end + edit.text.removesuffix(end))
        if end is not None and edit.span == (last, 0, last, 0) and edit.text.endswith(end)
        else edit
        for edit in edits
    ]
