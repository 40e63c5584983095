"""Findings about files: they follow what is made and deleted, in open and closed documents, for both editors."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from .editor import MARKS
from .test_closed import CREATED, DELETED, pull, tell

pytestmark = MARKS

RULES = {"missing-file", "existing-file", "phantom-completion", "unlisted-file", "unlisted-dependency"}
PLAN = """# Shop 🛒

## Task 1: Build 导入

### Implementation Steps

#### Step 1: Build

**Actions**:

- [ ] 🚀 Look at it
- [ ] Create `src/新.py`, then `npm install left-pad`

### Files Created/Modified

**New Files**: None

**Modified Files**:

- `src/app.py` - 🚀 the app

### Dependencies Added

- None
"""


def about_files(diagnostics) -> dict[str, str]:
    """The rules about files that found something, with the words they mark."""
    lines = PLAN.split("\n")
    found = [each for each in diagnostics if each.code in RULES]
    assert len({each.code for each in found}) == len(found)
    return {each.code: lines[each.range.start.line].strip("- `").partition("`")[0] for each in found}


async def shown(editor, buffer, *, count: int) -> set[str]:
    """The rules about files after so many changes of what is shown."""
    if editor.pulls:
        await editor.until(lambda: editor.refreshes.count("diagnostic") >= count)
        return {each.code for each in (await buffer.pull()).items} & RULES
    await editor.until(lambda: len(editor.published.get(buffer.uri, [])) >= count + 1)
    return {each.code for each in editor.published[buffer.uri][-1].diagnostics} & RULES


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_findings_follow_the_files(start, tmp_path, name):
    (tmp_path / "src").mkdir()
    (tmp_path / "package.json").write_text('{"name": "shop"}')
    editor = await start(name, [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    first = {each.code for each in await buffer.diagnostics()} & RULES
    assert first == {"missing-file", "unlisted-file", "unlisted-dependency"}
    (tmp_path / "src" / "app.py").write_text("")
    tell(editor, tmp_path / "src" / "app.py", CREATED)
    assert await shown(editor, buffer, count=1) == {"unlisted-file", "unlisted-dependency"}
    (tmp_path / "package.json").write_text('{"name": "shop", "dependencies": {"left-pad": "1"}}')
    tell(editor, tmp_path / "package.json")
    assert await shown(editor, buffer, count=2) == {"unlisted-file"}
    (tmp_path / "src" / "app.py").unlink()
    tell(editor, tmp_path / "src" / "app.py", DELETED)
    assert await shown(editor, buffer, count=3) == {"missing-file", "unlisted-file"}


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_a_saved_document_sees_the_files_anew(start, tmp_path, name):
    editor = await start(name, [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    assert "missing-file" in await buffer.rules()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    buffer.save()
    assert "missing-file" not in await shown(editor, buffer, count=1)


@pytest.mark.parametrize("name", ["vscode", "neovim"])
async def test_the_fix_adds_an_item_to_the_list(start, tmp_path, name):
    (tmp_path / "src").mkdir()
    editor = await start(name, [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    await buffer.diagnostics()
    [action] = [each for each in await buffer.actions("src/新.py", ["quickfix"]) if "src/新.py" in each.title]
    edit = action.edit or (await editor.request(types.CODE_ACTION_RESOLVE, action)).edit
    edits = edit.changes[buffer.uri] if edit.changes else edit.document_changes[0].edits
    buffer.apply(list(edits))
    assert buffer.text == PLAN.replace(": None\n\n**Mod", ":\n\n- `src/新.py` - made in Step 1\n\n**Mod")


async def test_closed_documents_follow_the_files(start, tmp_path):
    (tmp_path / ".git").mkdir()
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN)
    editor = await start("vscode", [tmp_path])
    first = await pull(editor)
    assert "missing-file" in {each.code for each in first[plan.as_uri()].items}
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    tell(editor, tmp_path / "src", CREATED)
    await editor.until(lambda: editor.refreshes.count("diagnostic") >= 1)
    second = await pull(editor, first)
    assert "missing-file" not in {each.code for each in second[plan.as_uri()].items}
    tell(editor, tmp_path / "src" / "else.py", CREATED)
    third = await pull(editor, second)
    assert third[plan.as_uri()].kind == "unchanged"


async def test_what_tools_keep_for_themselves_is_not_looked_at(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    await buffer.diagnostics()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    tell(editor, tmp_path / "node_modules" / "x" / "index.js", CREATED)
    assert "missing-file" in await buffer.rules()
    tell(editor, tmp_path / "src" / "app.py", CREATED)
    assert "missing-file" not in await shown(editor, buffer, count=1)


async def test_each_root_has_its_own_files(start, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two, one / "nested"):
        folder.mkdir(parents=True)
        (folder / "plansmith.toml").write_text("")
    (two / "src").mkdir()
    (two / "src" / "app.py").write_text("")
    (tmp_path / "code" / "src").mkdir(parents=True)
    (tmp_path / "code" / "src" / "app.py").write_text("")
    (one / "nested" / "plansmith.toml").write_text('code-root = "../../code"\n')
    editor = await start("vscode", [one, two])
    found = {}
    for folder in (one, two, one / "nested"):
        found[folder] = "missing-file" in await editor.open(folder / "plan.md", PLAN).rules()
    assert found == {one: True, two: False, one / "nested": False}


async def test_a_document_alone_claims_nothing(start, tmp_path):
    editor = await start("vscode", [])
    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "plansmith.toml").write_text("")
    alone = editor.open(tmp_path / "plan.md", PLAN)
    unnamed = editor.open_uri("untitled:plan", PLAN)
    assert not RULES.intersection(await alone.rules())
    assert not RULES.intersection(await unnamed.rules())
    assert RULES.intersection(await editor.open(tmp_path / "marked" / "plan.md", PLAN).rules())


async def test_files_of_any_kind_are_watched(start, tmp_path: Path):
    editor = await start("vscode", [tmp_path])
    [registered] = [each for each in await editor.until(lambda: editor.registered) if each.id == "plansmith-files"]
    watchers = registered.register_options["watchers"] if isinstance(registered.register_options, dict) else None
    watchers = watchers or registered.register_options.watchers
    kinds = {
        (each["globPattern"], each.get("kind")) if isinstance(each, dict) else (each.glob_pattern, each.kind)
        for each in watchers
    }
    assert ("**/*", 5) in kinds
