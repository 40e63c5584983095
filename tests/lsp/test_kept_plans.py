"""Kept plans are offered at their task, or anywhere once it is gone, over restarts, until used or dismissed."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio
from lsprotocol import types

from tests.expand.test_engine import OWN, REPAIR, VALIDATION

from .editor import MARKS, Editor, within
from .modelling import environment

pytestmark = MARKS

TASKS = "# Backlog\n\n## Task 1: Serve health\n\nServe it.\n\n## Task 2: Ship it\n\nShip it.\n"
REFUSED = types.ApplyWorkspaceEditResult(applied=False, failure_reason="no")
KIND = "refactor.rewrite.expand"


@pytest_asyncio.fixture(loop_scope="session")
async def editor(start, model, tmp_path):
    return await start("vscode", [tmp_path], env=environment(model.url, tmp_path))


async def titles(buffer, words: str) -> list[str]:
    actions = await buffer.actions(words, only=[KIND])
    return [action.title for action in actions if not action.title.startswith("Expand")]


async def act(buffer, words: str, title: str) -> dict:
    """Run the command of an action."""
    [action] = [action for action in await buffer.actions(words) if action.title.startswith(title)]
    assert action.kind.startswith(f"{KIND}.")
    command = action.command
    answer = await buffer.editor.command(command.command, *command.arguments)
    assert set(answer) == {"status", "message", "usage", "added"}
    return answer


async def no_place(editor: Editor, model, buffer) -> None:
    """A whole plan for Task 1 that the editor does not take."""

    async def refuse(params):
        return REFUSED

    editor.on_edit += [refuse] * 5
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    await (await model.until(1))[-1].finish(OWN)
    answer = await within(run)
    assert answer["status"] == "failed", answer
    assert answer["message"].endswith(
        "; the plan is kept: the action “Insert the kept plan” inserts it, and asks nobody"
    )
    assert buffer.text == TASKS


async def cancelled(editor: Editor, model, buffer, text: str) -> None:
    """A run for Task 1 that is cancelled when some text has come."""
    run = asyncio.ensure_future(buffer.run("expandTask", task="1", token="it"))
    asked = (await model.until(1))[-1]
    await asked.say(text)
    await editor.until(lambda: any("tokens)" in str(value.get("message")) for value in editor.progress["it"]))
    await buffer.run("cancel")
    answer = await within(run)
    assert answer["status"] == "cancelled"
    assert answer["message"].endswith("; what came is kept: the action “Continue the unfinished plan” goes on with it")
    assert (answer["usage"]["inputTokens"], answer["usage"]["requests"]) == (7, 1)


async def test_a_whole_plan_is_inserted_without_a_request_after_a_restart(editor, model, start, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    assert await titles(buffer, "Ship it") == []
    assert await titles(buffer, "Serve health") == ["Insert the kept plan", "Dismiss the kept plan"]
    await editor.stop()
    # Nobody is asked: it goes without a model too.
    offline = environment("", tmp_path, provider="offline")
    again = await start("neovim", [tmp_path], env=offline)
    buffer = again.open(tmp_path / "tasks.md")
    answer = await act(buffer, "Serve health", "Insert the kept plan")
    assert answer["status"] == "applied", answer
    assert "steps" in answer["added"]
    assert len(again.edits) == 1
    assert "`pytest tests/test_health.py` passes" in buffer.text.partition("## Task 2")[0]
    assert len(model.asked) == 1
    assert await titles(buffer, "Serve health") == []
    assert list((tmp_path / "cache").rglob("*.md")) == []


async def test_expanding_again_uses_a_whole_plan_that_is_kept(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    answer = await within(buffer.run("expandTask", task="1", token="again"))
    assert answer["status"] == "applied", answer
    assert "steps" in answer["added"]
    assert answer["usage"]["requests"] == 0
    assert "Task 1: using the plan that was kept" in [value.get("message") for value in editor.progress["again"]]
    assert len(model.asked) == 1
    assert await titles(buffer, "Serve health") == []


async def test_of_an_unfinished_plan_only_the_rest_is_asked_for(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await cancelled(editor, model, buffer, OWN[: OWN.index("**Integration Tests**")])
    assert await titles(buffer, "Serve it.") == ["Continue the unfinished plan", "Dismiss the kept plan"]
    run = asyncio.ensure_future(act(buffer, "Serve health", "Continue the unfinished plan"))
    asked = (await model.until(2))[-1]
    assert "Create `src/health.py`" in asked.text.partition("## What is wrong")[0]
    assert "Implementation Steps" not in asked.text.partition("## What is wanted")[2]
    await asked.finish(OWN[OWN.index("### Testing Plan") :])
    answer = await within(run)
    assert answer["status"] == "applied", answer
    assert answer["usage"]["requests"] == 1
    assert buffer.changes == 1
    assert "curl -i localhost" in buffer.text
    assert {found.severity for found in await buffer.findings()} <= {3, 4}
    assert await titles(buffer, "Serve health") == []


async def test_a_plan_that_the_rules_refused_is_continued_where_it_is_broken(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    for count in (1, 2, 3):
        await (await model.until(count))[-1].finish(OWN.replace(VALIDATION, ""))
    assert (await within(run))["status"] == "failed"
    run = asyncio.ensure_future(act(buffer, "Serve health", "Continue the unfinished plan"))
    await (await model.until(4))[-1].finish(REPAIR)
    assert (await within(run))["status"] == "applied"
    assert "`pytest -k health` passes" in buffer.text


async def test_where_the_task_is_gone_a_plan_is_offered_everywhere(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    rest = "# Backlog\n\nWords.\n\n## Task 2: Ship it\n\nShip it.\n"
    buffer.change(None, rest)
    assert await titles(buffer, "Words.") == [
        "Insert the kept plan of “Task 1: Serve health”",
        "Dismiss the kept plan of “Task 1: Serve health”",
    ]
    assert await titles(buffer, "Ship it.") == [
        "Insert the kept plan of “Task 1: Serve health” into Task 2",
        "Dismiss the kept plan of “Task 1: Serve health”",
    ]
    answer = await act(buffer, "Words.", "Insert the kept plan")
    assert answer["status"] == "applied", answer
    assert buffer.text.startswith(f"{rest}\n## Task 1: Serve health\n\n**Objective**")
    assert {found.severity for found in await buffer.findings()} <= {3, 4}
    assert await titles(buffer, "Words.") == []


async def test_a_plan_goes_into_another_task_where_its_own_is_gone(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    buffer.change(buffer.place("Task 1: Serve health"), "Task 7: Serve all")
    answer = await act(buffer, "Serve it.", "Insert the kept plan of “Task 1: Serve health” into Task 7")
    assert answer["status"] == "applied"
    assert "### Implementation Steps" in buffer.text.partition("## Task 2")[0]


async def test_a_dismissed_plan_is_offered_no_more(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    assert (await act(buffer, "Serve health", "Dismiss"))["status"] == "applied"
    assert await titles(buffer, "Serve health") == []
    assert list((tmp_path / "cache").rglob("*.md")) == []
    for command in ("insertKept", "continueKept", "dismissKept"):
        answer = await buffer.run(command, plan="gone")
        assert answer["status"] == "nothing-missing"
        assert "kept no more" in answer["message"]


async def test_a_kept_plan_of_another_document_is_not_offered(editor, model, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    await no_place(editor, model, buffer)
    other = editor.open(tmp_path / "other.md", TASKS)
    assert await titles(other, "Serve health") == []


@pytest.mark.parametrize("text", ["", "Sure"])
async def test_what_is_no_text_is_not_kept(editor, model, tmp_path, text):
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    asked = (await model.until(1))[-1]
    await asked.say(text or " ")
    await buffer.run("cancel")
    await within(run)
    kept = [each.read_text().partition("\n")[2] for each in (tmp_path / "cache").rglob("*.md")]
    assert kept in ([], ["Sure"])
