"""Closed documents of the workspace: found and checked as `plansmith check` does, told as the client gets findings."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from lsprotocol import types

from .editor import MARKS, recorded
from .texts import COARSE, FLAWED

pytestmark = MARKS

CREATED, CHANGED, DELETED = types.FileChangeType.Created, types.FileChangeType.Changed, types.FileChangeType.Deleted


def tell(editor, path: Path, kind: types.FileChangeType = CHANGED) -> None:
    """Tell the server that a watched file has changed."""
    params = types.DidChangeWatchedFilesParams([types.FileEvent(path.as_uri(), kind)])
    editor.client.workspace_did_change_watched_files(params)


async def pull(editor, known: dict[str, types.WorkspaceDocumentDiagnosticReport] | None = None):
    """The workspace's reports by their URIs; `known` is what an earlier pull gave."""
    previous = [types.PreviousResultId(uri, report.result_id or "") for uri, report in (known or {}).items()]
    params = types.WorkspaceDiagnosticParams(previous_result_ids=previous)
    report = await editor.request(types.WORKSPACE_DIAGNOSTIC, params)
    uris = [item.uri for item in report.items]
    assert len(uris) == len(set(uris)), "a document is reported once"
    return {item.uri: item for item in report.items}


async def published(editor, path: Path, *, count: int):
    """The last of so many publications for a file, with its rules."""
    all_of_it = await editor.until(
        lambda: len(editor.published.get(path.as_uri(), [])) >= count and editor.published[path.as_uri()]
    )
    assert all_of_it[-1].version is None
    return {diagnostic.code for diagnostic in all_of_it[-1].diagnostics}


def workspace(folder: Path) -> Path:
    """A workspace with documents that count, and some that don't."""
    flawed = ("plan.md", "docs/deep.markdown", "ignored.md", "drafts/plan.md", "node_modules/x/plan.md")
    for name in flawed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(FLAWED)
    (folder / "coarse.md").write_text(COARSE)
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("ignored.md\n")
    (folder / "plansmith.toml").write_text('exclude = ["drafts/"]\n')
    return folder / "plan.md"


async def test_the_workspace_pull_gives_closed_documents_as_check_finds_them(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    found = {uri for uri, report in first.items() if report.items}
    assert found == {plan.as_uri(), (tmp_path / "docs" / "deep.markdown").as_uri()}
    assert first[plan.as_uri()].version is None
    closed = first[plan.as_uri()].items
    assert [report.kind for report in (await pull(editor, first)).values()] == ["unchanged"] * len(first)
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(plan.as_uri()))
    assert (await editor.request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)).items == closed
    assert tuple(await editor.open(plan).diagnostics()) == closed


