"""A raw client of a language server: plain pipes, and no more parsing than it takes to know an answer.

Its own cost is small and the same for every server, so that what is timed is the server.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

SECONDS = 200.0  # a server that takes longer is ended, and its test fails

# Of a client that wants diagnostics pushed.
_CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "workspace": {"applyEdit": True},
}


class Peer:
    """A language server at the other end of two pipes; ended with the `with` block, whatever happens."""

    def __init__(
        self,
        command: Sequence[str | Path],
        variables: Mapping[str, str] | None = None,
        capabilities: Mapping[str, Any] | None = None,
        *,
        log: Path | None = None,
        **hello: Any,
    ) -> None:
        """`log` takes what the server logs; `hello` is what else is said in initialize."""
        self._hello = {"processId": os.getpid(), "rootUri": None, **hello}
        self._hello["capabilities"] = _CAPABILITIES if capabilities is None else capabilities
        given = os.environ if variables is None else variables
        environment = {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with open(log or os.devnull, "wb") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
            )
        assert self._process.stdin
        assert self._process.stdout
        self._sink, self._source = self._process.stdin, self._process.stdout
        self._watch = threading.Timer(SECONDS, self._process.kill)
        self._watch.daemon = True
        self._watch.start()
        self._requests = 0

    def __enter__(self) -> Peer:
        """Say hello; what the server can do is in `offers`."""
        self.offers: dict[str, Any] = self._ask("initialize", params=self._hello)["capabilities"]
        sync = self.offers["textDocumentSync"]
        self.takes_ranges = (sync["change"] if isinstance(sync, dict) else sync) == 2
        self._send(framed({"method": "initialized", "params": {}}))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say good-bye; a server that does not hear it is ended."""
        try:
            if kind is None:
                self._ask("shutdown")
                self._send(framed({"method": "exit"}))
                self._process.wait(5)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            pass
        finally:
            self._watch.cancel()
            self._process.kill()
            self._process.wait()
            self._sink.close()
            self._source.close()

    def open(self, uri: str, text: str) -> Open:
        """Open a document, and wait for its first findings."""
        item = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        self._send(framed({"method": "textDocument/didOpen", "params": {"textDocument": item}}))
        self.published(1)
        return Open(self, uri, text)

    def published(self, version: int) -> bytes:
        """The next diagnostics, which must speak of this version."""
        while True:
            body = self._receive()
            if b'"textDocument/publishDiagnostics"' in body[:100]:
                tag = b'"version":%d' % version
                # It stands before the findings in our answer, and after them in rumdl's.
                if body.endswith(tag + b"}}") or tag + b"," in body[:500]:
                    return body
                continue
            message = json.loads(body)
            if "method" in message and "id" in message:
                self._send(framed({"id": message["id"], "result": None}))

    def answer(self, message: bytes, version: int) -> tuple[float, bytes]:
        """Send a change; the milliseconds until its diagnostics are read, and these."""
        start = time.perf_counter()
        self._send(message)
        body = self.published(version)
        return (time.perf_counter() - start) * 1000, body

    def timed(self, method: str, params: object) -> tuple[float, bytes]:
        """The milliseconds until a request's answer is read, and this; nothing else may be under way."""
        self._requests += 1
        message = framed({"id": self._requests, "method": method, "params": params})
        tag = b'"id":%d' % self._requests
        start = time.perf_counter()
        self._send(message)
        body = self._receive()
        elapsed = (time.perf_counter() - start) * 1000
        assert tag in body[:100] or body.endswith(tag + b"}"), body[:200]
        assert b'"result":' in body[:100], body[:200]
        return elapsed, body

    def request(self, method: str, params: object) -> int:
        """Send a request; its answer is read by whoever waits for it."""
        self._requests += 1
        self._send(framed({"id": self._requests, "method": method, "params": params}))
        return self._requests

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send(framed({"method": method, "params": params}))

    def message(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        found: dict[str, Any] = json.loads(self._receive())
        return found

    def answer_to(self, message: dict[str, Any], result: object) -> None:
        """Answer a request of the server's."""
        self._send(framed({"id": message["id"], "result": result}))

    def _ask(self, method: str, **params: object) -> Any:
        self._requests += 1
        self._send(framed({"id": self._requests, "method": method, **params}))
        while True:
            message = json.loads(self._receive())
            if message.get("id") == self._requests and "method" not in message:
                return message["result"]

    def _send(self, message: bytes) -> None:
        self._sink.write(message)
        self._sink.flush()

    def _receive(self) -> bytes:
        length = 0
        while (header := self._source.readline()) != b"\r\n":
            if not header:
                raise EOFError("the server has ended")
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return self._source.read(length)


class Open:
    """An open document that is typed in: always one insertion, and then the deletion of it."""

    def __init__(self, peer: Peer, uri: str, text: str) -> None:
        self._peer = peer
        self.uri = uri
        self._version = 1
        self._text = text
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.size = self.findings = 0  # of the last answer, in bytes and as a count

    def insert(self, line: int, column: int, text: str) -> float:
        """The milliseconds from an insertion to its diagnostics; text and place are ASCII."""
        place = self._starts[line] + column
        return self._change((line, column, line, column), text, self._text[:place] + text + self._text[place:])

    def delete(self, line: int, column: int, text: str) -> float:
        """The milliseconds from the deletion of what was inserted to its diagnostics."""
        breaks = text.count("\n")
        end = (line + breaks, len(text.rpartition("\n")[2]) + (0 if breaks else column))
        return self._change((line, column, *end), "", self._text)

    def _change(self, place: tuple[int, int, int, int], text: str, whole: str) -> float:
        self._version += 1
        change: dict[str, Any] = {"text": whole}
        if self._peer.takes_ranges:
            start, end = ({"line": line, "character": column} for line, column in (place[:2], place[2:]))
            change = {"range": {"start": start, "end": end}, "text": text}
        identifier = {"uri": self.uri, "version": self._version}
        params = {"textDocument": identifier, "contentChanges": [change]}
        message = framed({"method": "textDocument/didChange", "params": params})
        elapsed, body = self._peer.answer(message, self._version)
        self.size, self.findings = len(body), body.count(b'"severity":')
        return elapsed


def framed(message: dict[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
