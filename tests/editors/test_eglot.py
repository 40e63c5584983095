"""Emacs with eglot, for real: the configuration of the documentation, findings, a quick fix, an expansion, one undo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.texts import FLAWED

from .page import ROOT, block

pytestmark = [pytest.mark.emacs, pytest.mark.xdist_group("emacs")]

SCRIPT = Path(__file__).with_name("eglot.el")


@pytest.fixture(scope="session")
def emacs() -> str:
    """Emacs with eglot; where it can't be had, the tests that want it are skipped, and say why."""
    made = subprocess.run([ROOT / ".ci" / "emacs"], capture_output=True, text=True, timeout=600, check=False)
    if made.returncode:
        told = made.stderr.strip().splitlines() or ["emacs: it can't be set up"]
        pytest.skip(told[-1])
    return "emacs"


@pytest.mark.timeout(700)  # the first one may install Emacs
def test_the_configuration_is_read_by_emacs(emacs, tmp_path):
    (tmp_path / "init.el").write_text(block("Emacs", "elisp"))
    program = "(progn (princ (cdr (assoc 'markdown-mode eglot-server-programs))) (princ markdown-mode-hook))"
    run = subprocess.run(
        [emacs, "--batch", "-l", "markdown-mode", "-l", tmp_path / "init.el", "--eval", program],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert run.stdout == "(plansmith server :initializationOptions (:reply start))(eglot-ensure)"


@pytest.mark.timeout(700)
def test_a_session_with_eglot(emacs, tmp_path):
    (tmp_path / "init.el").write_text(block("Emacs", "elisp"))
    (tmp_path / "home").mkdir()
    plan = tmp_path / "plan.md"
    plan.write_text(FLAWED, "utf-8")
    run = subprocess.run(
        [emacs, "--batch", "-l", "markdown-mode", "-l", tmp_path / "init.el", "-l", SCRIPT, plan],
        capture_output=True, text=True, timeout=110, check=False, encoding="utf-8",
        env={
            **os.environ,
            "HOME": str(tmp_path / "home"),
            "LC_ALL": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PLANSMITH_PROVIDER": "offline",
        },
    )  # fmt: skip
    told = {step: json.loads(value) for step, _, value in (line.partition(" ") for line in run.stdout.splitlines())}
    assert told.get("end") is True, run.stdout + run.stderr
    assert told["mode"] == "markdown-mode"
    assert {"Task 9", "Task 7", "TBD", "Easy"} <= set(told["diagnostics"])
    assert told["fixed"] is True
    assert "Plansmith: Task 2: " in told["message"]
    assert "sections written" in told["message"]
    assert told["undone"] is True
    expanded = (tmp_path / "plan.md.expanded").read_text("utf-8").splitlines()
    rest = iter(expanded)
    assert all(line in rest for line in FLAWED.replace("Easy", "Low").splitlines())
    assert expanded.count("### Implementation Steps") == 2
    assert plan.read_text("utf-8") == FLAWED
