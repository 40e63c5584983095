"""Diagnostics that a client pulls: of a document at once, of the workspace in parts where the client takes them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Any, Final

from .closed import NONE
from .parts import ITEMS, Parts
from .progress import asked_progress
from .session import file_path

if TYPE_CHECKING:
    from .server import PlansmithServer

_PART: Final = 100  # documents in one partial result


class PulledDiagnostics:
    """The answers to `textDocument/diagnostic` and `workspace/diagnostic`, as JSON."""

    def __init__(self, server: PlansmithServer) -> None:
        """What is told is what the server knows when it is asked."""
        self._server = server

    def document(self, params: dict[str, Any]) -> bytes | Awaitable[bytes]:
        """Answer `textDocument/diagnostic`: at once for an open document."""
        uri = params["textDocument"]["uri"]
        previous = params.get("previousResultId")
        opened = self._server.session.documents.get(uri)
        if opened is None:
            return self._closed(uri, previous)
        items = opened.diagnostics()
        return _document_report(opened.result_id, items, previous)

    def workspace(self, params: dict[str, Any]) -> Awaitable[bytes]:
        """Answer `workspace/diagnostic`: the open documents, the configuration files and the closed documents."""
        previous = {entry["uri"]: entry["value"] for entry in params.get("previousResultIds", [])}
        return self._workspace(previous, params.get("workDoneToken"), params.get("partialResultToken"))

    async def _closed(self, uri: str, previous: str | None) -> bytes:
        items = self._server.configurations.diagnostics(uri)
        path = file_path(uri)
        if items == NONE and path is not None:
            items = (await self._server.closed.read((str(path),))).get(str(path), NONE)
        return _document_report(_result_of(items), items, previous)

    async def _workspace(
        self, previous: dict[str, str], work_token: int | str | None, part_token: int | str | None
    ) -> bytes:
        async with asked_progress(self._server, work_token, "Checking plans", "reading the workspace"):
            closed = await self._server.closed.read()
        return await Parts(self._server, part_token, ITEMS).send_all(list(self._reports(closed, previous)), _PART)

    def _reports(self, closed: dict[str, bytes], previous: dict[str, str]) -> Iterator[bytes]:
        # Clients spell URIs as they like: files are told apart by their paths.
        told = set()
        for opened in self._server.session.documents.values():
            items = opened.diagnostics()
            yield _report(opened.uri, opened.version, opened.result_id, items, previous)
            told.add(file_path(opened.uri))
        for uri, items in self._server.configurations.all_diagnostics().items():
            yield _report(uri, None, _result_of(items), items, previous)
            told.add(file_path(uri))
        spelled = {str(file_path(uri)): uri for uri in previous if file_path(uri) not in told}
        for path in dict.fromkeys((*closed, *spelled)):  # those that are gone have no findings left
            uri, items = spelled.get(path) or self._server.closed.uri(path), closed.get(path, NONE)
            yield _report(uri, None, _result_of(items), items, previous)


def _report(uri: str, version: int | None, result: str, items: bytes, previous: dict[str, str]) -> bytes:
    head = json.dumps({"uri": uri, "version": version, "resultId": result})[:-1].encode()
    if previous.get(uri) == result:
        return head + b',"kind":"unchanged"}'
    return head + b',"kind":"full","items":' + items + b"}"


def _document_report(result: str, items: bytes, previous: str | None) -> bytes:
    if previous == result:
        return b'{"kind":"unchanged","resultId":%b}' % json.dumps(result).encode()
    return b'{"kind":"full","resultId":%b,"items":%b}' % (json.dumps(result).encode(), items)


def _result_of(items: bytes) -> str:
    return f"c{hash(items)}"
