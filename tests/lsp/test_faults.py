"""Whatever fault strikes a model, a client gets a whole valid plan or an untouched document, one message, and its text."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import pytest_asyncio

from plansmith.expand.resume import joined
from tests.expand.test_engine import COARSE, PLAN, VALIDATION
from tests.model.faults import LASTING, PASSING, SLOW, partial, prepare, verdict

from .editor import MARKS, Editor
from .modelling import environment

pytestmark = MARKS
CLIENTS = ["vscode", "neovim"]
# What is not told is told to all clients in the same way.
any_client = pytest.mark.parametrize("server", ["vscode"], indirect=True)
TASKS = f"{COARSE}\nTell everybody.\n\n## Task 3: Watch it\n\nLook at it.\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=CLIENTS)
async def server(request, tmp_path_factory, llmock_server):
    """A server that asks llmock; one for all faults, as a user has one for all weathers."""
    folder = tmp_path_factory.mktemp(request.param)
    variables = environment(llmock_server.base_url("anthropic"), folder, retries=1, silence_timeout=1)
    editor = await Editor(request.param).start([folder], env=variables)
    yield editor, folder
    assert await editor.stop() == 0


@pytest.fixture
def editor(server):
    """The server, with nothing open and nothing kept."""
    editor, folder = server
    shutil.rmtree(folder / "cache", ignore_errors=True)
    yield editor
    editor.reset()


@pytest.fixture
def path(server):
    return server[1] / "tasks.md"


def kept(path: Path) -> list[str]:
    """The texts that are kept."""
    return [file.read_text("utf-8").partition("\n")[2] for file in sorted((path.parent / "cache").rglob("*.md"))]


def check_plan(path, buffer, answer) -> None:
    """One edit has brought a whole plan, nothing of the author's is gone, and nothing is left over."""
    assert answer["status"] == "applied", answer
    assert answer["message"] == "Task 1: 9 sections written"
    assert buffer.changes == 1
    assert buffer.text.count("### Implementation Steps") == 1
    assert "`pytest tests/test_health.py` passes" in buffer.text
    author = iter(buffer.text.splitlines())
    assert all(line in author for line in COARSE.splitlines())
    assert kept(path) == []


def check_untouched(editor, buffer, answer, words: str) -> None:
    """The document is as it was, and one message says why."""
    assert answer["status"] == "failed", answer
    assert (buffer.text, buffer.changes, editor.edits) == (COARSE, 0, [])
    assert answer["message"].startswith("Task 1: ")
    assert answer["message"].count(words) == 1
    assert editor.messages == []
    # Where the model can't be reached and nothing had come, the same words offer what to do.
    assert len(editor.questions) <= 1
    for message in (answer["message"], *(question.message for question in editor.questions)):
        assert words in message
        assert "\n" not in message
        assert "Traceback" not in message


@any_client
@pytest.mark.parametrize("name", PASSING)
async def test_a_fault_that_ends_is_outlived(editor, llmock, path, name):
    fault = PASSING[name]
    prepare(llmock, fault, 1)
    buffer = editor.open(path, COARSE)
    check_plan(path, buffer, await buffer.run("expandTask", task="1"))
    assert editor.questions == []
    if not fault.unseen:
        verdict(llmock)


@pytest.mark.parametrize("name", PASSING)
async def test_a_fault_that_does_not_end_changes_nothing_and_loses_nothing(editor, llmock, path, name):
    fault = PASSING[name]
    prepare(llmock, fault, None)
    buffer = editor.open(path, COARSE)
    answer = await buffer.run("expandTask", task="1")
    check_untouched(editor, buffer, answer, fault.words)
    assert "(tried 2 times)" in answer["message"]
    assert kept(path) == [partial(fault)] * bool(fault.pieces)
    verdict(llmock, fault.finding)


@any_client
@pytest.mark.parametrize("name", SLOW)
async def test_a_slow_answer_is_waited_for(editor, llmock, path, name):
    llmock.reply(PLAN)
    SLOW[name](llmock)
    buffer = editor.open(path, COARSE)
    check_plan(path, buffer, await buffer.run("expandTask", task="1"))
    assert len(llmock.requests) == 1
    verdict(llmock)


@any_client
@pytest.mark.parametrize("name", LASTING)
async def test_what_no_second_request_can_change_is_asked_once(editor, llmock, path, name):
    inject, words = LASTING[name]
    inject(llmock)
    buffer = editor.open(path, COARSE)
    check_untouched(editor, buffer, await buffer.run("expandTask", task="1"), words)
    assert len(llmock.requests) == 1
    assert kept(path) == []
    verdict(llmock)


@any_client
async def test_a_wait_that_is_too_long_is_told_and_not_waited(editor, llmock, path):
    llmock.rate_limit(times=None, retry_after=600)
    buffer = editor.open(path, COARSE)
    check_untouched(editor, buffer, await buffer.run("expandTask", task="1"), "asks to wait 10 min")
    assert len(llmock.requests) == 1


@any_client
async def test_a_model_that_calls_a_tool_has_written_no_plan(editor, llmock, path):
    """It is offered none, so that llmock has no tool call to break."""
    llmock.call_tool("write_file", {"path": "x"}, times=None).break_tool_call(times=None)
    buffer = editor.open(path, COARSE)
    check_untouched(editor, buffer, await buffer.run("expandTask", task="1"), "This section is missing")
    assert not any("tools" in record.body for record in llmock.requests)
    verdict(llmock)


@any_client
@pytest.mark.parametrize("name", ["disconnect", "truncated", "malformed", "stall"])
async def test_a_fault_while_sections_are_mended_keeps_what_came_before(editor, llmock, path, name):
    broken, fault = PLAN.replace(VALIDATION, ""), PASSING[name]
    llmock.reply(broken)
    llmock.stall(after_chunks=100_000)  # which never comes about: the first answer is the first fault's
    prepare(llmock, fault, None)
    buffer = editor.open(path, COARSE)
    check_untouched(editor, buffer, await buffer.run("expandTask", task="1"), fault.words)
    assert kept(path) == [joined(broken, partial(fault))]
    verdict(llmock, fault.finding, 3)


@pytest.mark.parametrize("name", ["outage", "429 without", "disconnect", "truncated", "malformed", "stall"])
async def test_a_fault_in_a_whole_document_is_told_once_and_keeps_every_text(editor, llmock, path, name):
    fault = PASSING[name]
    prepare(llmock, fault, None)
    buffer = editor.open(path, TASKS)
    answer = await buffer.run("expandAll")
    assert answer["status"] == "failed", answer
    assert (buffer.text, buffer.changes, editor.edits) == (TASKS, 0, [])
    assert answer["message"].count(fault.words) == 1
    assert "\n" not in answer["message"]
    assert len(editor.questions) <= 1
    assert editor.messages == []
    assert kept(path) == [partial(fault)] * (3 if fault.pieces else 0)
    verdict(llmock, fault.finding, 6)


@any_client
async def test_what_came_of_a_broken_answer_is_gone_on_with_when_the_model_is_back(editor, llmock, path):
    prepare(llmock, PASSING["truncated"], 2)
    buffer = editor.open(path, COARSE)
    check_untouched(editor, buffer, await buffer.run("expandTask", task="1"), "broke off")
    actions = await buffer.actions("Serve health", only=["refactor"])
    [action] = [each for each in actions if each.title.startswith("Continue the unfinished plan")]
    answer = await editor.command(action.command.command, *action.command.arguments)
    check_plan(path, buffer, answer)
