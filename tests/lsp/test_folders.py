"""Folders that are added to the workspace and taken out of it: what is shown of their files follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from .editor import MARKS, recorded
from .test_closed import published, pull, tell
from .texts import COARSE, FLAWED

pytestmark = MARKS

WRONG = 'max-findings = "all"\n'


def change(editor, *, added: tuple[Path, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Tell the server of folders; those that are gone by their URIs."""
    event = types.WorkspaceFoldersChangeEvent(
        added=[types.WorkspaceFolder(path.as_uri(), path.name) for path in added],
        removed=[types.WorkspaceFolder(uri, "") for uri in removed],
    )
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))


@pytest.fixture
def folders(tmp_path):
    """Two folders, each with a plan that has findings and a configuration with a mistake."""
    found = (tmp_path / "one", tmp_path / "two")
    for folder in found:
        folder.mkdir()
        (folder / "plan.md").write_text(FLAWED)
        (folder / "plansmith.toml").write_text(WRONG)
    return found


async def test_the_server_says_that_it_follows_folders(editor):
    can = editor.hello.capabilities.workspace.workspace_folders
    assert (can.supported, can.change_notifications) == (True, True)


async def test_closed_documents_of_an_added_folder_are_pulled_and_of_a_removed_one_no_more(start, folders):
    one, two = folders
    editor = await start("vscode", [one])
    first = await pull(editor)
    assert {uri for uri, report in first.items() if report.items} == {
        (one / name).as_uri() for name in ("plan.md", "plansmith.toml")
    }
    change(editor, added=(two,), removed=(one.as_uri(),))
    await editor.until(lambda: editor.refreshes.count("diagnostic") == 1)
    second = await pull(editor, first)
    assert {uri for uri, report in second.items() if report.kind == "full" and report.items} == {
        (two / name).as_uri() for name in ("plan.md", "plansmith.toml")
    }
    for name in ("plan.md", "plansmith.toml"):
        gone = second[(one / name).as_uri()]
        assert (gone.kind, list(gone.items)) == ("full", [])


async def test_what_was_pushed_of_a_removed_folder_is_taken_back(start, folders):
    one, two = folders
    editor = await start("neovim", [one, two])
    for folder in folders:
        tell(editor, folder / "plan.md")
        assert "plain-list" in await published(editor, folder / "plan.md", count=1)
        assert await published(editor, folder / "plansmith.toml", count=1) == {"invalid-configuration"}
    # The folder is spelled otherwise than before.
    change(editor, removed=(one.as_uri().replace("/one", "/%6Fne"),))
    assert await published(editor, one / "plan.md", count=2) == set()
    await editor.until(lambda: not editor.published[(one / "plansmith.toml").as_uri()][-1].diagnostics)
    assert editor.published[(two / "plan.md").as_uri()][-1].diagnostics
    assert editor.published[(two / "plansmith.toml").as_uri()][-1].diagnostics


async def test_watched_changes_count_in_an_added_folder_alone(start, folders):
    one, two = folders
    editor = await start("neovim", [one])
    tell(editor, two / "plan.md")
    tell(editor, one / "plan.md")
    assert await published(editor, one / "plan.md", count=1)
    assert not any(every.diagnostics for every in editor.published.get((two / "plan.md").as_uri(), []))
    change(editor, added=(two,))
    tell(editor, two / "plan.md")
    assert "plain-list" in await published(editor, two / "plan.md", count=1)


async def test_an_open_document_stays_as_it_is_when_its_folder_goes(start, folders):
    one, two = folders
    for name in ("vscode", "neovim"):
        editor = await start(name, [one, two])
        buffer = editor.open(one / "plan.md")
        before = await buffer.findings()
        change(editor, removed=(one.as_uri(),))
        assert await buffer.lenses()
        assert await buffer.findings() == before


async def test_a_folder_that_was_never_there_can_go(start, folders):
    one, two = folders
    editor = await start("vscode", [one])
    change(editor, added=(one,), removed=(two.as_uri(), "untitled:nowhere"))
    await editor.until(lambda: editor.refreshes.count("diagnostic") == 1)
    assert {uri for uri, report in (await pull(editor)).items() if report.items} == {
        (one / name).as_uri() for name in ("plan.md", "plansmith.toml")
    }


async def test_the_stack_is_looked_at_anew(start, tmp_path):
    editor = await start("vscode", [])
    folder = tmp_path / "late"
    (folder / ".git").mkdir(parents=True)
    buffer = editor.open(folder / "tasks.md", COARSE)
    await buffer.run("expandTask", task="1")
    assert "pytest" not in buffer.text
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["pytest"]\n[tool.pytest]\n')
    change(editor, added=(folder,))
    await buffer.run("expandTask", task="2")
    assert "pytest" in buffer.text


async def test_files_are_watched_anew_where_the_client_can(start, folders):
    one, two = folders
    gone: list[types.Unregistration] = []
    capabilities = recorded("neovim", workspace__didChangeWatchedFiles__dynamicRegistration=True)
    editor = await start("neovim", [one], capabilities)

    @editor.client.feature(types.CLIENT_UNREGISTER_CAPABILITY)
    def _(params: types.UnregistrationParams) -> None:
        gone.extend(params.unregisterations)
        editor.heard()

    [first] = await editor.until(lambda: editor.registered)
    change(editor, added=(two,))
    await editor.until(lambda: len(editor.registered) == 2)
    assert [each.id for each in gone] == [first.id]
    assert editor.registered[1].register_options == first.register_options
