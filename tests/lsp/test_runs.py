"""A running expansion: its progress, the five ways to cancel it, and the answer at the start."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS, Editor, within
from .texts import COARSE

pytestmark = MARKS


class Held:
    """An editor that holds back its answer to the next edit, until it is let go."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._go = asyncio.Event()
        editor.on_edit.append(self._answer)

    async def _answer(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        await self._go.wait()
        return types.ApplyWorkspaceEditResult(applied=False, failure_reason="too late")

    async def reached(self) -> None:
        """Wait until the server asks for the edit."""
        await self._editor.until(lambda: self._editor.edits)

    def let_go(self) -> None:
        self._go.set()


@pytest.fixture
def held(editor):
    edit = Held(editor)
    yield edit
    edit.let_go()


def kinds(editor, token):
    return [value["kind"] for value in editor.progress[token]]


async def test_progress_goes_to_the_clients_token(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", token="mine", task="1")
    await editor.until(lambda: kinds(editor, "mine")[-1] == "end")
    begin, *reports, end = editor.progress["mine"]
    assert begin["kind"] == "begin"
    assert begin["title"] == "Plansmith"
    assert begin["cancellable"] is True
    assert any("Task 1" in report["message"] for report in reports)
    assert end["message"] == answer["message"]
    assert list(editor.progress) == ["mine"]


async def test_without_a_token_the_server_makes_one(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    await buffer.run("expandTask", task="1")
    [token] = editor.progress
    await editor.until(lambda: kinds(editor, token)[-1] == "end")
    assert kinds(editor, token)[0] == "begin"
    assert kinds(editor, token).count("end") == 1


async def test_expanding_all_counts_its_tasks(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    await buffer.run("expandAll", token="all")
    await editor.until(lambda: kinds(editor, "all")[-1] == "end")
    reports = [value for value in editor.progress["all"] if value["kind"] == "report"]
    assert [report["percentage"] for report in reports if report.get("percentage") is not None] == [0, 50]
    assert "Task 2 (2 of 2)" in [report["message"] for report in reports]


async def test_a_client_that_refuses_the_token_gets_the_plan_all_the_same(editor, tmp_path):
    async def refuse() -> None:
        raise JsonRpcException("no", -32603)

    editor.on_token = refuse
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert list(editor.progress.values()) == [[]]


async def cancelled(editor, buffer, run, token) -> None:
    """A run that was cancelled says so, ends its progress, and leaves the text as it is."""
    answer = await within(run)
    assert answer["status"] == "cancelled"
    assert answer["added"] == []
    await editor.until(lambda: kinds(editor, token)[-1] == "end")
    assert "ancelled" in editor.progress[token][-1]["message"]
    assert buffer.text == COARSE


async def test_a_run_is_cancelled_by_the_clients_token(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", token="mine", task="1"))
    await held.reached()
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token="mine"))
    await cancelled(editor, buffer, run, "mine")


async def test_a_run_is_cancelled_by_the_servers_token(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    await held.reached()
    [token] = editor.progress
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=token))
    await cancelled(editor, buffer, run, token)


async def test_a_token_of_nobody_cancels_nothing(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", token="mine", task="1"))
    await held.reached()
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token="yours"))
    assert await buffer.lenses()
    assert not run.done()
    await buffer.run("cancel")
    await cancelled(editor, buffer, run, "mine")


async def test_the_command_cancels_the_runs_of_one_document(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    other = editor.open(tmp_path / "other.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandAll", token="mine"))
    await held.reached()
    assert (await other.run("cancel"))["status"] == "nothing-missing"
    assert not run.done()
    assert (await buffer.run("cancel"))["status"] == "cancelled"
    await cancelled(editor, buffer, run, "mine")


async def test_the_command_cancels_all_runs(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("writeSection", token="mine", task="1", section="testing"))
    await held.reached()
    answer = await editor.command("plansmith.cancel", {})
    assert (answer["status"], answer["message"]) == ("cancelled", "1 cancelled")
    await cancelled(editor, buffer, run, "mine")


async def test_closing_the_document_cancels(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", token="mine", task="1"))
    await held.reached()
    buffer.close()
    await cancelled(editor, buffer, run, "mine")


async def test_cancelling_the_request_cancels_the_run(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    params = types.ExecuteCommandParams(
        command="plansmith.expandTask", arguments=[{"uri": buffer.uri, "task": "1"}], work_done_token="mine"
    )
    run = asyncio.ensure_future(
        editor.client.protocol.send_request_async(types.WORKSPACE_EXECUTE_COMMAND, params, msg_id="the one")
    )
    await held.reached()
    editor.client.cancel_request(types.CancelParams(id="the one"))
    with pytest.raises(JsonRpcException) as caught:
        await within(run)
    assert caught.value.code == types.LSPErrorCodes.RequestCancelled.value
    await editor.until(lambda: kinds(editor, "mine")[-1] == "end")
    assert "ancelled" in editor.progress["mine"][-1]["message"]
    assert (await buffer.run("cancel"))["message"] == "Nothing is running"
    assert buffer.text == COARSE


async def test_cancelling_a_request_that_is_over_does_no_harm(editor, tmp_path):
    editor.client.cancel_request(types.CancelParams(id="never was"))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert await buffer.lenses()


async def test_a_shutdown_cancels(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    held = Held(editor)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", token="mine", task="1"))
    await held.reached()
    await within(editor.client.shutdown_async(None))
    await cancelled(editor, buffer, run, "mine")
    editor.client.exit(None)
    server = editor.client._server
    assert server is not None
    assert await within(server.wait()) == 0
    held.let_go()


async def test_what_was_written_before_a_cancel_stays(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    editor.on_edit.append(editor.apply)
    held = Held(editor)
    run = asyncio.ensure_future(buffer.run("expandAll", token="mine"))
    await editor.until(lambda: len(editor.edits) == 2)
    await buffer.run("cancel")
    answer = await within(run)
    held.let_go()
    assert answer["status"] == "cancelled"
    assert buffer.text.count("### Implementation Steps") == 1


async def test_the_editor_is_served_while_an_expansion_runs(editor, tmp_path, held):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    run = asyncio.ensure_future(buffer.run("expandTask", token="mine", task="1"))
    await held.reached()
    buffer.type(0, 0, "🚀 ")
    assert await buffer.findings() == []
    assert len(await buffer.lenses()) == 2
    held.let_go()  # refused: the second try is made for the text as it stands now
    answer = await within(run)
    assert answer["status"] == "applied"
    assert buffer.text.startswith("🚀 # Breakdown 🗺\n\n## Task 1")


async def test_a_client_that_can_not_wait_is_answered_at_once(start, tmp_path):
    editor = await start("neovim", [tmp_path], reply="start")
    held = Held(editor)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "started"
    await held.reached()
    assert editor.messages == []
    # The task is followed by its line still, though its name is another now, and another stands above it.
    buffer.change(buffer.place("Task 1: Build the"), "Task 7: Make the")
    buffer.type(0, 0, "# More\n\n")
    held.let_go()
    [message] = await editor.until(lambda: editor.messages)
    assert message.type == types.MessageType.Info
    assert message.message.startswith("Plansmith: Task 7: ")
    assert buffer.text.count("### Implementation Steps") == 1
    assert buffer.text.index("### Implementation Steps") < buffer.text.index("## Task 2")


async def test_a_failure_is_told_as_a_warning(start, tmp_path):
    editor = await start("neovim", [tmp_path], reply="start")
    buffer = editor.open(tmp_path / "tasks.md", COARSE + "\n```\nnever closed\n")
    answer = await buffer.run("expandTask", task="2")
    assert answer["status"] == "started"
    [message] = await editor.until(lambda: editor.messages)
    assert message.type == types.MessageType.Warning
    # Where there is nothing to do the answer is there at once.
    assert (await buffer.run("expandTask", task="9"))["status"] == "conflict"
