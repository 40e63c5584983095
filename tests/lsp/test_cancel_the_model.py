"""Each way to cancel closes the connection to the model within a second, and keeps what had come."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.expand.test_engine import OWN

from .editor import MARKS, within
from .modelling import environment
from .test_several_at_once import TASKS

pytestmark = MARKS

SECOND = 1.0
PART = OWN[:300]


async def by_command(editor, buffer):
    assert (await buffer.run("cancel"))["status"] == "cancelled"


async def by_token(editor, buffer):
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token="mine"))


async def by_request(editor, buffer):
    editor.client.cancel_request(types.CancelParams(id="the one"))


async def by_closing(editor, buffer):
    buffer.close()


async def by_shutdown(editor, buffer):
    await within(editor.client.shutdown_async(None))


async def by_exit(editor, buffer):
    editor.client.exit(None)


async def by_hanging_up(editor, buffer):
    editor.client._server.stdin.close()


WAYS = [by_command, by_closing, by_shutdown, by_exit, by_hanging_up]
# With an answer at once the request and its token are over by then.
WHILE_THE_REQUEST_IS_OPEN = [by_token, by_request]
CASES = [(way, None) for way in WAYS + WHILE_THE_REQUEST_IS_OPEN] + [(way, "start") for way in WAYS]


@pytest.mark.parametrize(("way", "reply"), CASES, ids=[f"{way.__name__}-{reply or 'end'}" for way, reply in CASES])
async def test_the_connection_is_closed_within_a_second(start, model, tmp_path, way, reply):
    options = {"reply": reply} if reply else {}
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path), **options)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    params = types.ExecuteCommandParams(
        command="plansmith.expandAll", arguments=[{"uri": buffer.uri}], work_done_token="mine"
    )
    run = asyncio.ensure_future(
        editor.client.protocol.send_request_async(types.WORKSPACE_EXECUTE_COMMAND, params, msg_id="the one")
    )
    asked = list(await model.until(2))
    for each in asked:
        await each.say(PART)
    await editor.until(lambda: sum("tokens)" in str(value) for value in editor.progress["mine"]) == 2)
    began = time.monotonic()
    await way(editor, buffer)
    for each in asked:
        await asyncio.wait_for(each.left.wait(), SECOND)
    assert time.monotonic() - began < SECOND
    if way in (by_exit, by_hanging_up):
        assert await within(editor.client._server.wait()) in (0, 1)
    elif way is by_shutdown:
        editor.client.exit(None)
        assert await within(editor.client._server.wait()) == 0
    else:
        await editor.until(lambda: editor.progress["mine"][-1]["kind"] == "end")
        assert time.monotonic() - began < SECOND
        assert (await buffer.run("cancel"))["message"] == "Nothing is running"
        await answered(run)
    kept = [path.read_text(encoding="utf-8").partition("\n")[2] for path in (tmp_path / "cache").rglob("*.md")]
    assert kept == [PART, PART]
    assert buffer.text == TASKS


async def answered(run):
    """A cancelled command is answered too, if only with the error that says so."""
    with suppress(JsonRpcException):
        await within(run)


async def test_a_cancel_before_the_model_is_ready_stops_at_once(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1", token="mine"))
    await editor.until(lambda: editor.progress.get("mine"))
    began = time.monotonic()
    await buffer.run("cancel")
    assert (await within(run))["status"] == "cancelled"
    assert time.monotonic() - began < SECOND
    assert buffer.text == TASKS


async def test_the_model_is_made_ready_while_nothing_is_to_be_done(start, model, tmp_path):
    """The SDK is loaded off the event loop: the server answers all the time."""
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    pid = editor.client._server.pid
    slowest = 0.0
    end = time.monotonic() + 30
    while not loaded(pid) and time.monotonic() < end:
        began = time.monotonic()
        await buffer.lenses(resolve=False)
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.02)
    assert loaded(pid)
    assert model.asked == []
    assert slowest < 0.7


def loaded(pid: int) -> bool:
    """Whether a process has loaded the compiled part of the SDK's JSON reader."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        return "jiter" in maps.read()
