"""A task of a breakdown becomes a plan in a real VS Code, and the file on disk is exactly what it should be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]

TASKS = """\
---
plansmith: true
---

# Shop 🛒

What we sell.

## Task 1: Store the 导入 orders

Orders come as JSON.

- one file a day

## Task 2: Serve the orders

**Prerequisites**: Task 7

Over HTTP, to the office only.
"""


def write(folder: Path, text: str = TASKS, name: str = "tasks.md") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def expanded(path: Path, *arguments: str) -> bytes:
    """What the command line makes of the same file: the editor's outcome is no other."""
    run = subprocess.run(
        [sys.executable, "-m", "plansmith", "expand", str(path), "--offline", *arguments],
        capture_output=True,
        timeout=100,
        check=True,
    )
    return run.stdout


def test_findings_and_a_right_click_that_makes_a_plan(code, folder):
    path = write(folder)
    plan = expanded(path, "--task", "1")
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_squiggle("error")
    code.wait_for_problem("No task here is called Task 7")
    assert any("Expand Task into a Plan" in item for item in code.context_menu("Task 1: Store"))
    code.click_menu("Expand Task into a Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    assert path.read_bytes() == plan
    assert plan != TASKS.encode()
