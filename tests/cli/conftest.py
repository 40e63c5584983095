"""The command line under test: in this process where that shows all, as a process of its own where it does not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from plansmith.cli import main


class Result(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """An empty folder, which commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project, capfdbinary, monkeypatch):
    """Run a command in this process: `run("check", "plan.md", stdin="…")`."""

    def command(*arguments: object, stdin: bytes | None = None) -> Result:
        capfdbinary.readouterr()
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:  # of argparse
            status = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        found = capfdbinary.readouterr()
        return Result(status, found.out.decode(), found.err.decode())

    return command


@pytest.fixture
def process(project):
    """Run a command as a process of its own."""

    def command(*arguments: object, env: dict[str, str] | None = None, stdin: bytes = b"") -> Result:
        found = subprocess.run(
            [sys.executable, "-m", "plansmith", *map(str, arguments)],
            cwd=project,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Result(found.returncode, found.stdout.decode(), found.stderr.decode())

    return command


@pytest.fixture
def write(project):
    """Write a file: `write("docs/plan.md", text)`; bytes are written as they are."""

    def file(name: str, content: str | bytes) -> Path:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file
