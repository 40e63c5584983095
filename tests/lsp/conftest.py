"""Servers under test: one for each recorded client serves a whole session; every test has a folder of its own."""

from __future__ import annotations

import pytest
import pytest_asyncio

from .editor import Editor
from .modelling import SlowModel


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["vscode", "neovim"])
async def connection(request, tmp_path_factory):
    """A server that lives as long as the session."""
    editor = await Editor(request.param).start([tmp_path_factory.mktemp("workspace")])
    yield editor
    assert await editor.stop() == 0


@pytest.fixture
def editor(connection):
    """The session's server, with nothing open."""
    yield connection
    connection.reset()


@pytest_asyncio.fixture(loop_scope="session")
async def start():
    """Start an editor with a server of its own: `await start("vscode", [folder], trusted=True)`."""
    started: list[Editor] = []

    async def make(name, folders, capabilities=None, **options) -> Editor:
        editor = Editor(name, capabilities)
        started.append(editor)
        return await editor.start(folders, **options)

    yield make
    for editor in started:
        if editor.is_running:
            await editor.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def model():
    """A model that answers when the test lets it."""
    async with SlowModel() as slow:
        yield slow
