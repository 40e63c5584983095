"""The wire: one reader thread, a short way for what comes with every keystroke, and a cancel that cancels.

pygls keeps its own documents, which split lines where the protocol does not; here they are never made.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

logger = logging.getLogger(__name__)

_MAX_MESSAGE = 256 * 1024 * 1024  # bytes; what claims more is no message of an editor


class PlansmithProtocol(LanguageServerProtocol):
    """pygls' protocol without its documents, and with raw messages both ways."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The hooks are set by the server that owns this protocol."""
        self.raw_notifications: dict[str, Callable[[dict[str, Any]], None]] = {}
        self.raw_requests: dict[str, Callable[[dict[str, Any]], bytes]] = {}
        self.on_cancel: Callable[[int | str], None] = lambda _: None
        super().__init__(*args, **kwargs)

    # pygls would split these documents at U+2028 and others, and look at a keystroke in O(document).

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Hand the document to the server's own handler."""
        self._to_server(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Never reached: changes take the raw way."""

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Hand the document to the server's own handler."""
        self._to_server(types.TEXT_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """Hand a command its whole request: pygls would pass on the arguments without the progress token."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"There is no command {params.command}")
        return (yield handler, (params,), None)

    def _to_server(self, method: str, params: object) -> None:
        handler = self.fm.features.get(method)
        if handler is not None:
            handler(params)

    def _handle_cancel_notification(self, msg_id: int | str) -> None:
        """Cancel what runs for a request; pygls alone would answer, and let an async command go on."""
        self.on_cancel(msg_id)
        super()._handle_cancel_notification(msg_id)

    def handle_data(self, data: dict[str, Any]) -> None:
        """Handle one decoded message."""
        method = data.get("method")
        raw = self.raw_notifications.get(method) if "id" not in data else None  # type: ignore[arg-type]
        try:
            if raw is not None:
                raw(data["params"])
                return
            answer = self.raw_requests.get(method) if "id" in data and not self._shutdown else None  # type: ignore[arg-type]
            if answer is not None:
                self._answer(data["id"], answer, data["params"])
                return
            if "id" in data and "method" in data:
                try:
                    message = self.structure_message(data)
                except Exception as problem:
                    self._send_error(data["id"], -32602, f"Invalid parameters for {method}: {_cause(problem)}")
                    return
            else:
                message = self.structure_message(data)
            self.handle_message(message)
        except Exception:
            logger.exception("a message could not be handled: %s", method)

    def _answer(self, msg_id: int | str, answer: Callable[[dict[str, Any]], bytes], params: dict[str, Any]) -> None:
        try:
            result = answer(params)
        except (KeyError, TypeError, AttributeError) as problem:
            self._send_error(msg_id, -32602, f"Invalid parameters: {problem!r}")
            return
        head = json.dumps(msg_id).encode()
        self.send_bytes(b'{"jsonrpc":"2.0","id":' + head + b',"result":' + result + b"}")

    def _send_error(self, msg_id: int | str, code: int, message: str) -> None:
        error = {"jsonrpc": "2.0", "id": msg_id, "error": {"code": code, "message": message}}
        self.send_bytes(json.dumps(error).encode())

    def send_bytes(self, body: bytes) -> None:
        """Send a message that is JSON already."""
        if self.writer is None:
            return
        try:
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        except (BrokenPipeError, ValueError):
            logger.info("the client has closed the connection")


def _cause(problem: BaseException) -> str:
    cause = problem.__cause__ or problem
    return str(cause).partition("\n")[0] or type(cause).__name__


def serve(server: LanguageServer, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> int:
    """Speak the protocol over stdio until the client says exit or hangs up; returns the exit code."""
    # Not `sys.stdin.buffer`: while the reader holds its lock, Python can't end, and aborts instead.
    source = stdin or open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115 - it lives as long as the process
    sink = stdout or sys.stdout.buffer
    if stdout is None:
        # What libraries print must never reach the protocol's stream.
        sys.stdout = sys.stderr
    protocol = server.protocol
    assert isinstance(protocol, PlansmithProtocol)
    protocol.set_writer(_Writer(sink))
    try:
        asyncio.run(_loop(protocol, source))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        return 130
    finally:
        server.shutdown()  # type: ignore[no-untyped-call]
    return 0 if protocol._shutdown else 1


class _Writer:
    """Writes whole messages, each in one call, so that two threads can't mix theirs."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        with self._lock:
            self._sink.write(data)
            self._sink.flush()

    def close(self) -> None:
        self._sink.close()


async def _loop(protocol: PlansmithProtocol, source: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    failure: list[BaseException] = []

    def handle(data: dict[str, Any]) -> None:
        try:
            protocol.handle_data(data)
        except SystemExit as end:
            failure.append(end)
            ended.set()

    def read() -> None:
        try:
            while True:
                body = read_message(source)
                if body is None:
                    break
                try:
                    data = json.loads(body)
                except ValueError:
                    logger.error("a message was no JSON; it is left out")
                    continue
                if isinstance(data, dict):
                    loop.call_soon_threadsafe(handle, data)
        except (OSError, ValueError) as problem:
            logger.info("the client's stream ended: %s", problem)
        except RuntimeError:
            return  # the loop is closed already
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, name="reader", daemon=True).start()
    await ended.wait()
    if failure:
        raise failure[0]


def read_message(source: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end of the stream."""
    length = 0
    while True:
        header = source.readline(4096)
        if not header:
            return None
        if header in (b"\r\n", b"\n"):
            if length:
                break
            continue
        name, _, value = header.partition(b":")
        if name.strip().lower() == b"content-length":
            try:
                length = int(value)
            except ValueError as problem:
                raise ValueError(f"a header says Content-Length: {value!r}") from problem
            if not 0 < length <= _MAX_MESSAGE:
                raise ValueError(f"a message claims {length} bytes")
    body = source.read(length)
    return body if len(body) == length else None
