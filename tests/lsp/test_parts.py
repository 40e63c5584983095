"""Long answers come in parts, with progress, where the client sends tokens; they say what the whole answer says."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter

from .editor import MARKS, recorded
from .test_navigation import at

pytestmark = MARKS

TASKS = "".join(f"## Task {number}: 导入 🚀 {number}\n\nChange `src/🚀.py` and `b.py`.\n\n" for number in range(120))
OTHER = "## Task 1: Ship {}\n\n**Objective**: 🚀 Ship `src/🚀.py`.\n"
CLOSED = 230


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()
    for number in range(CLOSED):
        (tmp_path / f"plan-{number}.md").write_text(OTHER.format(number))
    return tmp_path


def plain(answer):
    """An answer as JSON."""
    return default_converter().unstructure(answer)


async def in_parts(editor, method, params):
    """The same question without tokens and with both: the whole answer, the parts, what is left, and the progress."""
    whole = await editor.request(method, params)
    params.partial_result_token, params.work_done_token = "parts", "work"
    rest = await editor.request(method, params)
    return plain(whole), editor.progress.get("parts", []), plain(rest), editor.progress["work"]


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_an_outline_comes_in_parts(start, tmp_path, name):
    editor = await start(name, [tmp_path])
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    params = types.DocumentSymbolParams(buffer.identifier)
    whole, parts, rest, work = await in_parts(editor, types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    assert [len(part) for part in parts] == [50, 50, 20]
    assert [plain(symbol) for part in parts for symbol in part] == whole
    assert rest == []
    assert [value["kind"] for value in work] == ["begin", "end"]


async def test_a_flat_outline_comes_in_parts_too(start, tmp_path):
    flat = recorded("vscode", textDocument__documentSymbol__hierarchicalDocumentSymbolSupport=None)
    editor = await start("vscode", [tmp_path], flat)
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    params = types.DocumentSymbolParams(buffer.identifier)
    whole, parts, rest, _ = await in_parts(editor, types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    assert [plain(symbol) for part in parts for symbol in part] == whole
    assert (len(whole), rest) == (120, [])


async def test_a_short_answer_is_whole(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "tasks.md", "# Shop\n\n## Task 1: Build\n")
    params = types.DocumentSymbolParams(buffer.identifier)
    whole, parts, rest, _ = await in_parts(editor, types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    assert (parts, rest) == ([], whole)
    assert whole != []


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_search_comes_in_parts_the_best_first(start, folder, name):
    editor = await start(name, [folder])
    whole, parts, rest, work = await in_parts(editor, types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("ship"))
    assert [len(part) for part in parts] == [50, 50, 50, 50]
    assert [plain(symbol) for part in parts for symbol in part] == whole
    assert rest == []
    told = [(value["kind"], value.get("percentage")) for value in work]
    assert told == [("begin", None), *(("report", at) for at in (0, 43, 86, 100)), ("end", None)]


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_references_come_as_they_are_found(start, folder, name):
    editor = await start(name, [folder])
    buffer = editor.open(folder / "tasks.md", TASKS)
    params = types.ReferenceParams(types.ReferenceContext(True), *at(buffer, "src/🚀.py", 2))
    whole, parts, rest, work = await in_parts(editor, types.TEXT_DOCUMENT_REFERENCES, params)
    assert [len(part) for part in parts] == [120, 100, 100, CLOSED - 200]
    assert [plain(place) for part in parts for place in part] == whole
    assert rest == []
    assert [value["kind"] for value in work][::5] == ["begin", "end"]


async def test_references_can_be_cancelled_between_two_parts(start, folder):
    editor = await start("vscode", [folder])
    buffer = editor.open(folder / "tasks.md", TASKS)
    protocol = editor.client.protocol
    for number in range(30):  # what has all its parts already can't be cancelled any more
        for name in range(CLOSED):  # so that they have to be read again
            (folder / f"plan-{name}.md").write_text(OTHER.format(f"{name} {number}"))
        params = types.ReferenceParams(types.ReferenceContext(True), *at(buffer, "src/🚀.py", 2))
        params.partial_result_token = f"parts{number}"
        asked = asyncio.ensure_future(
            protocol.send_request_async(types.TEXT_DOCUMENT_REFERENCES, params, msg_id=f"r{number}")
        )
        await editor.until(lambda token=f"parts{number}": editor.progress.get(token))
        protocol.notify(types.CANCEL_REQUEST, types.CancelParams(id=f"r{number}"))
        answers: list[object] = await asyncio.gather(asked, return_exceptions=True)
        answer = answers[0]
        if isinstance(answer, JsonRpcException):
            assert answer.code == types.LSPErrorCodes.RequestCancelled.value
            parts = editor.progress[f"parts{number}"]
            assert 0 < sum(map(len, parts)) < 120 + CLOSED
            # Nothing is held on to: the next question has its answer.
            params.partial_result_token = None
            found = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
            assert len(found) == 120 + CLOSED
            return
    raise AssertionError("no question was cancelled")
