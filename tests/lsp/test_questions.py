"""What the user is asked: whether a whole document is worth its price, and what to do where no model can be reached."""

from __future__ import annotations

import asyncio
import socket

import pytest
from lsprotocol import types

from tests.expand.test_engine import OWN

from .editor import MARKS, recorded, within
from .modelling import environment

pytestmark = MARKS

TASKS = "# Backlog\n\n## Task 1: Serve health\n\nServe it.\n\n## Task 2: Ship it\n\nShip it.\n"
SILENT = {"window__showMessage": None}


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def test_a_costly_document_is_asked_about_first(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path, ask_above=9000))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    answer = await buffer.run("expandAll", token="all")
    assert answer["status"] == "cancelled"
    [question] = editor.questions
    assert question.message.startswith("Plansmith: Expanding 2 tasks takes about 1")
    assert question.message.endswith(" tokens of claude-sonnet-5-5. Go on?")
    assert [action.title for action in question.actions or []] == ["Expand all", "Not now"]
    assert [value.get("message", "").startswith("2 tasks, about 1") for value in editor.progress["all"]][1]
    assert model.asked == []
    assert (answer["usage"], buffer.text) == (None, TASKS)

    editor.choices.append("Expand all")
    run = asyncio.ensure_future(buffer.run("expandAll"))
    for asked in await model.until(2):
        await asked.finish(OWN)
    answer = await within(run)
    assert answer["status"] == "applied"
    assert answer["usage"]["requests"] == 2


async def test_a_cheap_document_and_a_single_task_are_not_asked_about(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path, ask_above=20_000))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandAll"))
    for asked in await model.until(2):
        await asked.finish(OWN)
    assert (await within(run))["status"] == "applied"
    assert editor.questions == []


async def test_a_client_that_can_not_ask_says_what_to_raise(start, model, tmp_path):
    env = environment(model.url, tmp_path, ask_above=9000)
    editor = await start("vscode", [tmp_path], recorded("vscode", **SILENT), env=env)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    answer = await buffer.run("expandAll")
    assert answer["status"] == "failed"
    assert "more than ask-above allows (9,000); raise it" in answer["message"]
    assert model.asked == []
    assert editor.questions == []


async def test_a_question_that_is_open_can_be_cancelled(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path, ask_above=0))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    editor.question_gate = asyncio.Event()
    run = asyncio.ensure_future(buffer.run("expandAll"))
    await editor.until(lambda: editor.questions)
    await buffer.run("cancel")
    assert (await within(run))["status"] == "cancelled"
    editor.question_gate.set()
    assert model.asked == []


@pytest.mark.parametrize("command", ["expandTask", "expandAll"])
async def test_where_the_model_can_not_be_reached_the_offline_planner_is_offered(start, tmp_path, command):
    editor = await start("vscode", [tmp_path], env=environment(nowhere(), tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    editor.choices.append("Use the offline planner")
    answer = await buffer.run(command, **({} if command == "expandAll" else {"task": "1"}))
    [question] = editor.questions
    assert question.type == types.MessageType.Error
    assert "can't be reached" in question.message
    assert [action.title for action in question.actions or []] == ["Use the offline planner", "Try again"]
    assert answer["status"] == "applied", answer
    assert buffer.text.count("### Implementation Steps") == (2 if command == "expandAll" else 1)


@pytest.mark.parametrize(
    ("client", "capabilities", "questions"),
    [("vscode", {}, 1), ("vscode", SILENT, 0), ("neovim", {}, 0)],
    ids=["declined", "not asked", "a prompt would take what is typed"],
)
async def test_without_an_answer_it_is_one_error_and_an_action(start, tmp_path, client, capabilities, questions):
    editor = await start(client, [tmp_path], recorded(client, **capabilities), env=environment(nowhere(), tmp_path))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    before = await buffer.actions("Serve health", only=["refactor"])
    assert not [action for action in before if "offline" in action.title]
    answer = await buffer.run("expandAll")
    assert answer["status"] == "failed"
    assert "can't be reached" in answer["message"]
    assert answer["message"].count("can't be reached") == 1
    assert "use the offline planner" in answer["message"]
    assert len(editor.questions) == questions
    assert buffer.text == TASKS
    [action] = [
        each for each in await buffer.actions("Serve health", only=["refactor"]) if "offline planner" in each.title
    ]
    assert action.kind == "refactor.rewrite.expand"
    answer = await editor.command(action.command.command, *action.command.arguments)
    assert answer["status"] == "applied"
    assert "### Implementation Steps" in buffer.text.partition("## Task 2")[0]


async def test_trying_again_reads_the_settings_anew(start, model, tmp_path):
    env = environment(nowhere(), tmp_path)
    del env["PLANSMITH_BASE_URL"]
    folder = tmp_path / "configuration"
    folder.mkdir()
    (folder / "config.toml").write_text(f'base-url = "{nowhere()}"\n')
    editor = await start("vscode", [tmp_path], env=env)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    editor.choices.append("Try again")
    editor.on_question = lambda: (folder / "config.toml").write_text(f'base-url = "{model.url}"\n')
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    await (await model.until(1))[0].finish(OWN)
    assert (await within(run))["status"] == "applied"
    assert len(editor.questions) == 1


async def test_a_missing_key_is_offered_the_same_way(start, tmp_path):
    env = environment("", tmp_path)
    del env["PLANSMITH_BASE_URL"]
    env.pop("ANTHROPIC_API_KEY", None)
    editor = await start("vscode", [tmp_path], env=env)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert answer["message"].startswith("Task 1: No key for https://api.anthropic.com was found")
    assert len(editor.questions) == 1


async def test_where_settings_can_not_be_read_nobody_is_asked(start, model, tmp_path):
    editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path, provider="ofline"))
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    assert "Nothing can be sent: PLANSMITH_PROVIDER" in (await buffer.run("showRequest", task="1"))["text"]
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert answer["message"].endswith("no model is asked until it is mended; or use the offline planner")
    editor.choices.append("Use the offline planner")
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied", answer
    assert "provider” is “auto”, “anthropic” or “offline”, not “ofline”" in editor.questions[-1].message
    assert model.asked == []
