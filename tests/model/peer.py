"""An HTTP peer on loopback that shows all that was sent, and answers with any bytes, for what llmock does not play."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

Send = Callable[[bytes], Awaitable[None]]


class Seen(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def all(self) -> str:
        return f"{self.method} {self.path} {self.headers} {self.body!r}"


Respond = Callable[[Seen, Send], Awaitable[None]]


class Peer:
    """`async with Peer(respond) as peer`; `respond` writes whole responses, and returning closes the connection
    unless it returns True."""

    def __init__(self, respond: Callable[[Seen, Send], Awaitable[object]]) -> None:
        self.requests: list[Seen] = []
        self.connections = 0
        self.left = asyncio.Event()  # the client has closed a connection while it was being answered
        self._respond = respond
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> Peer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        seen = Seen(method, path, headers, body)
        self.requests.append(seen)

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        gone = asyncio.create_task(reader.read(1))
        answering = asyncio.ensure_future(self._respond(seen, send))
        done, _ = await asyncio.wait({gone, answering}, return_when=asyncio.FIRST_COMPLETED)
        if answering not in done:
            self.left.set()
            answering.cancel()
            return False
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        return bool(answering.result())


def http(status: int, body: str = "", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(body.encode())}"]
    lines += [
        f"{name.replace('_', '-')}: {value}" for name, value in {"content_type": "application/json", **headers}.items()
    ]
    return ("\r\n".join([*lines, "", ""]) + body).encode()


def error(status: int, kind: str, message: str, **headers: str) -> bytes:
    return http(status, json.dumps({"type": "error", "error": {"type": kind, "message": message}}), **headers)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"


def event(data: object, name: str | None = None) -> bytes:
    """One event as one chunk; a text is sent as it is."""
    kind = name or (data["type"] if isinstance(data, dict) else "content_block_delta")
    text = data if isinstance(data, str) else json.dumps(data)
    raw = f"event: {kind}\ndata: {text}\n\n".encode()
    return f"{len(raw):x}\r\n".encode() + raw + b"\r\n"


def start(**usage: int) -> bytes:
    return event({"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [],
                  "model": "m", "usage": {"input_tokens": 7, "output_tokens": 1, **usage}}})  # fmt: skip


def text(piece: str) -> bytes:
    return event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})


def stop(reason: str = "end_turn", **delta: object) -> bytes:
    ending = {"type": "message_delta", "delta": {"stop_reason": reason, **delta}, "usage": {"output_tokens": 5}}
    return event(ending) + event({"type": "message_stop"})


def answers(*responses: bytes) -> Respond:
    """Each request gets the next response; the last one stays."""
    left = list(responses)

    async def respond(seen: Seen, send: Send) -> None:
        await send(left.pop(0) if len(left) > 1 else left[0])

    return respond


def said(*pieces: str, reason: str = "end_turn") -> bytes:
    """A whole answer."""
    return HEAD + start() + b"".join(map(text, pieces)) + stop(reason) + LAST
