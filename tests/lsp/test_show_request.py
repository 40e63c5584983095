"""What would be sent can be read before: it is what is sent then, and reading it sends nothing."""

from __future__ import annotations

import asyncio

from plansmith.expand.claude import shown_request
from tests.expand.test_engine import OWN

from .editor import MARKS, within
from .modelling import SlowModel, environment
from .test_several_at_once import TASKS

pytestmark = MARKS


async def test_what_is_shown_is_what_is_sent(start, tmp_path):
    async with SlowModel() as model:
        (tmp_path / "pyproject.toml").write_text('[project]\nname = "own"\nversion = "1"\n')
        env = environment(model.url, tmp_path, effort="high", max_output=5000)
        env["PLANSMITH_API_KEY"] = "sk-secret-0123456789"
        env["PLANSMITH_API_KEY_ORIGIN"] = model.url
        editor = await start("vscode", [tmp_path], env=env, trusted=True)
        buffer = editor.open(tmp_path / "tasks.md", TASKS)
        shown = await buffer.run("showRequest", task="1")
        assert set(shown) == {"text"}
        assert model.asked == []
        run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
        [asked] = await model.until(1)
        assert shown["text"] == shown_request(f"{model.url}/v1/messages", asked.body)
        rest = shown["text"]
        for block in (*asked.body["system"], *asked.body["messages"][0]["content"]):
            before, found, rest = rest.partition(block["text"])
            assert found
            assert ("cache_control" in before.splitlines()[-2]) == ("cache_control" in block)
        assert 'model: "claude-sonnet-5-5"' in shown["text"]
        assert 'output_config: {"effort": "high"}' in shown["text"]
        assert "max_tokens: 5000" in shown["text"]
        assert "stream: true" in shown["text"]
        assert "sk-secret" not in shown["text"]
        assert set(asked.body) == {"model", "max_tokens", "system", "messages", "stream", "output_config"}
        await asked.finish(OWN)
        assert (await within(run))["status"] == "applied"
        assert "the plan of Task 1 is complete" in (await buffer.run("showRequest", line=3))["text"]
        assert len(model.asked) == 1


async def test_where_nothing_would_be_sent_it_says_so(start, tmp_path):
    async with SlowModel() as model:
        editor = await start("neovim", [tmp_path], env=environment(model.url, tmp_path, provider="offline"))
        buffer = editor.open(tmp_path / "tasks.md", TASKS)
        text = (await buffer.run("showRequest", task="1"))["text"]
        assert text.startswith("Nothing would be sent: the embedded offline planner writes")
        assert "No task is called “9”" in (await buffer.run("showRequest", task="9"))["text"]
        assert model.asked == []


async def test_without_a_key_it_says_where_one_was_looked_for(start, tmp_path):
    env = environment("", tmp_path)
    del env["PLANSMITH_BASE_URL"]
    env.pop("ANTHROPIC_API_KEY", None)
    editor = await start("vscode", [tmp_path], env=env)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    text = (await buffer.run("showRequest", task="1"))["text"]
    assert text.startswith("Nothing can be sent: No key for https://api.anthropic.com was found")
