"""What helps whoever writes a plan: hover and completion."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from plansmith.plan.path_text import from_root

from .completion import TRIGGERS, completion, needs_surroundings, resolve_completion
from .hover import hover, points_at_path

if TYPE_CHECKING:
    from .server import PlansmithServer
    from .session import OpenDocument


def register_authoring(server: PlansmithServer) -> None:
    """Register what is asked for while a plan is read and written."""
    feature = server.feature
    feature(types.TEXT_DOCUMENT_HOVER)(text_hover)
    completing = types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=True)
    feature(types.TEXT_DOCUMENT_COMPLETION, completing)(text_completion)
    feature(types.COMPLETION_ITEM_RESOLVE)(completion_resolve)


async def text_hover(ls: PlansmithServer, params: types.HoverParams) -> types.Hover | None:
    """What is known of what stands at a place."""
    uri = params.text_document.uri
    opened = ls.session.ours(uri)
    if opened is None:
        return None
    if not points_at_path(opened, params.position):
        return hover(opened, params.position)
    return hover(opened, params.position, await _existence(ls, opened))


async def text_completion(ls: PlansmithServer, params: types.CompletionParams) -> types.CompletionList | None:
    """What can stand at a place."""
    uri = params.text_document.uri
    opened = ls.session.documents.get(uri)
    if opened is None:
        return ls.configurations.complete(uri, params.position)
    if opened.is_off:
        return None
    surroundings = await ls.surroundings(uri) if needs_surroundings(opened, params.position) else None
    return completion(opened, params.position, surroundings)


def completion_resolve(ls: PlansmithServer, params: types.CompletionItem) -> types.CompletionItem:
    """One item with its documentation."""
    data = cast("dict[str, Any]", params.data if isinstance(params.data, dict) else {})
    return resolve_completion(params, ls.session.documents.get(str(data.get("uri", ""))))


async def _existence(ls: PlansmithServer, opened: OpenDocument) -> Callable[[str], bool | None]:
    """Whether a path of a document is there, from the root or from the document; None where nobody can say."""
    files = (await ls.surroundings(opened.uri)).files
    folder = posixpath.dirname(ls.session.inside(opened.uri) or "")

    def exists(path: str) -> bool | None:
        if files is None:
            return None
        places = [place for place in (from_root(path), from_root(path, folder)) if place]
        if any(map(files.exists, places)):
            return True
        return False if places and all(map(files.is_known, places)) else None

    return exists
