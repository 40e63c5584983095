"""Renaming through the protocol: what can be renamed, and the edit that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from plansmith.plan.renaming import ID, Renamable, renamable_at, rename

from .edits import workspace_edit
from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer

REFUSED: Final = types.LSPErrorCodes.RequestFailed.value
MENTIONS: Final = "mentions"


def register_renaming(server: PlansmithServer) -> None:
    """Register renaming, in two steps."""
    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME)(rename_task)


def prepare_rename(ls: PlansmithServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The words at a position that can be renamed, and what they are now; null where there are none."""
    opened = ls.session.documents.get(params.text_document.uri)
    found = _at(opened, params.position)
    if opened is None or found is None:
        return None
    return types.PrepareRenamePlaceholder(range=opened.positions.range(found.span), placeholder=found.text)


def rename_task(ls: PlansmithServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edit that renames a task; null where there is none to rename, RequestFailed with a reason where it can't."""
    opened = ls.session.documents.get(params.text_document.uri)
    found = _at(opened, params.position)
    if opened is None or found is None:
        return None
    renaming = rename(opened.document, found.task, found.part, params.new_name)
    if renaming.refusal:
        raise JsonRpcException(renaming.refusal, REFUSED)
    edit = workspace_edit(opened, renaming.edits)
    if renaming.mentions and opened.client.annotates_renames:
        _add_mentions(edit, workspace_edit(opened, renaming.mentions), found)
    return edit


def _at(opened: OpenDocument | None, position: types.Position) -> Renamable | None:
    if opened is None or opened.is_off:
        return None
    return renamable_at(opened.document, *opened.positions.place(position))


def _add_mentions(edit: types.WorkspaceEdit, mentions: types.WorkspaceEdit, found: Renamable) -> None:
    """Offer what stands in prose, too; only the user can tell whether it speaks of the task."""
    for change, other in zip(edit.document_changes or (), mentions.document_changes or (), strict=True):
        if isinstance(change, types.TextDocumentEdit) and isinstance(other, types.TextDocumentEdit):
            doubtful = [
                types.AnnotatedTextEdit(annotation_id=MENTIONS, range=each.range, new_text=each.new_text)
                for each in other.edits
                if isinstance(each, types.TextEdit)
            ]
            change.edits = [*change.edits, *doubtful]
    label = f"Mentions of {'the number' if found.part == ID else 'the name'} {found.text} in prose"
    edit.change_annotations = {MENTIONS: types.ChangeAnnotation(label=label, needs_confirmation=True)}
