"""The growing text of a plan, for clients that say that they show it; the document itself changes once."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from tests.expand.test_engine import OWN

from .editor import MARKS, recorded, within
from .modelling import environment
from .test_several_at_once import TASKS

pytestmark = MARKS

SHOWS = {"experimental": {"plansmith": {"partialPlan": True}}}


async def test_the_text_is_shown_while_it_grows(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], recorded("vscode", **SHOWS), env=environment(model.url, tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    [asked] = await model.until(1)
    for at in range(200):
        await asked.say(OWN[at : at + 1])
    await editor.until(lambda: editor.partial_plans)
    assert buffer.text == TASKS
    await asked.finish(OWN[200:])
    assert (await within(run))["status"] == "applied"
    *growing, last = await editor.until(lambda: editor.partial_plans[-1].done and editor.partial_plans)
    assert {(plan.uri, plan.task) for plan in editor.partial_plans} == {(buffer.uri, "Task 1")}
    assert all(not plan.done and OWN.startswith(plan.text) for plan in growing)
    assert last.text == OWN
    # Some 200 pieces are few notifications.
    assert 1 <= len(growing) < 20


async def test_a_client_that_does_not_show_it_gets_none(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    await (await model.until(1))[0].finish(OWN)
    assert (await within(run))["status"] == "applied"
    assert editor.partial_plans == []


async def test_a_client_that_can_not_wait_is_told_of_the_plan_later(start, model, tmp_path):
    editor = await start("neovim", [tmp_path], env=environment(model.url, tmp_path), reply="start")
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    assert (await buffer.run("expandTask", task="1"))["status"] == "started"
    await (await model.until(1))[0].finish(OWN)
    [message] = await editor.until(lambda: editor.messages)
    assert (message.type, message.message[:17]) == (types.MessageType.Info, "Plansmith: Task 1")
    assert "### Implementation Steps" in buffer.text
