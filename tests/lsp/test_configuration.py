"""Configuration in the editor: mistakes stand in the file itself, changes count at once, trust comes from the client."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path

import pytest
from lsprotocol import types

from .editor import MARKS, recorded
from .texts import COARSE, FLAWED

pytestmark = MARKS

WRONG = '# 🚀\nmax-findings = "all"\n\n[rules]\nplain-lost = "off"\n'


def changed(editor, *paths: Path) -> None:
    """Tell the server that watched files have changed."""
    changes = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))


async def diagnostics(editor, path: Path) -> list[tuple[str, int]]:
    """What is shown in a file that need not be open, as messages and lines."""
    uri = path.as_uri()
    if editor.pulls:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        found = (await editor.request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)).items
    else:
        await editor.request(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(types.TextDocumentIdentifier(uri)))
        published = editor.published.get(uri)
        found = published[-1].diagnostics if published else []
    return [(str(each.message), each.range.start.line) for each in found]


async def refreshed(editor, times: int = 1) -> None:
    """A client that pulls is asked to pull again."""
    if editor.pulls:
        await editor.until(lambda: editor.refreshes.count("diagnostic") >= times)


async def test_mistakes_stand_in_the_file_itself(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_text(WRONG)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert await buffer.findings()
    found = await diagnostics(editor, path)
    assert [line for _, line in found] == [1, 4]
    assert "plain-list" in found[1][0]


async def test_mistakes_in_pyproject_stand_there(editor, tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n\n[tool.plansmith]\nmax-findings = 0\n')
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert await buffer.findings()
    assert [line for _, line in await diagnostics(editor, path)] == [4]


async def test_an_open_configuration_is_checked_as_it_is_typed(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    plan = editor.open(tmp_path / "plan.md", FLAWED)
    buffer = editor.open(path, WRONG, language="toml")
    assert [line for _, line in await diagnostics(editor, path)] == [1, 4]
    buffer.change(buffer.place('"all"'), "7")
    assert [line for _, line in await diagnostics(editor, path)] == [4]
    buffer.type(0, 3, " 🚀\n\n#")
    assert [line for _, line in await diagnostics(editor, path)] == [6]
    buffer.change(buffer.place("plain-lost"), "plain-list")
    assert await diagnostics(editor, path) == []
    buffer.change(None, "[rules\n")
    assert len(await diagnostics(editor, path)) == 1
    # What was not saved does not count, and is forgotten with the file.
    assert await plan.findings()
    buffer.close()
    assert [line for _, line in await diagnostics(editor, path)] == [1, 4]


async def test_the_workspace_pull_names_the_configuration(editor, tmp_path):
    if not editor.pulls:
        return
    path = tmp_path / "plansmith.toml"
    path.write_text(WRONG)
    editor.open(tmp_path / "plan.md", FLAWED)
    report = await editor.request(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    [file] = [item for item in report.items if item.uri == path.as_uri()]
    assert len(file.items) == 2
    previous = [types.PreviousResultId(file.uri, file.result_id)]
    report = await editor.request(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams(previous))
    [file] = [item for item in report.items if item.uri == path.as_uri()]
    assert file.kind == "unchanged"


async def test_a_watched_change_counts_at_once(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_text("")
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert "unknown-task" in await buffer.rules()
    path.write_text('[rules]\nunknown-task = "off"\nplain-list = "error"\n')
    editor.published.clear()
    changed(editor, path)
    await refreshed(editor)
    findings = await buffer.findings()
    assert "unknown-task" not in {found.rule for found in findings}
    assert {found.severity for found in findings if found.rule == "plain-list"} == {1}


async def test_a_saved_change_counts_at_once(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    configuration = editor.open(path, "", language="toml")
    assert "unknown-task" in await buffer.rules()
    path.write_text('[rules]\nunknown-task = "off"\n')
    editor.published.clear()
    configuration.save()
    await refreshed(editor)
    assert "unknown-task" not in await buffer.rules()


async def test_a_configuration_that_appears_or_goes_counts(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    buffer = editor.open(tmp_path / "docs" / "plan.md", FLAWED)
    assert "unknown-task" in await buffer.rules()
    path.write_text('exclude = ["docs/"]\n')
    editor.published.clear()
    changed(editor, path)
    await refreshed(editor)
    assert await buffer.findings() == []
    assert await buffer.lenses() == []
    path.unlink()
    editor.published.clear()
    changed(editor, path)
    await refreshed(editor, 2)
    assert "unknown-task" in await buffer.rules()
    assert await buffer.lenses()


async def test_a_mistake_that_is_mended_is_shown_no_more(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_text(WRONG)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert len(await diagnostics(editor, path)) == 2
    path.write_text("")
    changed(editor, path)
    await refreshed(editor)
    assert await buffer.findings()
    assert await diagnostics(editor, path) == []


async def test_other_watched_files_change_no_findings(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    await buffer.findings()
    editor.published.clear()
    changed(editor, tmp_path / "package.json", tmp_path / "other.toml")
    await buffer.lenses()
    assert editor.refreshes == []
    # The server is shared: findings in other tests' files may still be on their way.
    assert [uri for uri in editor.published if uri.startswith(tmp_path.as_uri())] == []


async def test_lenses_are_refreshed_where_the_client_can(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_text("")
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    changed(editor, path)
    await buffer.findings()
    await refreshed(editor)
    if editor.name == "vscode":
        await editor.until(lambda: "codeLens" in editor.refreshes)
    else:
        assert "codeLens" not in editor.refreshes


async def test_each_root_has_its_own_configuration(start, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    (one / "plansmith.toml").write_text('[rules]\nunknown-task = "off"\n')
    (two / "plansmith.toml").write_text('[rules]\nplain-list = "off"\n')
    editor = await start("neovim", [one, two])
    first = await editor.open(one / "plan.md", FLAWED).rules()
    second = await editor.open(two / "deep" / "er" / "plan.md", FLAWED).rules()
    third = await editor.open(tmp_path / "alone.md", FLAWED).rules()
    assert ("unknown-task" in first, "plain-list" in first) == (False, True)
    assert ("unknown-task" in second, "plain-list" in second) == (True, False)
    assert ("unknown-task" in third, "plain-list" in third) == (True, True)


async def test_without_a_workspace_a_file_is_served_alone(start, tmp_path):
    editor = await start("neovim", [])
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert "unknown-task" in await buffer.rules()
    assert (await buffer.run("expandTask", task="2"))["status"] == "applied"


async def test_an_untitled_document_can_be_expanded(editor):
    buffer = editor.open_uri("untitled:Untitled-1", COARSE)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"


async def test_a_configuration_that_is_no_text_is_said_and_passed_over(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_bytes(b"\xff\xfe\x00")
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert "unknown-task" in await buffer.rules()
    [(message, line)] = await diagnostics(editor, path)
    assert "UTF-8" in message
    assert line == 0


async def test_a_configuration_that_is_no_file_is_said_and_passed_over(editor, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.mkdir()
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert "unknown-task" in await buffer.rules()
    assert await diagnostics(editor, path) == [("This file is not read: it is a folder", 0)]


@pytest.fixture
def project(tmp_path):
    """A project that names a format file of its own, which calls for a section that no plan has."""
    text = resources("plansmith").joinpath("formats/detailed-plan.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(text.replace('"Success Criteria"', '"Victory"'), encoding="utf-8")
    (tmp_path / "plansmith.toml").write_text('format = "./own.toml"\n')
    return tmp_path


async def names_victory(buffer) -> bool:
    return any("Victory" in found.message for found in await buffer.findings())


LACKS = FLAWED.replace("### Success Criteria\n\n- [ ] It parses\n\n", "")


async def test_a_project_is_not_trusted_unless_the_client_says_so(editor, project):
    buffer = editor.open(project / "plan.md", LACKS)
    assert not await names_victory(buffer)
    [(message, _)] = await diagnostics(editor, project / "plansmith.toml")
    assert "not trusted" in message


async def test_trust_comes_with_initialize(start, project):
    editor = await start("vscode", [project], trusted=True)
    buffer = editor.open(project / "plan.md", LACKS)
    assert await names_victory(buffer)
    assert await diagnostics(editor, project / "plansmith.toml") == []


@pytest.mark.parametrize("value", ["true", 1, {"trusted": True}, None])
async def test_only_true_is_trust(start, project, value):
    editor = await start("neovim", [project], trusted=value)
    buffer = editor.open(project / "plan.md", LACKS)
    assert not await names_victory(buffer)


async def test_trust_is_given_and_taken_while_the_server_runs(editor, project):
    buffer = editor.open(project / "plan.md", LACKS)
    assert not await names_victory(buffer)
    for times, trusted in enumerate((True, False), 1):
        editor.published.clear()
        editor.client.protocol.notify("plansmith/didChangeTrust", {"trusted": trusted})
        await refreshed(editor, times)
        assert await names_victory(buffer) is trusted


async def test_a_format_file_that_changes_counts_at_once(start, project):
    editor = await start("neovim", [project], trusted=True)
    buffer = editor.open(project / "plan.md", LACKS)
    assert await names_victory(buffer)
    path = project / "own.toml"
    path.write_text(path.read_text("utf-8").replace('"Victory"', '"Success Criteria"'), encoding="utf-8")
    editor.published.clear()
    changed(editor, path)
    assert not await names_victory(buffer)


async def test_files_are_watched_where_the_client_can(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    [registration] = await editor.until(lambda: editor.registered)
    assert registration.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    patterns = [watcher["globPattern"] for watcher in registration.register_options["watchers"]]
    assert "**/plansmith.toml" in patterns
    dumb = await start("neovim", [tmp_path], recorded("neovim"))
    assert await dumb.open(tmp_path / "plan.md", FLAWED).findings()
    assert dumb.registered == []
