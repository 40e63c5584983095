"""The wire: one reader thread, a short way for what comes with every keystroke, and a cancel that cancels.

pygls keeps its own documents, which split lines where the protocol does not; here they are never made.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Generator
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from .changes import MalformedError

logger = logging.getLogger(__name__)

_MAX_MESSAGE = 256 * 1024 * 1024  # bytes; what claims more is no message of an editor
_PIPE = 1024 * 1024  # bytes; the most that Linux gives without asking
_MAX_HEADER = 4096  # bytes of a line that are looked at together
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?\n", re.IGNORECASE)


RawAnswer = Callable[[dict[str, Any]], bytes | Awaitable[bytes]]


class PlansmithProtocol(LanguageServerProtocol):
    """pygls' protocol without its documents, and with raw messages both ways."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The hooks are set by the server that owns this protocol."""
        self.raw_notifications: dict[str, Callable[[Any], None]] = {}
        self.raw_requests: dict[str, RawAnswer] = {}
        self.on_cancel: Callable[[int | str], None] = lambda _: None
        self._later: dict[int | str, asyncio.Future[bytes]] = {}  # raw requests that are being answered
        self._greeted = False  # whether initialize has come
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

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Hand the folders to the server's own handler; pygls' keeps its own, and trips over one it does not have."""
        self._to_server(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """Hand a command its whole request: pygls would pass on the arguments without the progress token."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"There is no command {params.command}")
        return (yield handler, (params,), None)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """End what runs, and take no more requests; pygls would trip over the requests that end with their runs."""
        self._shutdown = True
        yield self.fm.features[types.SHUTDOWN], args, None

    def _execute_handler(self, msg_id: int | str, *args: Any, **named: Any) -> None:
        """Forget a command once it has ended; pygls keeps the task of every one, with its result, for good."""
        super()._execute_handler(msg_id, *args, **named)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda done: self._forget(msg_id, done))

    def _forget(self, msg_id: int | str, done: object) -> None:
        if self._request_futures.get(msg_id) is done:
            del self._request_futures[msg_id]

    def _to_server(self, method: str, params: object) -> None:
        handler = self.fm.features.get(method)
        if handler is not None:
            handler(params)

    def _handle_cancel_notification(self, msg_id: int | str) -> None:
        """Cancel what runs for a request; pygls alone would answer, and let an async command go on."""
        later = self._later.get(msg_id)
        if later is not None:
            later.cancel()
            return
        self.on_cancel(msg_id)
        super()._handle_cancel_notification(msg_id)

    def _handle_response(self, msg_id: int | str, result: Any = None, error: Any = None) -> None:
        """Take an answer, unless nobody waits for it any more: the run that asked may be cancelled."""
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            del self._request_futures[msg_id]
        else:
            super()._handle_response(msg_id, result, error)

    def handle_data(self, data: object) -> None:
        """Handle one decoded message; one that can't be is refused, or left out where nobody waits for an answer."""
        method = data.get("method") if isinstance(data, dict) else None
        try:
            if not isinstance(data, dict) or not isinstance(method, str | None):
                self.refuse(None, types.ErrorCodes.InvalidRequest, "A message is an object with a method or an answer")
            elif method is None:
                self.handle_message(self.structure_message(data))
            elif "id" in data:
                self._handle_raw_request(data["id"], method, data)
            else:
                self._handle_raw_notification(method, data)
        except MalformedError as problem:
            logger.warning("%s is left out: %s", method, problem)
        except Exception:
            logger.exception("a message could not be handled: %s", method)

    def _handle_raw_request(self, msg_id: int | str, method: str, data: dict[str, Any]) -> None:
        refusal = self._out_of_turn(method)
        if refusal is not None:
            self.refuse(msg_id, *refusal)
            return
        answer = self.raw_requests.get(method)
        if answer is not None:
            self._answer(msg_id, method, answer, data.get("params"))
            return
        try:
            message = self.structure_message(data)
        except Exception as problem:
            self.refuse(msg_id, types.ErrorCodes.InvalidParams, f"Invalid parameters for {method}: {_cause(problem)}")
            return
        self._greeted = True
        self.handle_message(message)

    def _out_of_turn(self, method: str) -> tuple[types.ErrorCodes, str] | None:
        """Why a request can't be answered at this point of the connection's life."""
        if self._shutdown:
            return types.ErrorCodes.InvalidRequest, f"{method} came after shutdown"
        if not self._greeted and method != types.INITIALIZE:
            return types.ErrorCodes.ServerNotInitialized, f"{method} came before initialize"
        if self._greeted and method == types.INITIALIZE:
            return types.ErrorCodes.InvalidRequest, "The server is initialized already"
        return None

    def _handle_raw_notification(self, method: str, data: dict[str, Any]) -> None:
        if not self._greeted and method != types.EXIT:
            logger.warning("%s came before initialize; it is left out", method)
            return
        raw = self.raw_notifications.get(method)
        if raw is not None:
            raw(data.get("params"))
            return
        try:
            message = self.structure_message(data)
        except Exception as problem:
            raise MalformedError(_cause(problem)) from None
        self.handle_message(message)

    def _answer(self, msg_id: int | str, method: str, answer: RawAnswer, params: Any) -> None:
        try:
            result = answer(params)
        except (KeyError, TypeError, AttributeError) as problem:
            self.refuse(msg_id, types.ErrorCodes.InvalidParams, f"Invalid parameters for {method}: {problem!r}")
            return
        except Exception as problem:
            self._failed(msg_id, method, problem)
            return
        if isinstance(result, bytes):
            self._send_result(msg_id, result)
        else:
            self._later[msg_id] = asyncio.ensure_future(result)
            self._later[msg_id].add_done_callback(lambda later: self._answer_later(msg_id, method, later))

    def _answer_later(self, msg_id: int | str, method: str, later: asyncio.Future[bytes]) -> None:
        del self._later[msg_id]
        if later.cancelled():
            self.refuse(msg_id, types.LSPErrorCodes.RequestCancelled, f"{method} was cancelled")
        elif problem := later.exception():
            self._failed(msg_id, method, problem)
        else:
            self._send_result(msg_id, later.result())

    def _failed(self, msg_id: int | str, method: str, problem: BaseException) -> None:
        """Say that something is wrong here; a client that gets no answer at all would wait for good."""
        logger.error("%s could not be answered", method, exc_info=problem)
        self.refuse(msg_id, types.ErrorCodes.InternalError, f"{method} could not be answered: {problem!r}")

    def _send_result(self, msg_id: int | str, result: bytes) -> None:
        head = json.dumps(msg_id).encode()
        self.send_bytes(b'{"jsonrpc":"2.0","id":', head, b',"result":', result, b"}")

    def refuse(self, msg_id: int | str | None, code: types.ErrorCodes | types.LSPErrorCodes, message: str) -> None:
        """Answer a request with an error; the id is None where the message did not even show one (JSON-RPC 2.0)."""
        error = {"jsonrpc": "2.0", "id": msg_id, "error": {"code": code.value, "message": message}}
        self.send_bytes(json.dumps(error).encode())

    def send_bytes(self, *parts: bytes) -> None:
        """Send a message that is JSON already; its parts are copied once, for one may be a megabyte."""
        if self.writer is None:
            return
        try:
            self.writer.write(b"".join((b"Content-Length: %d\r\n\r\n" % sum(map(len, parts)), *parts)))
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
    _widen(sink)
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


