"""`plansmith expand` through a model: the engine of the editor, with progress on stderr."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from llmock.scenarios import Fail, Reply
from llmock.testing import LLMockServer

from tests.expand.test_engine import COARSE, DONE, NOTHING_NEW, PLAN, VALIDATION
from tests.model.asks import asks


@pytest.fixture
def peer():
    with LLMockServer() as server:
        yield server


def expand(peer, folder, *arguments: str, text: str = COARSE) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **asks(peer.base_url("anthropic"), folder)}
    (folder / "tasks.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "plansmith", "expand", str(folder / "tasks.md"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)


def test_a_task_is_written_by_the_model(peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    run = expand(peer, tmp_path, "--task", "1", "--write")
    assert run.returncode == 0, run.stderr
    assert "Step 1: Actions" in run.stderr
    assert "in 1 request\n" in run.stderr
    assert "`pytest tests/test_health.py` passes" in (tmp_path / "tasks.md").read_text(encoding="utf-8")


def test_a_refused_plan_is_kept_and_the_file_is_as_it_was(peer, tmp_path):
    for _ in range(3):
        peer.state.scenarios.add(Reply(PLAN.replace(VALIDATION, "")))
    run = expand(peer, tmp_path, "--task", "1", "--write")
    assert run.returncode == 2
    assert "does not pass the rules" in run.stderr
    assert (tmp_path / "tasks.md").read_text(encoding="utf-8") == COARSE
    assert list((tmp_path / "cache").rglob("*.md")) != []


def test_a_plan_has_no_warning_about_files_that_check_would_show(peer, tmp_path):
    peer.state.scenarios.add(Reply(PLAN))
    peer.state.scenarios.add(Reply(NOTHING_NEW))
    run = expand(peer, tmp_path, "--task", "1", "--write", "--trust-project", text=DONE)
    assert run.returncode == 0, run.stderr
    assert "in 2 requests\n" in run.stderr
    check = [sys.executable, "-m", "plansmith", "check", str(tmp_path / "tasks.md")]
    found = subprocess.run(check, capture_output=True, text=True, timeout=90, check=False)
    assert found.returncode == 0, found.stdout


def test_an_unknown_model_is_one_clear_line(peer, tmp_path):
    peer.state.scenarios.add(Fail(404))
    run = expand(peer, tmp_path, "--task", "1", "--write")
    assert run.returncode == 2
    assert "knows no model" in run.stderr
    assert "Traceback" not in run.stderr
    assert (tmp_path / "tasks.md").read_text(encoding="utf-8") == COARSE
