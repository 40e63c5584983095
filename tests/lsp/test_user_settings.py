"""What is wrong in the user's own settings is told once, and shown in their file when it is open."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from tests.expand.test_engine import OWN

from .editor import MARKS, within
from .modelling import SlowModel, environment
from .test_several_at_once import TASKS

pytestmark = MARKS

CONFIGURATION = 'moddel = "x"\nretries = 99\n\n[keys]\n"nowhere" = "sk-secret-1"\n'


def variables(url, tmp_path):
    env = environment(url, tmp_path)
    del env["PLANSMITH_RETRIES"]
    return env


async def test_mistakes_are_told_once_and_shown_in_the_open_file(start, tmp_path):
    folder = tmp_path / "configuration"
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIGURATION)
    for client in ("vscode", "neovim"):
        editor = await start(client, [tmp_path], env=variables("http://127.0.0.1:9", tmp_path))
        buffer = editor.open(tmp_path / "tasks.md", TASKS)
        assert await buffer.lenses()
        told = [message.message for message in editor.messages]
        assert len(told) == 3
        assert "unknown setting “moddel”; did you mean “model”?" in told[0]
        assert "“retries” is a whole number from 0 to 8" in told[1]
        assert {message.type for message in editor.messages} == {types.MessageType.Warning}
        own = editor.open(folder / "config.toml", language="toml")
        found = [each async for each in shown(own)]
        assert [(each.rule, each.span) for each in found] == [
            ("invalid-configuration", (0, 0, 0, 6)),
            ("invalid-configuration", (1, 0, 1, 7)),
            ("invalid-configuration", (4, 0, 4, 9)),
        ]
        assert not [each for each in (*told, *(each.message for each in found)) if "secret" in each]
        own.change(None, "retries = 1\n")
        assert [each async for each in shown(own)] == []
        assert len(editor.messages) == 3
        await editor.stop()


async def shown(buffer):
    """The findings of the user's file, however the client gets them."""
    if buffer.editor.pulls:
        for found in await buffer.findings():
            yield found
        return
    await buffer.editor.request(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(buffer.identifier))
    for diagnostic in buffer.editor.published[buffer.uri][-1].diagnostics:
        yield buffer.found(diagnostic)


async def test_saved_settings_hold_from_then_on(start, tmp_path):
    async with SlowModel() as model:
        folder = tmp_path / "configuration"
        folder.mkdir()
        (folder / "config.toml").write_text('model = "one"\n')
        editor = await start("vscode", [tmp_path], env=variables(model.url, tmp_path))
        own = editor.open(folder / "config.toml", 'model = "two"\nretries = 99\n', language="toml")
        own.save()
        buffer = editor.open(tmp_path / "tasks.md", TASKS)
        run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
        [asked] = await model.until(1)
        assert asked.body["model"] == "two"
        await asked.finish(OWN)
        assert (await within(run))["status"] == "applied"
        assert len([message for message in editor.messages if "retries" in message.message]) == 1


async def test_a_prompt_that_can_not_be_used_is_told_once(start, tmp_path):
    async with SlowModel() as model:
        prompts = tmp_path / "configuration" / "prompts"
        prompts.mkdir(parents=True)
        (prompts / "task.md").write_text("no front matter\n")
        editor = await start("vscode", [tmp_path], env=environment(model.url, tmp_path))
        buffer = editor.open(tmp_path / "tasks.md", TASKS)
        for _ in range(2):
            assert "=== user, block 2 of 2" in (await buffer.run("showRequest", task="1"))["text"]
        [message] = editor.messages
        assert "the built-in prompt “task” stays in force" in message.message
