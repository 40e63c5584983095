"""What helps whoever writes a plan: hover, completion, hints and tokens."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from plansmith.plan.continuing import after_enter
from plansmith.plan.document import Document
from plansmith.plan.hints import find_hints
from plansmith.plan.text import Span

from .completion import TRIGGERS, completion, needs_surroundings, resolve_completion
from .hover import hover
from .semantic_tokens import placeholders_of
from .slices import LONG, in_slices

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


def register_for_client(server: PlansmithServer) -> None:
    """Register what hangs on what the client declares."""
    client = server.session.client
    server.formatting.offer()
    if client.hints:
        server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)
    if client.formats_on_type:
        options = types.DocumentOnTypeFormattingOptions(first_trigger_character="\n")
        server.feature(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, options)(on_type_formatting)
    tokens = client.tokens
    legend = types.SemanticTokensLegend(list(tokens.legend), list(tokens.modifiers))
    if tokens.full:
        server.answer_raw(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, lambda params: _tokens(server, params), legend)
    if tokens.full and tokens.delta:
        method = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA
        server.answer_raw(method, lambda params: _tokens_delta(server, params), legend)
    if tokens.range:
        server.answer_raw(
            types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, lambda params: _range_tokens(server, params), legend
        )


def text_hover(ls: PlansmithServer, params: types.HoverParams) -> types.Hover | None:
    """What is known of what stands at a place."""
    opened = ls.session.ours(params.text_document.uri)
    return hover(opened, params.position) if opened is not None else None


async def text_completion(ls: PlansmithServer, params: types.CompletionParams) -> types.CompletionList | None:
    """What can stand at a place."""
    uri = params.text_document.uri
    opened = ls.session.documents.get(uri)
    if opened is None:
        return ls.configurations.complete(uri, params.position)
    if opened.is_off:
        return None
    # A document that is edited by itself has no workspace: its folder may be anything, a home folder too.
    is_needed = opened.files is not None and needs_surroundings(opened, params.position)
    return completion(opened, params.position, await ls.surroundings(uri) if is_needed else None)


def completion_resolve(ls: PlansmithServer, params: types.CompletionItem) -> types.CompletionItem:
    """One item with its documentation."""
    data = cast("dict[str, Any]", params.data if isinstance(params.data, dict) else {})
    return resolve_completion(params, ls.session.documents.get(str(data.get("uri", ""))))


def inlay_hint(ls: PlansmithServer, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    """How tasks stand that are referred to, and how far steps have come, in the lines that are shown."""
    opened = ls.session.ours(params.text_document.uri)
    if opened is None:
        return None
    positions, where = opened.positions, params.range
    return [
        types.InlayHint(position=positions.position(hint.line, hint.column), label=hint.text, padding_left=True)
        for hint in find_hints(opened.document, where.start.line, where.end.line)
    ]


def on_type_formatting(
    ls: PlansmithServer, params: types.DocumentOnTypeFormattingParams
) -> list[types.TextEdit] | None:
    """What a line break adds to a list, or to an outline of steps."""
    opened = ls.session.ours(params.text_document.uri)
    if opened is None or params.ch != "\n":
        return None
    positions = opened.positions
    return [
        types.TextEdit(positions.range(edit.span), edit.text)
        for edit in after_enter(opened.document, params.position.line)
    ]


def _tokens(ls: PlansmithServer, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
    return _all_tokens(_shown(ls, params), None)


def _tokens_delta(ls: PlansmithServer, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
    return _all_tokens(_shown(ls, params), str(params["previousResultId"]))


def _all_tokens(opened: OpenDocument | None, previous: str | None) -> bytes | Awaitable[bytes]:
    """All tokens, or what differs from a previous answer: at once, but for a long document that was never read."""
    if opened is None:
        return b"null"
    document, placeholders = opened.document, placeholders_of(opened.report())
    if opened.tokens.lacks(document) > LONG:
        return _long_tokens(opened, document.snapshot(), placeholders, previous)
    return _told_tokens(opened, document, placeholders, previous)


async def _long_tokens(
    opened: OpenDocument, snapshot: Document, placeholders: dict[int, tuple[Span, ...]], previous: str | None
) -> bytes:
    """The tokens of the text as it stood when it was asked: a client moves them by what was typed since."""
    await in_slices(opened.tokens.prepare(snapshot, placeholders))
    return _told_tokens(opened, snapshot, placeholders, previous)


def _told_tokens(
    opened: OpenDocument, document: Document, placeholders: dict[int, tuple[Span, ...]], previous: str | None
) -> bytes:
    if previous is None:
        return opened.tokens.full(document, placeholders)
    return opened.tokens.delta(document, placeholders, previous)


def _range_tokens(ls: PlansmithServer, params: dict[str, Any]) -> bytes:
    opened, where = _shown(ls, params), params["range"]
    first, last = int(where["start"]["line"]), int(where["end"]["line"])
    if opened is None:
        return b"null"
    return opened.tokens.between(opened.document, placeholders_of(opened.report()), first, last)


def _shown(ls: PlansmithServer, params: dict[str, Any]) -> OpenDocument | None:
    opened = ls.session.documents.get(params["textDocument"]["uri"])
    return None if opened is None or opened.is_off else opened
