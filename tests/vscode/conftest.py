"""A VS Code under test: one for all tests of a worker, a fresh window for each test."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from .code import CLIENT, ROOT, Code, CodeError
from .stand_in import make_stand_in

# Ten in a row are a sweep.
ROUNDS = 10 if os.environ.get("PLANSMITH_SWEEP") == "1" else 1


def pytest_generate_tests(metafunc):
    if ROUNDS > 1:
        metafunc.fixturenames.append("again")
        rounds = [pytest.param(number, marks=pytest.mark.sweep) for number in range(1, ROUNDS + 1)]
        metafunc.parametrize("again", rounds)


def _make(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)


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
    made = _make(".ci/vsix", "driver")
    assert made.returncode == 0, made.stdout + made.stderr
    return CLIENT / "plansmith.vsix"


@pytest.fixture(scope="session")
def running(vsix, tmp_path_factory):
    """VS Code with the extension."""
    state = tmp_path_factory.mktemp("vscode")
    code = Code(state, [vsix, make_stand_in(state, state / "selected-python")])
    yield code
    code.stop()


@pytest.fixture
def code(running, request):
    """VS Code, whose window is closed after the test; a failure leaves a picture behind."""
    before = request.session.testsfailed
    yield running
    if request.session.testsfailed > before:
        with suppress(CodeError):
            running.shot(f"failed-{request.node.name}")
            print(f"see {running.shots}")
    running.call("close")


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder that is opened."""
    made = tmp_path / "shop"
    made.mkdir()
    return made
