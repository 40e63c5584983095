"""What the server is doing, and which tasks a document has, for clients that show it."""

from __future__ import annotations

import asyncio

import pytest
from pygls.exceptions import JsonRpcException

from tests.expand.test_engine import OWN

from .editor import MARKS, recorded, within
from .modelling import environment
from .test_several_at_once import TASKS

pytestmark = MARKS

SHOWS = {"experimental": {"plansmith": {"status": True}}}


async def test_a_client_is_told_what_runs_and_who_writes(start, model, tmp_path):
    env = environment(model.url, tmp_path, model="claude-test")
    editor = await start("vscode", [tmp_path], recorded("vscode", **SHOWS), env=env)
    [idle] = await editor.until(lambda: editor.states)
    assert (idle.running, idle.provider, idle.model) == (0, "anthropic", "claude-test")
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    [asked] = await model.until(1)
    await editor.until(lambda: editor.states[-1].running == 1)
    await asked.finish(OWN)
    assert (await within(run))["status"] == "applied"
    await editor.until(lambda: editor.states[-1].running == 0)
    assert [state.running for state in editor.states] == [0, 1, 0]


async def test_the_planner_is_told_too(start, tmp_path):
    env = environment("https://models.example", tmp_path, provider="offline")
    editor = await start("vscode", [tmp_path], recorded("vscode", **SHOWS), env=env)
    [idle] = await editor.until(lambda: editor.states)
    assert (idle.provider, idle.model) == ("offline", None)


async def test_a_client_that_does_not_show_it_is_told_nothing(start, tmp_path):
    env = environment("https://models.example", tmp_path, provider="offline")
    editor = await start("vscode", [tmp_path], env=env)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert editor.states == []


async def test_the_tasks_of_a_document(start, tmp_path):
    env = environment("https://models.example", tmp_path, provider="offline")
    editor = await start("vscode", [tmp_path], env=env)
    text = "# Shop 🛒\n\n## Task 1: Store ✅\n\n## Task 2: Serve\n\n**Prerequisites**: Task 1\n\n## Task 3: Sell\n\n**Prerequisites**: Task 2\n"
    buffer = editor.open(tmp_path / "tasks.md", text)
    tasks = (await editor.request("plansmith/tasks", {"uri": buffer.uri})).tasks
    assert [(task.line, task.id, task.done, task.ready, task.plan) for task in tasks] == [
        (2, "1", True, False, False),
        (4, "2", False, True, False),
        (8, "3", False, False, False),
    ]
    assert {"objective", "steps", "success"} <= set(tasks[1].missing)
    await buffer.run("expandTask", task="2")
    tasks = (await editor.request("plansmith/tasks", {"uri": buffer.uri})).tasks
    assert [(task.plan, task.complete) for task in tasks] == [(False, False), (True, True), (False, False)]
    assert tasks[1].missing == []


async def test_a_document_without_tasks_has_none(start, tmp_path):
    env = environment("https://models.example", tmp_path, provider="offline")
    editor = await start("vscode", [tmp_path], env=env)
    buffer = editor.open(tmp_path / "notes.md", "# Notes\n")
    off = editor.open(tmp_path / "off.md", "---\nplansmith: false\n---\n\n## Task 1: Build\n")
    for uri in (buffer.uri, off.uri, "file:///nowhere.md"):
        assert (await editor.request("plansmith/tasks", {"uri": uri})).tasks == []


async def test_a_question_for_tasks_that_names_no_document_is_refused(start, tmp_path):
    env = environment("https://models.example", tmp_path, provider="offline")
    editor = await start("vscode", [tmp_path], env=env)
    with pytest.raises(JsonRpcException):
        await editor.request("plansmith/tasks", {})
