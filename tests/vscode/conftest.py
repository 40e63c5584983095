"""A VS Code under test: one for all tests of a worker, a fresh window for each test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .code import CLIENT, ROOT, Code


def _make(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)


@pytest.fixture(scope="session")
def host() -> None:
    """What a real VS Code needs; where it can't be had, the tests that want it are skipped, and say why."""
    made = _make(".ci/vscode")
    if made.returncode:
        told = made.stderr.strip().splitlines() or ["vscode: the test host can't be set up"]
        pytest.skip(told[-1])


@pytest.fixture(scope="session")
def vsix(host) -> Path:
    """The packaged extension, as a user gets it."""
    made = _make(".ci/vsix")
    assert made.returncode == 0, made.stdout + made.stderr
    return CLIENT / "plansmith.vsix"


@pytest.fixture(scope="session")
def running(vsix, tmp_path_factory):
    """VS Code with the extension."""
    made = _make("npm", "run", "--silent", "driver", folder=CLIENT)
    assert made.returncode == 0, made.stdout + made.stderr
    code = Code(tmp_path_factory.mktemp("vscode"), [vsix])
    yield code
    code.stop()


@pytest.fixture
def code(running, request):
    """VS Code, whose window is closed after the test; a failure leaves a picture behind."""
    before = request.session.testsfailed
    yield running
    if request.session.testsfailed > before:
        running.shot(f"failed-{request.node.name}")
        print(f"see {running.shots}")
    running.call("close")


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder that is opened."""
    made = tmp_path / "shop"
    made.mkdir()
    return made
