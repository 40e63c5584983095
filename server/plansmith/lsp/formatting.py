"""Formatting, for the projects that switch it on; another formatter usually owns Markdown."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from plansmith.plan.text import Edit
from plansmith.rules.layout import laid_out

from .edits import above_the_end
from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer

_WHOLE: Final = types.TEXT_DOCUMENT_FORMATTING
_RANGE: Final = types.TEXT_DOCUMENT_RANGE_FORMATTING
_MANY_LINES: Final = 5_000  # a longer document is laid out beside the event loop
_SPECIAL: Final = re.compile(r"[*?\[\]{}]")


class Formatting:
    """Offers formatting to the client for exactly the roots whose configuration switches it on."""

    def __init__(self, server: PlansmithServer) -> None:
        """Requests are answered whether or not they are offered: with nothing where it is switched off."""
        self._server = server
        self._roots: list[str] = []
        server.protocol.raw_requests[_WHOLE] = self._whole
        server.protocol.raw_requests[_RANGE] = self._range

    def offer(self) -> None:
        """Offer it at once to a client that can't be told later, if a folder of the workspace has it on."""
        session = self._server.session
        client = session.client
        if any(session.configuration(folder).formatting for folder in session.folders):
            if client.formats and not client.registers_formatting:
                self._server.answer_raw(_WHOLE, self._whole)
            if client.formats_ranges and not client.registers_range_formatting:
                self._server.answer_raw(_RANGE, self._range)

    def update(self) -> None:
        """Tell a client that can be told for which roots it is offered from now on."""
        server, session = self._server, self._server.session
        folders = [session.configuration(folder) for folder in session.folders]
        found = [configuration for configuration in (*folders, *session.configurations()) if configuration.formatting]
        roots = sorted({configuration.root for configuration in found})
        methods = [
            method
            for method, registers in (
                (_WHOLE, session.client.registers_formatting),
                (_RANGE, session.client.registers_range_formatting),
            )
            if registers
        ]
        if roots == self._roots or not methods:
            return
        if self._roots:
            gone = [types.Unregistration(id=_name(method), method=method) for method in methods]
            server.client_unregister_capability(types.UnregistrationParams(gone))
        if roots:
            selector = [
                types.TextDocumentFilterLanguage(language="markdown", scheme="file", pattern=f"{_escaped(root)}/**")
                for root in roots
            ]
            options = types.TextDocumentRegistrationOptions(document_selector=selector)
            offered = [
                types.Registration(id=_name(method), method=method, register_options=options) for method in methods
            ]
            server.client_register_capability(types.RegistrationParams(offered))
        self._roots = roots

    def _whole(self, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
        return self._answer(params, 0, None)

    def _range(self, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
        start, end = params["range"]["start"], params["range"]["end"]
        first, last = int(start["line"]), int(end["line"])
        if last > first and not end["character"]:
            last -= 1  # the beginning of a line is the end of the one before
        return self._answer(params, first, last)

    def _answer(self, params: dict[str, Any], first: int, last: int | None) -> bytes | Awaitable[bytes]:
        uri = params["textDocument"]["uri"]
        opened = self._server.session.ours(uri)
        if opened is None or not self._server.session.configuration(uri).formatting:
            return b"null"
        if len(opened.document.lines) > _MANY_LINES:
            return _beside(opened, first, last)
        return _encoded(opened, laid_out(opened.document, first, last))


async def _beside(opened: OpenDocument, first: int, last: int | None) -> bytes:
    document, version = opened.document.snapshot(), opened.version
    edits = await asyncio.to_thread(laid_out, document, first, last)
    # Of a text that has changed meanwhile nothing is known.
    return _encoded(opened, edits) if opened.version == version else b"null"


def _encoded(opened: OpenDocument, edits: list[Edit]) -> bytes:
    def place(position: types.Position) -> dict[str, int]:
        return {"line": position.line, "character": position.character}

    found = []
    for edit in above_the_end(opened.document, edits):
        where = opened.positions.range(edit.span)
        found.append({"range": {"start": place(where.start), "end": place(where.end)}, "newText": edit.text})
    return json.dumps(found).encode()


def _name(method: str) -> str:
    return f"plansmith-{method.rpartition('/')[2]}"


def _escaped(root: str) -> str:
    """A folder as a glob that means it alone."""
    return _SPECIAL.sub(lambda sign: f"[{sign[0]}]", root.replace("\\", "/"))