async def test_an_open_document_is_reported_as_it_is_open(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    closed = await pull(editor)
    buffer = editor.open(plan, version=4)
    buffer.change(None, COARSE)
    opened = await pull(editor, closed)
    assert (opened[plan.as_uri()].version, list(opened[plan.as_uri()].items)) == (5, [])
    buffer.close()
    again = await pull(editor, opened)
    assert again[plan.as_uri()].items == closed[plan.as_uri()].items


async def test_a_watched_change_of_a_closed_document_is_pulled_anew(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    plan.write_text(COARSE)
    tell(editor, plan)
    await editor.until(lambda: editor.refreshes.count("diagnostic") == 1)
    second = await pull(editor, first)
    assert (second[plan.as_uri()].kind, list(second[plan.as_uri()].items)) == ("full", [])
    assert second[(tmp_path / "coarse.md").as_uri()].kind == "unchanged"
    deep = tmp_path / "docs" / "deep.markdown"
    deep.unlink()
    tell(editor, deep, DELETED)
    await editor.until(lambda: editor.refreshes.count("diagnostic") == 2)
    third = await pull(editor, second)
    assert (third[deep.as_uri()].kind, list(third[deep.as_uri()].items)) == ("full", [])


async def test_a_changed_configuration_counts_for_closed_documents(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    (tmp_path / "plansmith.toml").write_text('exclude = ["drafts/"]\n[rules]\nunknown-task = "off"\n')
    tell(editor, tmp_path / "plansmith.toml")
    await editor.until(lambda: "diagnostic" in editor.refreshes)
    second = await pull(editor, first)
    assert second[plan.as_uri()].kind == "full"
    assert "unknown-task" not in {each.code for each in second[plan.as_uri()].items}


async def test_a_watched_save_of_an_open_document_asks_for_nothing(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(plan)
    tell(editor, plan)
    await buffer.lenses()
    assert "diagnostic" not in editor.refreshes


async def test_a_pull_of_the_workspace_that_is_cancelled_is_answered(start, tmp_path):
    for number in range(300):
        (tmp_path / f"{number}.md").write_text(FLAWED)
    editor = await start("vscode", [tmp_path])
    sent = editor.client.protocol.send_request_async(
        types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]), msg_id="pull"
    )
    request = asyncio.ensure_future(sent)
    await asyncio.sleep(0)
    editor.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams(id="pull"))
    outcome = await asyncio.wait_for(asyncio.gather(request, return_exceptions=True), 20)
    assert "cancel" in str(outcome[0]).lower()
    assert len(await pull(editor)) == 300


async def test_a_watched_change_of_a_closed_document_is_pushed(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("neovim", [tmp_path])
    for count, kind in enumerate((CREATED, CHANGED), 1):
        plan.write_text(FLAWED if kind is CREATED else FLAWED.replace("Task 9", "Task 2"))
        tell(editor, plan, kind)
        assert "plain-list" in await published(editor, plan, count=count)
    plan.unlink()
    tell(editor, plan, DELETED)
    assert await published(editor, plan, count=3) == set()


async def test_what_check_leaves_out_is_not_pushed(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("neovim", [tmp_path])
    tell(editor, tmp_path / "ignored.md")
    tell(editor, tmp_path / "drafts" / "plan.md")
    tell(editor, tmp_path / "node_modules" / "x" / "plan.md")
    tell(editor, plan)
    assert await published(editor, plan, count=1)
    assert {uri for uri, every in editor.published.items() if any(each.diagnostics for each in every)} == {
        plan.as_uri()
    }


async def test_an_opened_document_takes_over_what_was_pushed_and_gives_it_back(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("neovim", [tmp_path])
    tell(editor, plan)
    closed = await published(editor, plan, count=1)
    buffer = editor.open(plan)
    assert set(await buffer.rules()) == closed
    buffer.change(None, COARSE)
    assert await buffer.findings() == []
    tell(editor, plan)  # says nothing of the open text
    assert await buffer.lenses()
    before = len(editor.published[buffer.uri])
    buffer.close()
    assert await published(editor, plan, count=before + 1) == closed


async def test_a_push_client_that_tells_of_no_files_keeps_nothing_of_a_closed_document(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("neovim", [tmp_path])
    buffer = editor.open(plan)
    assert await buffer.findings()
    buffer.close()
    assert await published(editor, plan, count=2) == set()


async def test_a_changed_configuration_is_pushed_for_closed_documents(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("neovim", [tmp_path])
    tell(editor, plan)
    assert "unknown-task" in await published(editor, plan, count=1)
    (tmp_path / "plansmith.toml").write_text('exclude = ["plan.md"]\n')
    tell(editor, tmp_path / "plansmith.toml")
    assert await published(editor, plan, count=2) == set()


async def test_markdown_is_watched_where_the_client_can(start, tmp_path):
    changes = {"workspace__didChangeWatchedFiles__dynamicRegistration": True}
    for name in ("vscode", "neovim"):
        editor = await start(name, [tmp_path], recorded(name, **changes))
        [registration] = await editor.until(lambda editor=editor: editor.registered)
        patterns = {watcher["globPattern"] for watcher in registration.register_options["watchers"]}
        assert {"**/*.md", "**/*.markdown"} <= patterns


def unreadable(folder: Path) -> dict[Path, str]:
    """Files that can't be checked, each with the beginning of what is said of it."""
    (folder / "latin.md").write_bytes(FLAWED.encode() + b"\xe9")
    (folder / "wide.md").write_bytes(FLAWED.encode("utf-16"))
    with open(folder / "large.md", "wb") as file:
        file.truncate(21 * 1024 * 1024)
    return {
        folder / "latin.md": "This file is not read: it is not UTF-8 at byte ",
        folder / "wide.md": "This file is not read: it is UTF-16; save it as UTF-8",
        folder / "large.md": "This file is not read: it is larger than 20,971,520 bytes",
    }


def told(items) -> list[tuple[str, int, int, str]]:
    return [(str(each.code), int(each.severity), each.range.start.line, str(each.message)) for each in items]


async def test_a_closed_document_that_can_not_be_read_has_a_finding(start, tmp_path):
    files = unreadable(tmp_path)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    for path, message in files.items():
        [(code, severity, line, text)] = told(first[path.as_uri()].items)
        assert (code, severity, line, text[: len(message)]) == ("unreadable-file", 1, 0, message)
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(path.as_uri()))
        assert len((await editor.request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)).items) == 1
    (tmp_path / "latin.md").write_text(COARSE)
    second = await pull(editor, first)
    assert told(second[(tmp_path / "latin.md").as_uri()].items) == []


async def test_a_closed_document_that_can_not_be_read_is_pushed(start, tmp_path):
    files = unreadable(tmp_path)
    editor = await start("neovim", [tmp_path])
    for path in files:
        tell(editor, path)
        assert await published(editor, path, count=1) == {"unreadable-file"}
    (tmp_path / "wide.md").unlink()
    tell(editor, tmp_path / "wide.md", DELETED)
    assert await published(editor, tmp_path / "wide.md", count=2) == set()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions don't bind this user")
async def test_permission_that_is_taken_and_given_counts(start, tmp_path):
    plan = workspace(tmp_path)
    editor = await start("vscode", [tmp_path])
    plan.chmod(0)
    first = await pull(editor)
    assert [text for *_, text in told(first[plan.as_uri()].items)] == ["This file can't be read: Permission denied"]
    plan.chmod(0o600)
    second = await pull(editor, first)
    assert "plain-list" in {each.code for each in second[plan.as_uri()].items}


def configured(folder: Path) -> list[Path]:
    """A workspace with mistakes in the configuration of its root, and in that of a project inside."""
    workspace(folder)
    inside = folder / "packages" / "api"
    inside.mkdir(parents=True)
    (folder / "plansmith.toml").write_text('max-findings = "all"\n')
    (inside / "pyproject.toml").write_text('[tool.plansmith]\nexlude = ["a"]\n')
    return [folder / "plansmith.toml", inside / "pyproject.toml"]


async def test_mistakes_of_configurations_are_pulled_without_an_open_document(start, tmp_path):
    files = configured(tmp_path)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    assert [line for path in files for _, _, line, _ in told(first[path.as_uri()].items)] == [0, 1]
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(files[0].as_uri()))
    assert len((await editor.request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)).items) == 1
    for path in files:
        path.write_text("")
        tell(editor, path)
    await editor.until(lambda: editor.refreshes.count("diagnostic") == 2)
    second = await pull(editor, first)
    assert [told(second[path.as_uri()].items) for path in files] == [[], []]


async def test_mistakes_of_configurations_are_pushed_without_an_open_document(start, tmp_path):
    root, inside = configured(tmp_path)
    editor = await start("neovim", [tmp_path])
    assert await published(editor, root, count=1) == {"invalid-configuration"}
    tell(editor, inside)
    assert await published(editor, inside, count=1) == {"invalid-configuration"}
    root.write_bytes(b"\xff")
    tell(editor, root)
    await editor.until(lambda: "UTF-8" in str(editor.published[root.as_uri()][-1].diagnostics[0].message))
    root.unlink()
    tell(editor, root, DELETED)
    await editor.until(lambda: not editor.published[root.as_uri()][-1].diagnostics)


async def test_configurations_that_a_search_comes_by_are_pushed_too(start, tmp_path):
    plan = tmp_path / "plan.md"
    _, inside = configured(tmp_path)
    editor = await start("neovim", [tmp_path])
    tell(editor, plan)
    assert await published(editor, plan, count=1)
    assert await published(editor, inside, count=1) == {"invalid-configuration"}


async def test_a_long_pull_comes_in_parts_and_shows_its_progress(start, tmp_path):
    for number in range(230):
        (tmp_path / f"plan-{number}.md").write_text(FLAWED)
    editor = await start("vscode", [tmp_path])
    whole = await pull(editor)
    params = types.WorkspaceDiagnosticParams([], partial_result_token="parts", work_done_token="work")
    rest = await editor.request(types.WORKSPACE_DIAGNOSTIC, params)
    parts = [part["items"] for part in editor.progress["parts"]]
    assert [len(part) for part in parts] == [100, 100, 30]
    assert not rest.items  # or nobody could tell whether it goes on with the parts, or stands in their stead
    assert sorted(item["uri"] for part in parts for item in part) == sorted(whole)
    assert [value["kind"] for value in editor.progress["work"]] == ["begin", "end"]
