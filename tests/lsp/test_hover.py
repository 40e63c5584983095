"""Hover, as both editors ask for it."""

from __future__ import annotations

from lsprotocol import types

from .editor import MARKS, recorded
from .texts import COARSE, FLAWED

pytestmark = MARKS


async def hover(buffer, words, shift=1):
    where = buffer.place(words).start
    position = types.Position(where.line, where.character + shift)
    return await buffer.editor.request(types.TEXT_DOCUMENT_HOVER, types.HoverParams(buffer.identifier, position))


async def test_a_section_title_is_explained(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    found = await hover(buffer, "Implementation Steps")
    assert found.contents.kind == types.MarkupKind.Markdown
    assert found.contents.value.startswith("**Implementation Steps** (required)\n\nThe work, in steps")
    assert "```markdown\n### Implementation Steps\n" in found.contents.value
    assert found.range == buffer.place("Implementation Steps")


async def test_a_reference_behind_emoji_shows_its_task(editor, tmp_path):
    text = FLAWED.replace("## Task 2: Rest\n", "## Task 2: Rest\n\n**Prerequisites**: 🚀🚀 导入 Task 1\n")
    buffer = editor.open(tmp_path / "plan.md", text)
    where = buffer.place("导入 Task 1")
    shift = buffer.place("Task 1: Parse").start.character  # ASCII before it
    assert shift == 3
    position = types.Position(where.start.line, where.end.character - 3)
    found = await editor.request(types.TEXT_DOCUMENT_HOVER, types.HoverParams(buffer.identifier, position))
    assert found.contents.value.startswith("**Task 1: Parse** (blocked)\n\nParse it.")
    assert "- Unlocks: Task 2" in found.contents.value
    assert buffer.column(found.range.start) == len("**Prerequisites**: 🚀🚀 导入 ")
    assert found.range.end == where.end


async def test_a_finding_shows_the_page_of_its_rule(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    found = await hover(buffer, "Easy")
    assert found.contents.value.startswith("**invalid-complexity** (error)\n\n")
    assert found.range == buffer.place("Easy")
    unknown = await hover(buffer, "Task 9")
    assert "**unknown-task** (error)" in unknown.contents.value
    assert unknown.range == buffer.place("Task 9")


async def test_a_path_is_told_whether_it_is_there_and_who_creates_it(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    (tmp_path / "src").mkdir()
    files = "### Files Created/Modified\n\n**New Files**:\n\n- 🚀 `src/parse.py` - it\n\n## Task 2"
    text = FLAWED.replace("## Task 2", files.replace("🚀 ", ""), 1)
    buffer = editor.open(tmp_path / "plans" / "plan.md", text)
    found = await hover(buffer, "src/parse.py")
    assert found.contents.value.startswith("**`src/parse.py`** (does not exist)\n\n- Created by: Task 1")
    assert found.range == buffer.place("src/parse.py")
    untitled = editor.open_uri("untitled:Plan", text)
    found = await hover(untitled, "src/parse.py")
    assert found.contents.value.startswith("**`src/parse.py`**\n\n- Created by: Task 1")


async def test_a_file_beside_the_document_is_there_too(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    (tmp_path / "plans" / "src").mkdir(parents=True)
    (tmp_path / "plans" / "src" / "parse.py").write_text("")
    buffer = editor.open(tmp_path / "plans" / "plan.md", FLAWED)
    assert (await hover(buffer, "src/parse.py")).contents.value.startswith("**`src/parse.py`** (exists)\n\n---\n")


async def test_a_package_is_told_who_adds_it(editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["anyio"]\n\n[tool.plansmith]\n')
    packages = "### Dependencies Added\n\n- `httpx@0.28` - 导入\n- `anyio` - it\n\n## Task 2"
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("## Task 2", packages, 1))
    found = await hover(buffer, "httpx")
    assert found.contents.value.startswith("**`httpx`** (in no manifest yet)\n\n- Added by: Task 1")
    assert found.range == buffer.place("httpx")
    assert (await hover(buffer, "anyio")).contents.value.startswith("**`anyio`** (in the manifest)")


async def test_nothing_is_told_of_prose_gaps_and_places_that_are_not_there(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert await hover(buffer, "# Plan") is None
    assert await hover(buffer, "Read the file", 6) is None
    for line, character in ((0, 500), (500, 0), (2**31 - 1, 2**31 - 1)):
        params = types.HoverParams(buffer.identifier, types.Position(line, character))
        assert await editor.request(types.TEXT_DOCUMENT_HOVER, params) is None


async def test_nothing_is_told_where_no_rule_runs(editor, tmp_path):
    coarse = editor.open(tmp_path / "tasks.md", COARSE)
    assert await hover(coarse, "Task 1: Build") is None
    off = editor.open(tmp_path / "off.md", f"---\nplansmith: false\n---\n\n{FLAWED}")
    assert await hover(off, "Implementation Steps") is None
    off.close()
    assert await hover(off, "Implementation Steps") is None


async def test_a_client_that_shows_no_markdown_gets_plain_text(start, tmp_path):
    for formats in (["plaintext"], None):
        editor = await start("vscode", [tmp_path], recorded("vscode", textDocument__hover__contentFormat=formats))
        buffer = editor.open(tmp_path / "plan.md", FLAWED)
        found = await hover(buffer, "Implementation Steps")
        assert found.contents.kind == types.MarkupKind.PlainText
        assert found.contents.value.startswith("Implementation Steps (required)\n\nThe work")
        assert "```" not in found.contents.value
