"""Expansion by a model, end to end: the server, an editor, and a real HTTP peer that plays the model."""

from __future__ import annotations

import asyncio
import os

import pytest
import pytest_asyncio
from llmock.scenarios import Fail, Reply
from llmock.testing import LLMockServer

from tests.expand.test_engine import COARSE, DONE, NOTHING_NEW, PLAN, VALIDATION
from tests.model.asks import asks

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def peer():
    with LLMockServer() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", params=["vscode", "neovim"])
async def editor(request, start, peer, tmp_path):
    """An editor whose server asks the peer."""
    environment = {**os.environ, **asks(peer.base_url("anthropic"), tmp_path)}
    return await start(request.param, [tmp_path], env=environment)


async def test_a_plan_is_streamed_checked_and_inserted_in_one_edit(editor, peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied", answer
    assert answer["usage"]["requests"] == 1
    assert "`pytest tests/test_health.py` passes" in buffer.text
    assert buffer.changes == 1
    author = iter(buffer.text.splitlines())
    assert all(line in author for line in COARSE.splitlines())


async def test_typing_above_while_the_plan_streams_loses_nothing(editor, peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    running = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    buffer.type(0, 0, "Typed above\n\n")
    answer = await running
    assert answer["status"] == "applied", answer
    assert buffer.text.startswith("Typed above\n\n# Backlog\n")
    author = iter(buffer.text.splitlines())
    assert all(line in author for line in COARSE.splitlines())


async def test_a_plan_that_the_rules_refuse_is_kept_and_nothing_is_changed(editor, peer, tmp_path):
    for _ in range(3):
        peer.state.scenarios.add(Reply(PLAN.replace(VALIDATION, "")))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert "does not pass the rules" in answer["message"]
    assert answer["usage"]["requests"] == 3
    assert buffer.text == COARSE
    assert list((tmp_path / "cache").rglob("*.md")) != []


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_plan_arrives_with_no_warning_about_files_that_its_findings_would_show(start, peer, tmp_path, name):
    environment = {**os.environ, **asks(peer.base_url("anthropic"), tmp_path)}
    (tmp_path / ".git").mkdir()
    editor = await start(name, [tmp_path], env=environment, trusted=True)
    peer.state.scenarios.add(Reply(PLAN))
    peer.state.scenarios.add(Reply(NOTHING_NEW))
    buffer = editor.open(tmp_path / "tasks.md", DONE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied", answer
    assert answer["usage"]["requests"] == 2
    assert "src/health.py` - the" not in buffer.text
    rules = await buffer.rules()
    assert rules
    assert {"phantom-completion", "missing-file"}.isdisjoint(rules)


async def test_a_refused_request_says_what_to_do(editor, peer, tmp_path):
    peer.state.scenarios.add(Fail(404))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert "knows no model" in answer["message"]
    assert buffer.text == COARSE
