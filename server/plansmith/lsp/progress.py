"""Work-done progress: in the client's token where it sent one, in our own where it shows progress at all."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from .server import PlansmithServer

_CREATE_TIMEOUT = 5.0  # seconds for the client to accept a token


@asynccontextmanager
async def asked_progress(
    server: PlansmithServer, token: int | str | None, title: str, message: str
) -> AsyncIterator[Progress]:
    """Show progress in the client's own token; silent where it sent none. It ends however the work ends."""
    progress = Progress(server, token)
    if token is not None:
        await progress.begin(title, message)
    try:
        yield progress
    finally:
        progress.end("")


class Progress:
    """The progress of one run; silent where the client shows none."""

    def __init__(self, server: PlansmithServer, token: int | str | None) -> None:
        """`token` is the one that came with the request, if any."""
        self._server = server
        self.token = token
        self._begun = False

    async def begin(self, title: str, message: str) -> None:
        """Show that something has begun, with a way to cancel it."""
        if self.token is None:
            if not self._server.session.client.progress:
                return
            token = str(uuid.uuid4())
            try:
                await asyncio.wait_for(self._server.work_done_progress.create_async(token), _CREATE_TIMEOUT)
            except (JsonRpcException, asyncio.TimeoutError):
                return
            self.token = token
        self._begun = True
        self._send(types.WorkDoneProgressBegin(title=title, message=message, cancellable=True))

    def report(self, message: str, percentage: int | None = None) -> None:
        """Say what is being done now."""
        if self._begun:
            self._send(types.WorkDoneProgressReport(message=message, percentage=percentage, cancellable=True))

    def end(self, message: str) -> None:
        """Say how it ended."""
        if self._begun:
            self._begun = False
            self._send(types.WorkDoneProgressEnd(message=message))

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        assert self.token is not None
        self._server.progress(types.ProgressParams(token=self.token, value=value))
