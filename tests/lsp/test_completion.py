"""Completion, as both editors ask for it."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .editor import MARKS, recorded
from .texts import COARSE, FLAWED

pytestmark = MARKS

PLAN = FLAWED.replace("## Task 2: Rest\n\nLater.\n", "## Task 2: Rest\n\n**Prerequisites**: 🚀🚀 导入, @\n")


async def complete(buffer, words, *, shift=None):
    """What is offered right behind some words."""
    place = buffer.place(words)
    position = place.end if shift is None else types.Position(place.start.line, place.start.character + shift)
    params = types.CompletionParams(buffer.identifier, position)
    return await buffer.editor.request(types.TEXT_DOCUMENT_COMPLETION, params)


def accept(buffer, item):
    """Apply an item as the editor does."""
    edit = item.text_edit
    if isinstance(edit, types.InsertReplaceEdit):
        edit = types.TextEdit(edit.replace, edit.new_text)
    buffer.apply([edit])


def labels(found):
    return [] if found is None else [item.label for item in found.items]


async def test_references_are_offered_behind_emoji(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN.replace("@", ""))
    found = await complete(buffer, "🚀🚀 导入, ")
    assert labels(found) == ["Task 1: Parse"]
    assert found.items[0].kind == types.CompletionItemKind.Reference
    accept(buffer, found.items[0])
    assert "**Prerequisites**: 🚀🚀 导入, Task 1\n" in buffer.text


async def test_sections_are_snippets_where_the_client_takes_them(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN.replace("## Task 2", "### \n\n## Task 2", 1))
    line = buffer.line_of("## Task 2") - 2
    params = types.CompletionParams(buffer.identifier, types.Position(line, 4))
    found = await editor.request(types.TEXT_DOCUMENT_COMPLETION, params)
    assert labels(found) == ["### Files Created/Modified", "### Dependencies Added", "### Next Steps"]
    item = found.items[1]
    assert item.insert_text_format == types.InsertTextFormat.Snippet
    assert item.text_edit.new_text == "### Dependencies Added\n\n- $1"
    assert [item.sort_text for item in found.items] == ["000", "001", "002"]


async def test_a_label_is_a_snippet_within_its_list(editor, tmp_path):
    text = "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: 写 🚀\n\n- **Objective**: 🚀 Go\n- **\n"
    buffer = editor.open(tmp_path / "plan.md", text)
    params = types.CompletionParams(buffer.identifier, types.Position(7, 4))
    found = await editor.request(types.TEXT_DOCUMENT_COMPLETION, params)
    assert labels(found)[0] == "Actions"
    assert found.items[0].text_edit.new_text == "- **Actions**:\n  - [ ] $1"
    assert found.items[0].filter_text == "- **Actions"
    resolved = await editor.request(types.COMPLETION_ITEM_RESOLVE, found.items[0])
    assert resolved.documentation.value.startswith("**Actions** (required)")


async def test_documentation_comes_with_resolve_or_at_once(editor, tmp_path):
    """Neovim does not say that it resolves documentation."""
    buffer = editor.open(tmp_path / "plan.md", PLAN.replace("@", ""))
    [item] = (await complete(buffer, "🚀🚀 导入, ")).items
    assert (item.documentation is None) == (editor.name == "vscode")
    resolved = await editor.request(types.COMPLETION_ITEM_RESOLVE, item)
    assert resolved.documentation.kind == types.MarkupKind.Markdown
    assert resolved.documentation.value.startswith("**Task 1: Parse** (blocked)")
    buffer.close()
    assert (await editor.request(types.COMPLETION_ITEM_RESOLVE, item)).label == item.label


async def test_a_plain_client_gets_plain_texts(start, tmp_path):
    capabilities = recorded("vscode", textDocument__completion={"completionItem": {}})
    editor = await start("vscode", [tmp_path], capabilities)
    buffer = editor.open(tmp_path / "plan.md", PLAN.replace("It parses\n", "It parses\n\n**Estim\n"))
    buffer.change(buffer.place("**Estimated Complexity**: Easy"), "**Es")
    found = await complete(buffer, "**Es")
    [item] = found.items
    assert item.text_edit.new_text == "**Estimated Complexity**: "
    assert item.insert_text_format is None
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.documentation.startswith("Estimated Complexity (required)\n")


async def test_a_word_is_replaced_where_the_client_can_choose(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("Easy", "Medium"))
    found = await complete(buffer, "Complexity**: M")
    assert labels(found) == ["Low", "Medium", "High"]
    item = found.items[2]
    assert isinstance(item.text_edit, types.InsertReplaceEdit) == (editor.name == "vscode")
    if editor.name == "vscode":
        accept(buffer, item)
        assert "**Estimated Complexity**: High\n" in buffer.text


async def test_rules_are_offered_in_ignore_comments_wherever_they_stand(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", f"<!-- plansmith: ignore plain-list, pla\n\n{FLAWED}")
    found = await complete(buffer, "plain-list, pla")
    assert labels(found) == ["placeholder-text"]
    accept(buffer, found.items[0])
    assert buffer.text.startswith("<!-- plansmith: ignore plain-list, placeholder-text -->\n")
    resolved = await editor.request(types.COMPLETION_ITEM_RESOLVE, found.items[0])
    assert resolved.documentation.value.startswith("**placeholder-text** (warning)")


async def test_no_rule_is_offered_in_code(editor, tmp_path):
    text = FLAWED.replace("Later.", "```\n<!-- plansmith: ignore pla\n```")
    buffer = editor.open(tmp_path / "plan.md", text)
    assert await complete(buffer, "ignore pla") is None


async def test_paths_and_commands_come_from_the_workspace(editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.pytest.ini_options]\n')
    for path in ("src/parse.py", "src/other.py", "tests/test_parse.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    text = FLAWED.replace("- [ ] Read `data.csv`", "- [ ] Read `src/`").replace("`ruff check` passes", "`")
    text = text.replace("Run `ruff check`", "Run `tests/test_parse.py`")
    buffer = editor.open(tmp_path / "plan.md", text)
    found = await complete(buffer, "Read `src/")
    assert labels(found) == ["src/other.py", "src/parse.py"]
    resolved = await editor.request(types.COMPLETION_ITEM_RESOLVE, found.items[1])
    assert resolved.documentation.value.startswith("**`src/parse.py`** (exists)")
    accept(buffer, found.items[1])
    assert "- [ ] Read `src/parse.py`\n" in buffer.text
    place = types.Position(buffer.line_of("### Success") - 2, 7)
    found = await editor.request(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(buffer.identifier, place))
    assert labels(found)[:2] == ["pytest tests/test_parse.py", "pytest"]
    [item] = [item for item in found.items if item.label == "pytest"]
    accept(buffer, item)
    assert "- [ ] `pytest`\n" in buffer.text


async def test_paths_that_earlier_tasks_create_come_first(editor, tmp_path):
    files = "### Files Created/Modified\n\n**New Files**:\n\n- `src/new.py` - it\n\n## Task 2"
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    (tmp_path / "plansmith.toml").write_text("")
    text = FLAWED.replace("## Task 2", files, 1).replace("Later.", "Change 🚀 `src/`")
    buffer = editor.open(tmp_path / "plan.md", text)
    found = await complete(buffer, "Change 🚀 `src/")
    assert [(item.label, item.detail) for item in found.items] == [
        ("src/new.py", "created by Task 1"), ("src/app.py", None),
    ]  # fmt: skip
    accept(buffer, found.items[0])
    assert "Change 🚀 `src/new.py`\n" in buffer.text


@pytest.mark.parametrize(
    ("typed", "offered", "written"),
    [
        ("`", ["src/notes/store.py"], "`src/notes/store.py`"),
        ("`notes/st", ["src/notes/store.py"], "`src/notes/store.py`"),
        ("`./src/no", ["./src/notes/store.py"], "`./src/notes/store.py`"),
        ("`otes", None, ""),
    ],
)
async def test_any_part_of_a_path_finds_it_and_backticks_stay_two(editor, tmp_path, typed, offered, written):
    (tmp_path / "src" / "notes").mkdir(parents=True)
    (tmp_path / "src" / "notes" / "store.py").write_text("")
    (tmp_path / ".git").mkdir()
    buffer = editor.open(tmp_path / "docs" / "plan.md", FLAWED.replace("Later.", f"Change 🚀 {typed}` 导入"))
    found = await complete(buffer, f"Change 🚀 {typed}")
    if offered is None:
        assert found is None
        return
    found.items = [item for item in found.items if item.label.endswith(".py")]
    assert labels(found) == offered
    accept(buffer, found.items[0])
    assert f"Change 🚀 {written} 导入\n" in buffer.text


async def test_a_document_by_itself_has_no_workspace(start, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    editor = await start("vscode", [])
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("Later.", "Change 🚀 `src/`"))
    assert await complete(buffer, "Change 🚀 `src/") is None


async def test_settings_are_offered_in_the_open_configuration(editor, tmp_path):
    buffer = editor.open(tmp_path / "plansmith.toml", '# 🚀\n[rules]\nplain-list = "o"\n', language="toml")
    found = await complete(buffer, 'plain-list = "o')
    assert labels(found) == ["off"]
    accept(buffer, found.items[0])
    assert buffer.text.endswith('plain-list = "off"\n')
    other = editor.open(tmp_path / "other.toml", "\n", language="toml")
    params = types.CompletionParams(other.identifier, types.Position(0, 0))
    assert await editor.request(types.TEXT_DOCUMENT_COMPLETION, params) is None


@pytest.mark.parametrize("words", ["Read the file", "# Plan", "Later", "- Write `src/parse.py`"])
async def test_nothing_is_offered_in_prose(editor, tmp_path, words):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert await complete(buffer, words) is None


async def test_nothing_is_offered_where_no_rule_runs(editor, tmp_path):
    coarse = editor.open(tmp_path / "tasks.md", COARSE)
    assert await complete(coarse, "**Prerequisites**: ") is None
    off = editor.open(tmp_path / "off.md", f"---\nplansmith: false\n---\n\n{FLAWED}")
    assert await complete(off, "Complexity**: ") is None
    for line, character in ((999, 0), (2**31 - 1, 2**31 - 1)):
        params = types.CompletionParams(off.identifier, types.Position(line, character))
        assert await editor.request(types.TEXT_DOCUMENT_COMPLETION, params) is None
