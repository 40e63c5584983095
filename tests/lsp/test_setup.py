"""What a user is told of the set-up: where things come from, and no character of a key."""

from __future__ import annotations

import json

from plansmith import __version__

from .editor import MARKS
from .modelling import environment
from .texts import COARSE

pytestmark = MARKS

KEY = "sk-ant-secret-0123456789"


async def test_the_workspace_and_the_planner_are_told(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    editor = await start("neovim", [tmp_path], env=environment("", tmp_path, provider="offline"))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("showSetup")
    assert answer["version"] == __version__
    assert answer["root"] == str(tmp_path)
    assert answer["configuration"] == str(tmp_path / "plansmith.toml")
    assert (answer["trusted"], answer["tasks"], answer["checked"]) == (False, 2, True)
    assert (answer["provider"], answer["model"], answer["key"], answer["problems"]) == ("offline", None, None, [])
    assert "Who writes: the offline planner\n" in answer["text"]


async def test_a_key_is_told_by_its_source_only(start, tmp_path):
    env = environment("http://127.0.0.1:9", tmp_path, api_key=KEY, api_key_origin="http://127.0.0.1:9")
    editor = await start("vscode", [tmp_path], env=env, trusted=True)
    answer = await editor.command("plansmith.showSetup", {})
    assert answer["provider"] == "anthropic"
    assert answer["address"] == "http://127.0.0.1:9"
    assert answer["key"].startswith(f"from the environment's PLANSMITH_API_KEY ({len(KEY)} characters")
    assert answer["trusted"] is True
    assert f"Key: {answer['key']}\n" in answer["text"]
    assert KEY[:8] not in json.dumps(answer)


async def test_what_is_wrong_is_told(start, tmp_path):
    env = environment("", tmp_path, retries="many")
    del env["PLANSMITH_BASE_URL"]
    editor = await start("neovim", [tmp_path], env=env)
    answer = await editor.command("plansmith.showSetup", {})
    assert any("PLANSMITH_RETRIES" in problem for problem in answer["problems"])
    assert any(problem.startswith("No key for https://api.anthropic.com") for problem in answer["problems"])
    assert (answer["address"], answer["key"], answer["root"]) == (None, None, None)
