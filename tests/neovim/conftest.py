"""Neovims under test: each test has one of its own, which ends with it; a sweep has each test twenty times."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.model.asks import asks

from .nvim import PLUGIN, Neovim

ROUNDS = 20 if os.environ.get("PLANSMITH_SWEEP") == "1" else 1


ONCE = ("test_help.py", "test_picture.py")  # nothing there hangs on time


def pytest_generate_tests(metafunc):
    if ROUNDS > 1 and Path(metafunc.module.__file__).name not in ONCE:
        metafunc.fixturenames.append("again")
        rounds = [pytest.param(number, marks=pytest.mark.sweep) for number in range(1, ROUNDS + 1)]
        metafunc.parametrize("again", rounds)


@pytest.fixture
def start(tmp_path):
    """Start a Neovim: `start(capabilities={…})`; with `alone` it has only the one file of the plugin."""
    started: list[Neovim] = []

    def make(*, alone: bool = False, **options) -> Neovim:
        if alone:
            options["plugin"] = copied_alone(tmp_path / "runtime")
        started.append(Neovim(tmp_path, **options))
        return started[-1]

    yield make
    for neovim in started:
        neovim.stop()


def copied_alone(folder: Path) -> Path:
    """A runtime folder in which someone has put `lsp/plansmith.lua`, and nothing else."""
    (folder / "lsp").mkdir(parents=True, exist_ok=True)
    shutil.copy(PLUGIN / "lsp" / "plansmith.lua", folder / "lsp")
    return folder


@pytest.fixture
def neovim(start):
    """A Neovim with the plugin as it is."""
    return start()


@pytest.fixture
def model(llmock, tmp_path, monkeypatch):
    """A model that writes a few words at a time."""
    for name, value in asks(llmock.base_url("anthropic"), tmp_path).items():
        monkeypatch.setenv(name, value)
    return llmock.pace(5)
