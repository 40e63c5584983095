"""An answer in parts, where the client takes them: all of it goes out in parts then, and the answer itself is empty.

Between two parts others have their turn, so that typing goes on and a cancel is heard.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import PlansmithServer

PLAIN = b"[%b]"
ITEMS = b'{"items":[%b]}'


class Parts:
    """The parts of one answer, which is a list of items that are JSON already."""

    def __init__(self, server: PlansmithServer, token: int | str | None, form: bytes = PLAIN) -> None:
        """`token` is the one that came with the request, None without any; `form` is what holds the items."""
        self._server = server
        self._token = token
        self._form = form
        self._begun = False

    @property
    def are_taken(self) -> bool:
        """Whether the client takes parts."""
        return self._token is not None

    async def send(self, items: Sequence[bytes]) -> None:
        """Send a part, and let others have their turn; nothing where there are no items."""
        if items:
            self._begun = True
            value = self._form % b",".join(items)
            token = json.dumps(self._token).encode()
            self._server.protocol.send_bytes(
                b'{"jsonrpc":"2.0","method":"$/progress","params":{"token":', token, b',"value":', value, b"}}"
            )
        await asyncio.sleep(0)

    async def send_all(self, items: Sequence[bytes], most: int) -> bytes:
        """Send all items, at most so many in a part, where they are more than that; the answer that is left to give."""
        if self.are_taken and (self._begun or len(items) > most):
            for start in range(0, len(items), most):
                await self.send(items[start : start + most])
        return self.answer(items)

    def answer(self, items: Sequence[bytes]) -> bytes:
        """The answer itself: the items, or nothing where a part has gone out."""
        return self._form % b",".join(() if self._begun else items)
