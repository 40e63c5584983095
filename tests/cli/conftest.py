"""The command line under test: in this process where that shows all, as a process of its own where it does not."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from plansmith.cli import main
from tests.lsp.modelling import SlowModel, environment

TASKS = """\
# Backlog

## Task 1: Store

Keep it.

## Task 2: Serve

**Prerequisites**: Task 1

## Task 3: Log

Say it.
"""


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


@pytest_asyncio.fixture(loop_scope="session")
async def model():
    """A model that answers when the test lets it."""
    async with SlowModel() as slow:
        yield slow


class Process:
    """A running command."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    async def end(self) -> tuple[int, str, str]:
        out, err = await asyncio.wait_for(self._process.communicate(), 60)
        return self._process.returncode or 0, (out or b"").decode(), (err or b"").decode()


@pytest.fixture
def expand(model, tmp_path):
    """Start `expand` on a file: `await expand("--all", ask_above=0)`; with `closed` it has no such stream."""
    (tmp_path / "tasks.md").write_text(TASKS, encoding="utf-8")
    pipe = asyncio.subprocess.PIPE

    async def command(
        *arguments: str, stdin=asyncio.subprocess.DEVNULL, url: str = "", stdout=pipe, stderr=pipe, closed=0, **settings
    ) -> Process:
        def begin() -> None:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            if closed:
                os.close(closed)

        return Process(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "plansmith", "expand", str(tmp_path / "tasks.md"), *arguments),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=environment(url or model.url, tmp_path, **settings),
                preexec_fn=begin,
            )
        )

    return command
