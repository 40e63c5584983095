"""A file that is renamed is renamed in the plans that mention it, open and closed, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from .editor import MARKS, recorded, without_versions

pytestmark = MARKS

OPEN = """# Shop

## Task 1: Build 🚀 it

**Objective**: 🚀 `src/app.py:7`, `./src/app.py` and 导入 `src/other.py`, see [the app](../src/app.py#top).

```
`src/app.py`
```

### Files Created/Modified

**New Files**:

- `src/notes/store.py` - not there yet

**Modified Files**:

- `src/app.py` - the app
"""
CLOSED = "# Other\r\n\r\n## Task 1: Ship\r\n\r\n🚀 Ship `../src/app.py` and `src/`.\r\n"


async def workspace(start, folder: Path, name: str, capabilities=None):
    """An editor in a workspace of two plans, one of them open."""
    for path, text in (
        ("src/app.py", ""),
        ("docs/plan.md", OPEN),
        ("docs/deep/other.md", CLOSED),
        ("no.md", "`src/app.py`"),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    (folder / ".git").mkdir()
    editor = await start(name, [folder], capabilities)
    return editor, editor.open(folder / "docs" / "plan.md", OPEN)


async def rename(editor, folder: Path, old: str, new: str) -> Any:
    """What the server answers before a rename."""
    moved = types.FileRename(old_uri=(folder / old).as_uri(), new_uri=(folder / new).as_uri())
    return await editor.request(types.WORKSPACE_WILL_RENAME_FILES, types.RenameFilesParams([moved]))


def able(name: str, **changes: object) -> types.ClientCapabilities:
    """An editor's capabilities, with renames of files told beforehand."""
    return recorded(name, workspace__fileOperations__willRename=True, **changes)


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_renamed_file_is_renamed_in_all_plans(start, tmp_path, name):
    editor, buffer = await workspace(start, tmp_path, name, able(name))
    edit = await rename(editor, tmp_path, "src/app.py", "src/shop/main.py")
    edits = edit.changes or {change.text_document.uri: change.edits for change in edit.document_changes}
    assert list(edits) == [buffer.uri]
    expected = OPEN.replace("`src/app.py:7`, `./src/app.py`", "`src/shop/main.py:7`, `./src/shop/main.py`")
    expected = expected.replace("(../src/app.py#top)", "(../src/shop/main.py#top)")
    buffer.apply(list(edits[buffer.uri]))
    assert buffer.text == expected.replace("- `src/app.py`", "- `src/shop/main.py`")


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_renamed_folder_takes_its_files_along_in_closed_plans_too(start, tmp_path, name):
    editor, buffer = await workspace(start, tmp_path, name, able(name))
    edit = await rename(editor, tmp_path, "src", "lib")
    versions = {change.text_document.uri: change.text_document.version for change in edit.document_changes}
    closed = (tmp_path / "docs" / "deep" / "other.md").as_uri()
    assert versions == {buffer.uri: 1 if name == "neovim" else buffer.version, closed: None}
    edits = {change.text_document.uri: list(change.edits) for change in edit.document_changes}
    buffer.apply(edits[buffer.uri])
    assert buffer.text == OPEN.replace("src/", "lib/").replace("```\n`lib/", "```\n`src/")
    other = editor.open(tmp_path / "docs" / "deep" / "other.md")
    assert [each.new_text for each in edits[closed]] == ["lib/"]
    other.apply(edits[closed])
    assert other.text == CLOSED.replace("`src/`", "`lib/`")


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_plan_that_is_renamed_itself_names_the_same_files(start, tmp_path, name):
    editor, _ = await workspace(start, tmp_path, name, able(name))
    (tmp_path / "docs" / "near.txt").write_bytes(b"")
    text = "# P\n\n## Task 1: 导入 🚀\n\n🚀 `near.txt`, `../src/app.py`, `src/app.py`, [x](./near.txt#top) and `later.py`\n"
    buffer = editor.open(tmp_path / "docs" / "mine.md", text)
    edit = await rename(editor, tmp_path, "docs/mine.md", "plans/deep/mine.md")
    [change] = edit.document_changes
    assert change.text_document.uri == buffer.uri, "the edit comes before the rename"
    buffer.apply(list(change.edits))
    near, app = "../../docs/near.txt", "../../src/app.py"
    assert buffer.text.endswith(f"🚀 `{near}`, `{app}`, `src/app.py`, [x]({near}#top) and `later.py`\n")
    buffer.close()
    closed = await rename(editor, tmp_path, "docs/deep/other.md", "other.md")
    [change] = closed.document_changes
    assert change.text_document.uri.endswith("docs/deep/other.md")
    assert [each.new_text for each in change.edits] == ["docs/src/app.py"]


async def test_the_address_of_a_link_is_read_and_written_as_one(start, tmp_path):
    (tmp_path / "my src").mkdir()
    (tmp_path / "my src" / "100% it.py").write_bytes(b"")
    editor, buffer = await workspace(start, tmp_path, "vscode")
    text = "# P\n\n## Task 1: A\n\n🚀 [x](../my%20src/100%25%20it.py#top), [y](./../my%20src/100%25%20it.py)\n"
    buffer = editor.open(tmp_path / "docs" / "links.md", text)
    for old, new, expected in (
        ("my src", "new (src)", "../new%20%28src%29/100%25%20it.py"),
        ("my src/100% it.py", "my src/it.py", "../my%20src/it.py"),
    ):
        edit = await rename(editor, tmp_path, old, new)
        [change] = edit.document_changes
        assert change.text_document.uri == buffer.uri
        assert [each.new_text for each in change.edits] == [expected, expected]


async def test_a_plan_that_moves_keeps_its_paths(start, tmp_path):
    editor, buffer = await workspace(start, tmp_path, "vscode")
    assert await rename(editor, tmp_path, "docs", "notes") is None  # all is where it was, from there and from the root
    edit = await rename(editor, tmp_path, "docs/plan.md", "notes/deep/plan.md")
    [change] = edit.document_changes
    buffer.apply(list(change.edits))
    assert buffer.text == OPEN.replace("(../src/app.py#top)", "(../../src/app.py#top)")


async def test_a_long_plan_is_renamed_to_its_end(start, tmp_path):
    editor, _ = await workspace(start, tmp_path, "vscode")
    tasks = "".join(f"## Task {number}: T\n\n" + "- 🚀 `src/app.py`\n" * 100 + "\n" for number in range(30))
    buffer = editor.open(tmp_path / "long.md", tasks)
    edit = await rename(editor, tmp_path, "src/app.py", "src/main.py")
    [edits] = [change.edits for change in edit.document_changes if change.text_document.uri == buffer.uri]
    assert len(edits) == 3_000


async def test_a_client_without_versions_gets_changes(start, tmp_path):
    capabilities = without_versions()
    assert capabilities.workspace is not None
    capabilities.workspace.file_operations = types.FileOperationClientCapabilities(will_rename=True)
    editor, buffer = await workspace(start, tmp_path, "vscode", capabilities)
    edit = await rename(editor, tmp_path, "src/app.py", "src/main.py")
    assert list(edit.changes) == [buffer.uri]
    assert edit.document_changes is None


async def test_what_no_plan_mentions_changes_nothing(start, tmp_path):
    editor, _ = await workspace(start, tmp_path, "vscode")
    assert await rename(editor, tmp_path, "src/else.py", "src/main.py") is None
    assert await rename(editor, tmp_path, "src/app.py", "../out.py") is None


async def test_it_is_offered_to_who_tells_of_renames_alone(start, tmp_path):
    vscode, _ = await workspace(start, tmp_path / "one", "vscode")
    neovim, _ = await workspace(start, tmp_path / "two", "neovim")
    [offered] = vscode.hello.capabilities.workspace.file_operations.will_rename.filters
    assert (offered.scheme, offered.pattern.glob) == ("file", "**/*")
    workspace_of_neovim = neovim.hello.capabilities.workspace
    operations = workspace_of_neovim.file_operations if workspace_of_neovim else None
    assert operations is None or operations.will_rename is None
