"""A file or folder that is about to be renamed is renamed in the plans that mention it, open and closed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from plansmith.workspace.moved_paths import Move, Reader, moved_path

from .plans import Mention, Plan
from .session import file_path

if TYPE_CHECKING:
    from .server import PlansmithServer

MAX_EDITS: Final = 10_000


def register_file_renames(server: PlansmithServer) -> None:
    """Register for all files and folders, where the client tells of them beforehand."""
    pattern = types.FileOperationPattern(glob="**/*")
    filters = [types.FileOperationFilter(pattern=pattern, scheme="file")]
    options = types.FileOperationRegistrationOptions(filters=filters)
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, options)(will_rename_files)


async def will_rename_files(ls: PlansmithServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edit that renames the files in all plans that mention them; null where none does."""
    moves = []
    for file in params.files:
        old, new = file_path(file.old_uri), file_path(file.new_uri)
        if old is not None and new is not None and old != new:
            moves.append(Move(*(Path(os.path.normpath(path)).as_posix() for path in (old, new))))
    if not moves:
        return None
    plans = await ls.plans.read()
    found = await asyncio.to_thread(_edits, plans, moves)
    # What was typed while files were looked at stands in no edit: such a plan is left as it is.
    opened = {opened.uri: opened for opened in ls.session.documents.values()}
    now = {plan.uri: plan for plan in ls.plans.opened()}
    edits = {plan.uri: own for plan, own in found if plan.uri not in opened or now.get(plan.uri) == plan}
    if not edits:
        return None
    if not ls.session.client.document_changes:
        return types.WorkspaceEdit(changes=edits)
    versions = {uri: opened[uri].edit_version if uri in opened else None for uri in edits}
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                text_document=types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=versions[uri]),
                edits=list(own),
            )
            for uri, own in edits.items()
        ]
    )


def _edits(plans: Sequence[Plan], moves: Sequence[Move]) -> list[tuple[Plan, list[types.TextEdit]]]:
    known: dict[str, bool] = {}

    def exists(path: str) -> bool:
        if path not in known:
            known[path] = os.path.exists(path)
        return known[path]

    found = []
    left = MAX_EDITS
    for plan in plans:
        if plan.reader is None or left <= 0:
            continue
        edits = [edit for mention in plan.mentions if (edit := _edit(mention, plan.reader, moves, exists)) is not None]
        if edits:
            found.append((plan, edits[:left]))
            left -= len(edits)
    return found


def _edit(
    mention: Mention, reader: Reader, moves: Sequence[Move], exists: Callable[[str], bool]
) -> types.TextEdit | None:
    hangs_on = (*mention.files, reader.document)
    if not any(file == old or file.startswith(f"{old}/") for file in hangs_on for old, _ in moves):
        return None
    path = moved_path(mention.path, reader, moves, exists, is_link=mention.is_link)
    if path is None or path == mention.path or "`" in path or "\n" in path:
        return None
    if mention.is_link:
        # As an address: neither blanks nor brackets may stand in it.
        path = path.replace("%", "%25").replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    start, end = (types.Position(**mention.range[side]) for side in ("start", "end"))
    # `./` at its start stays where the rest goes on from there.
    if mention.has_dot and not path.startswith("../"):
        path = f"./{path}"
    return types.TextEdit(range=types.Range(start, end), new_text=path)
