"""Neovims under test: each test has one of its own, which ends with it."""

from __future__ import annotations

import pytest

from .nvim import Neovim


@pytest.fixture
def start(tmp_path):
    """Start a Neovim: `start(capabilities={…})`."""
    started: list[Neovim] = []

    def make(**options) -> Neovim:
        started.append(Neovim(tmp_path, **options))
        return started[-1]

    yield make
    for neovim in started:
        neovim.stop()


@pytest.fixture
def neovim(start):
    """A Neovim with the plugin as it is."""
    return start()
