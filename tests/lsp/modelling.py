"""A model for the tests of the server: a peer that answers when the test lets it, and the settings that lead there."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

from tests.model.asks import asks
from tests.model.peer import HEAD, LAST, Peer, Seen, Send, start, stop, text

_WANTED = re.compile(r"(?:Write the plan of|Write one section of the plan of|The plan of) (.*?)(?:[.;:]| was)")


def environment(url: str, folder: Path, **settings: object) -> dict[str, str]:
    """The variables by which a server asks the model at `url`; `settings` are the user's own."""
    return {**os.environ, **asks(url, folder, **{"retries": 0, **settings})}


class Asked:
    """One request for one task: the answer goes out as the test says."""

    def __init__(self, seen: Seen, send: Send) -> None:
        self.body: Any = json.loads(seen.body)
        self.text: str = self.body["messages"][0]["content"][-1]["text"]
        found = _WANTED.search(self.text)
        self.task = found[1] if found else ""
        self._send = send
        self.left = asyncio.Event()
        """The client has closed the connection before the end."""
        self._end = asyncio.Event()

    async def say(self, words: str) -> None:
        """Send a part of the answer."""
        await self._send(text(words))

    async def finish(self, words: str = "") -> None:
        """Send the rest of the answer, and its end."""
        await self._send((text(words) if words else b"") + stop() + LAST)
        self._end.set()


class SlowModel:
    """`async with SlowModel() as model`: what is asked waits in `asked` for its answer."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._news = asyncio.Event()
        self._peer = Peer(self._respond)

    @property
    def url(self) -> str:
        return self._peer.url

    async def __aenter__(self) -> SlowModel:
        await self._peer.__aenter__()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._peer.__aexit__(*problem)

    async def until(self, count: int) -> list[Asked]:
        """Wait until that many requests have come in all."""
        while len(self.asked) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 20)
        return self.asked

    @property
    def waiting(self) -> list[Asked]:
        """The requests that have no end yet, and whose client is there."""
        return [asked for asked in self.asked if not asked._end.is_set() and not asked.left.is_set()]

    async def _respond(self, seen: Seen, send: Send) -> bool:
        asked = Asked(seen, send)
        try:
            await send(HEAD + start())
            self.asked.append(asked)
            self._news.set()
            await asked._end.wait()
        except asyncio.CancelledError:
            asked.left.set()
            raise
        return False
