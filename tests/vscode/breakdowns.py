"""The texts that the tests in VS Code work on, and what the command line makes of the same files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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

# For pictures, on machines without the fonts for the signs above.
PLAIN = TASKS.replace(" 🛒", "").replace("导入 ", "")


def write(folder: Path, text: str = TASKS, name: str = "tasks.md") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def plansmith(*arguments: str | Path, env: dict[str, str] | None = None, status: int = 0) -> bytes:
    """What a command prints."""
    run = subprocess.run(
        [sys.executable, "-m", "plansmith", *map(str, arguments)],
        capture_output=True,
        timeout=100,
        check=False,
        env={**os.environ, **(env or {})},
    )
    assert run.returncode == status, run.stderr.decode()
    return run.stdout


def expanded(path: Path, *arguments: str) -> bytes:
    """The file as the offline planner expands it: the editor's outcome is no other."""
    return plansmith("expand", path, "--offline", *arguments)
