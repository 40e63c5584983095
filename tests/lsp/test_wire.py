"""The wire itself: broken messages, requests out of turn, exit statuses, and nothing but the protocol on stdout."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcMethodNotFound

from plansmith.lsp.server import PlansmithServer

from .editor import MARKS, SERVER, TIMEOUT, within
from .texts import COARSE, FLAWED

pytestmark = MARKS


class Wire:
    """A server's process, and raw bytes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin, self.stdout = process.stdin, process.stdout
        self.ids = 0

    def write(self, data: bytes) -> None:
        self.stdin.write(data)

    def send(self, **message) -> None:
        self.write(framed(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    async def read(self) -> dict:
        """The next message; anything else on stdout is an error."""
        message = await self._next()
        assert message is not None, "the server has hung up"
        return message

    async def ask(self, method: str, params: object = None) -> dict:
        """Send a request and wait for its answer."""
        self.ids += 1
        self.send(id=self.ids, method=method, params=params)
        while (answer := await self.read()).get("id") != self.ids or "method" in answer:
            pass
        return answer

    async def greet(self, *, pulls: bool = False) -> None:
        capabilities: dict = {"workspace": {"applyEdit": True}}
        if pulls:
            capabilities = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
        params = {"processId": None, "rootUri": None, "capabilities": capabilities}
        assert "result" in await self.ask("initialize", params)
        self.send(method="initialized", params={})

    async def is_well(self) -> None:
        """The server answers as if nothing had happened."""
        assert (await self.ask("no/such"))["error"]["code"] == types.ErrorCodes.MethodNotFound.value

    async def status(self) -> int:
        """The exit status, once the process has ended; nothing more may stand on stdout."""
        while await self._next() is not None:
            pass
        return await within(self.process.wait())

    async def _next(self) -> dict | None:
        headers = {}
        while (line := await within(self.stdout.readline())) not in (b"\r\n", b""):
            name, colon, value = line.partition(b": ")
            assert colon, f"{line!r} is no header"
            headers[name] = value
        if not headers:
            return None
        assert set(headers) <= {b"Content-Length", b"Content-Type"}
        return json.loads(await within(self.stdout.readexactly(int(headers[b"Content-Length"]))))


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest_asyncio.fixture(loop_scope="session")
async def wire():
    process = await asyncio.create_subprocess_exec(
        *SERVER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    yield Wire(process)
    if process.returncode is None:
        process.kill()
    await asyncio.wait_for(process.communicate(), TIMEOUT)


async def test_an_unknown_request_is_refused(editor):
    with pytest.raises(JsonRpcMethodNotFound, match="no/such"):
        await editor.request("no/such", {})


@pytest.mark.parametrize("params", [{"textDocument": 5}, {}, [], None])
async def test_a_request_with_malformed_parameters_is_refused_by_name(wire, params):
    await wire.greet(pulls=True)
    for method in (types.TEXT_DOCUMENT_CODE_LENS, types.TEXT_DOCUMENT_CODE_ACTION, types.TEXT_DOCUMENT_DIAGNOSTIC):
        error = (await wire.ask(method, params))["error"]
        assert error["code"] == types.ErrorCodes.InvalidParams.value
        assert method in error["message"]


def _place(line: int, character: int) -> dict:
    return {"line": line, "character": character}


async def test_a_malformed_change_is_one_line_of_the_log_and_changes_nothing(wire):
    await wire.greet()
    item = {"uri": "untitled:a", "languageId": "markdown", "version": 1, "text": FLAWED}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    before = (await wire.read())["params"]["diagnostics"]
    document = {"uri": "untitled:a", "version": 2}
    broken = [{"text": "gone"}, {"range": {"start": _place(0, 0)}, "text": "x"}]
    wire.send(method="textDocument/didChange", params={"textDocument": document, "contentChanges": broken})
    wire.send(method="textDocument/didOpen", params={"textDocument": {"uri": "untitled:b"}})
    outside = [{"range": {"start": _place(-5, -5), "end": _place(-1, 7)}, "text": ""}]
    wire.send(method="textDocument/didChange", params={"textDocument": document, "contentChanges": outside})
    assert (await wire.read())["params"] == {"uri": "untitled:a", "version": 2, "diagnostics": before}
    await wire.ask("shutdown")
    wire.send(method="exit")
    assert await wire.status() == 0
    log = (await within(wire.process.stderr.read())).decode().splitlines()
    assert log[0] == "WARNING plansmith.lsp.protocol: textDocument/didChange is left out: 'end' is missing"
    assert log[1].startswith("WARNING plansmith.lsp.protocol: textDocument/didOpen is left out: ")
    assert len(log) == 2


async def test_malformed_notifications_do_no_harm(wire):
    await wire.greet()
    item = {"uri": "untitled:a", "languageId": "markdown", "version": 1, "text": FLAWED}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    assert (await wire.read())["params"]["version"] == 1
    for method, params in (
        ("no/such", {"a": 1}),
        ("$/no/such", None),
        ("$/cancelRequest", {}),
        ("$/cancelRequest", {"id": "never"}),
        ("$/setTrace", {"value": "verbose"}),
        ("plansmith/didChangeTrust", {}),
        ("plansmith/didChangeTrust", [1]),
        ("textDocument/didOpen", {"textDocument": 5}),
        ("textDocument/didChange", {"textDocument": {"uri": "untitled:a"}, "contentChanges": [{"range": 5}]}),
        ("textDocument/didChange", {}),
        ("textDocument/didChange", None),
        ("textDocument/didClose", {}),
        ("textDocument/didSave", None),
        ("workspace/didChangeWatchedFiles", {"changes": 3}),
        ("window/workDoneProgress/cancel", {}),
    ):
        wire.send(method=method, params=params)
    wire.send(
        method="textDocument/didChange",
        params={
            "textDocument": {"uri": "untitled:a", "version": 2},
            "contentChanges": [
                {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
            ],
        },
    )
    published = (await wire.read())["params"]
    assert published["version"] == 2
    lines = [each["range"]["start"]["line"] for each in published["diagnostics"] if each["code"] == "unknown-task"]
    assert lines == [7, 7]
    wire.process.stdin.close()
    assert b"Traceback" not in await within(wire.process.stderr.read())


async def test_broken_messages_do_not_kill_the_server(wire):
    await wire.greet()
    for body in (b"{", b"\xff\xfe", b"nothing", b"[" * 100_000, b'"' + b"x" * 100_000):
        wire.write(framed(body))
        answer = await wire.read()
        assert answer["id"] is None
        assert answer["error"]["code"] == types.ErrorCodes.ParseError.value
        await wire.is_well()


async def test_messages_that_are_no_objects_are_refused(wire):
    await wire.greet()
    for body in (b"[]", b"5", b"null", b'"text"', b'{"jsonrpc":"2.0","id":9,"method":[]}'):
        wire.write(framed(body))
        answer = await wire.read()
        assert answer["id"] is None
        assert answer["error"]["code"] == types.ErrorCodes.InvalidRequest.value
    for body in (b"{}", b'{"jsonrpc":"2.0","id":77,"result":1}', b'{"jsonrpc":"2.0","result":1}'):
        wire.write(framed(body))
        await wire.is_well()


@pytest.mark.parametrize(
    "junk",
    [
        b"X-Custom: " + b"a" * 1_000_000 + b"\r\n",
        b"x" * 4096 + b"\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n",
        b"\r\n\r\n\n\n",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: -5\r\n\r\n{}",
        b"Content-Length: 0\r\n\r\n",
        b"Content-Length: 999999999999999999999999\r\n\r\n{}\n",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"a log line of somebody\n",
    ],
    ids=[
        "a header of a megabyte",
        "a header as long as is read at once",
        "another header",
        "blank lines",
        "no number",
        "less than nothing",
        "nothing",
        "an absurd length",
        "too long a message",
        "a stray line",
    ],
)
async def test_what_is_no_header_is_passed_over(wire, junk):
    await wire.greet()
    wire.write(junk)
    await wire.is_well()
    wire.write(junk)
    await wire.is_well()


async def test_headers_come_in_any_case_and_order(wire):
    await wire.greet()
    body = b'{"jsonrpc":"2.0","id":"x","method":"no/such"}'
    wire.write(b"Content-Type: text\r\ncontent-length:%d\r\nX: y\r\n\r\n%b" % (len(body), body))
    assert (await wire.read())["id"] == "x"


@pytest.mark.parametrize("length", [4095, 4096, 4097, 8192, 100_000])
async def test_a_header_of_any_length_ends_with_its_line(wire, length):
    await wire.greet()
    body = b'{"jsonrpc":"2.0","id":"x","method":"no/such"}'
    wire.write(b"Content-Length: %d\r\n%b\r\n\r\n%b" % (len(body), b"X:".ljust(length, b"y"), body))
    assert (await wire.read())["id"] == "x"


async def test_a_message_may_come_in_pieces(wire):
    await wire.greet()
    whole = framed('{"jsonrpc":"2.0","id":"🚀","method":"no/such"}'.encode())
    for start in range(0, len(whole), 7):
        wire.write(whole[start : start + 7])
        await wire.stdin.drain()
    assert (await wire.read())["id"] == "🚀"


async def test_lone_surrogates_do_no_harm(wire):
    await wire.greet()
    item = {
        "uri": "untitled:a",
        "languageId": "markdown",
        "version": 1,
        "text": FLAWED.replace("Task 9", "Task \ud83d9"),
    }
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    published = await wire.read()
    assert published["method"] == "textDocument/publishDiagnostics"
    assert published["params"]["diagnostics"]
    await wire.is_well()


async def test_nothing_goes_before_initialize(wire):
    wire.send(method="textDocument/didOpen", params={})
    wire.send(method="plansmith/didChangeTrust", params={"trusted": True})
    for method in ("textDocument/codeLens", "shutdown", "no/such"):
        answer = await wire.ask(method, {})
        assert answer["error"]["code"] == types.ErrorCodes.ServerNotInitialized.value
    await wire.greet()
    await wire.is_well()


async def test_a_malformed_initialize_may_be_sent_again(wire):
    answer = await wire.ask("initialize", {"capabilities": 5})
    assert answer["error"]["code"] == types.ErrorCodes.InvalidParams.value
    await wire.greet()


async def test_initialize_comes_once(wire):
    await wire.greet()
    answer = await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert answer["error"]["code"] == types.ErrorCodes.InvalidRequest.value


async def test_nothing_is_answered_after_shutdown(wire):
    await wire.greet()
    assert (await wire.ask("shutdown"))["result"] is None
    for method in ("textDocument/codeLens", "textDocument/diagnostic", "workspace/executeCommand", "shutdown"):
        params = (
            {"textDocument": {"uri": "untitled:a"}, "command": "plansmith.cancel"} if method != "shutdown" else None
        )
        answer = await wire.ask(method, params)
        assert answer["error"]["code"] == types.ErrorCodes.InvalidRequest.value


async def test_exit_after_shutdown_is_success(wire):
    await wire.greet()
    await wire.ask("shutdown")
    wire.send(method="exit")
    assert await wire.status() == 0


@pytest.mark.parametrize("greeted", [True, False])
async def test_exit_without_shutdown_is_a_failure(wire, greeted):
    if greeted:
        await wire.greet()
    wire.send(method="exit")
    assert await wire.status() == 1


async def test_a_client_that_hangs_up_ends_the_server(wire):
    await wire.greet()
    wire.stdin.close()
    assert await wire.status() == 1


async def test_a_client_that_hangs_up_in_the_middle_ends_the_server(wire):
    await wire.greet()
    wire.write(b"Content-Length: 500\r\n\r\n{")
    wire.stdin.close()
    assert await wire.status() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
async def test_an_interrupt_ends_the_server_without_a_traceback(wire):
    await wire.greet()
    wire.process.send_signal(signal.SIGINT)
    assert await wire.status() == 130
    assert wire.process.stderr is not None
    assert b"Traceback" not in await within(wire.process.stderr.read())


async def test_a_whole_session_writes_nothing_but_the_protocol(wire):
    """And nothing at all to stderr."""
    await wire.greet()
    item = {"uri": "untitled:a", "languageId": "markdown", "version": 1, "text": FLAWED}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    assert (await wire.read())["params"]["version"] == 1
    lenses = await wire.ask("textDocument/codeLens", {"textDocument": {"uri": "untitled:a"}})
    assert lenses["result"]
    await wire.ask("workspace/executeCommand", {"command": "plansmith.showGraph", "arguments": [{"uri": "untitled:a"}]})
    await wire.ask("workspace/executeCommand", {"command": "plansmith.expandTask", "arguments": [{"uri": 5}]})
    await wire.ask("shutdown")
    wire.send(method="exit")
    assert await wire.status() == 0
    assert wire.process.stderr is not None
    assert await within(wire.process.stderr.read()) == b""


async def test_an_answer_that_comes_after_the_cancel_is_no_trouble(wire):
    await wire.greet()
    item = {"uri": "untitled:a", "languageId": "markdown", "version": 1, "text": COARSE}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    place = {"uri": "untitled:a", "task": "1"}
    wire.send(
        id="run", method="workspace/executeCommand", params={"command": "plansmith.expandTask", "arguments": [place]}
    )
    while (request := await wire.read()).get("method") != "workspace/applyEdit":
        pass
    wire.send(id="cancel", method="workspace/executeCommand", params={"command": "plansmith.cancel"})
    answers: dict[str, str] = {}
    while set(answers) != {"run", "cancel"}:
        answer = await wire.read()
        answers[answer["id"]] = answer["result"]["status"]
    assert answers == {"run": "cancelled", "cancel": "cancelled"}
    wire.send(id=request["id"], result={"applied": False})
    await wire.ask("shutdown")
    wire.send(method="exit")
    assert await wire.status() == 0
    assert wire.process.stderr is not None
    assert await within(wire.process.stderr.read()) == b""


async def test_a_command_that_has_ended_is_forgotten():
    """pygls keeps the task of every command, with all that it held."""
    server = PlansmithServer()
    done: list[object] = []

    async def command() -> str:
        await asyncio.sleep(0)
        return "done"

    server.protocol._execute_handler("inner", command, done.append)
    assert len(server.protocol._request_futures) == 1
    while not done:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert server.protocol._request_futures == {}


async def test_a_request_that_can_not_be_answered_is_refused():
    """Whoever gets no answer waits for good."""
    server = PlansmithServer()
    sent: list[bytes] = []
    server.protocol.send_bytes = lambda *parts: sent.append(b"".join(parts))  # type: ignore[method-assign]
    server.protocol._greeted = True

    def fail(params: object) -> bytes:
        raise ValueError("broken")

    async def fail_later() -> bytes:
        raise ValueError("broken")

    server.protocol.raw_requests["at/once"] = fail
    server.protocol.raw_requests["later"] = lambda _: fail_later()
    for number, method in enumerate(("at/once", "later")):
        server.protocol.handle_data({"jsonrpc": "2.0", "id": number, "method": method, "params": {}})
        while len(sent) <= number:
            await asyncio.sleep(0)
        error = json.loads(sent[number])["error"]
        assert error["code"] == types.ErrorCodes.InternalError.value
        assert "broken" in error["message"]