def _widen(sink: BinaryIO) -> None:
    """Have a large answer taken at once: a pipe of Linux holds 64 kB, and each filling of it waits for the client."""
    try:
        import fcntl

        fcntl.fcntl(sink.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    except (ImportError, AttributeError, OSError, ValueError):
        return  # another system, no pipe, or all that one user may have


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

    def handle(data: object) -> None:
        try:
            protocol.handle_data(data)
        except SystemExit as end:
            failure.append(end)
            ended.set()

    def read() -> None:
        try:
            while (body := read_message(source)) is not None:
                try:
                    data = json.loads(body)
                except (ValueError, RecursionError) as problem:
                    refusal = (None, types.ErrorCodes.ParseError, f"A message was no JSON: {problem}")
                    loop.call_soon_threadsafe(protocol.refuse, *refusal)
                    continue
                loop.call_soon_threadsafe(handle, data)
            loop.call_soon_threadsafe(ended.set)
        except (OSError, ValueError) as problem:
            logger.info("the client's stream ended: %s", problem)
            loop.call_soon_threadsafe(ended.set)
        except RuntimeError:
            return  # the loop is closed already

    threading.Thread(target=read, name="reader", daemon=True).start()
    await ended.wait()
    if failure:
        raise failure[0]


def read_message(source: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end of the stream.

    Whatever is no header is passed over, so that after a broken message the next whole one is found again.
    """
    length = 0
    is_rest = False  # of a line that is longer than a header can be
    while header := source.readline(_MAX_HEADER):
        found = _LENGTH.search(header)
        if found:
            length = int(found[1])
        elif header in (b"\r\n", b"\n") and not is_rest:
            if 0 < length <= _MAX_MESSAGE:
                body = source.read(length)
                return body if len(body) == length else None
            length = 0
        is_rest = not header.endswith(b"\n")
    return None
