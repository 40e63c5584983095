"""Formatting: offered where a project switches it on, and nowhere else; what Enter adds."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .editor import MARKS, recorded, split
from .test_configuration import changed
from .texts import FLAWED

pytestmark = MARKS

ON = "formatting = true\n"
OPTIONS = types.FormattingOptions(tab_size=4, insert_spaces=True)
MESSY = FLAWED.replace("**Actions**:\n\n", "**Actions**:\n").replace("#### Step 3: Check\n\n", "#### Step 3: 导入 🚀\n")


async def formatted(buffer, where=None):
    """The text after formatting, or None where none is offered."""
    if where is None:
        whole = types.DocumentFormattingParams(buffer.identifier, OPTIONS)
        edits = await buffer.editor.request(types.TEXT_DOCUMENT_FORMATTING, whole)
    else:
        part = types.DocumentRangeFormattingParams(buffer.identifier, where, OPTIONS)
        edits = await buffer.editor.request(types.TEXT_DOCUMENT_RANGE_FORMATTING, part)
    if edits is None:
        return None
    if edits:
        buffer.apply(list(edits))
    return buffer.text


async def test_formatting_is_offered_where_a_project_switches_it_on(start, tmp_path):
    for name in ("vscode", "neovim"):
        root = tmp_path / name
        root.mkdir()
        (root / "plansmith.toml").write_text(ON)
        editor = await start(name, [root])
        offered = await editor.until(
            lambda editor=editor: [each for each in editor.registered if "ormatting" in each.method]
        )
        assert {each.method for each in offered} == {
            types.TEXT_DOCUMENT_FORMATTING,
            types.TEXT_DOCUMENT_RANGE_FORMATTING,
        }
        [selector] = offered[0].register_options["documentSelector"]
        assert selector["language"] == "markdown"
        assert selector["pattern"] == f"{root}/**"
        assert editor.hello.capabilities.document_formatting_provider is None
        buffer = editor.open(root / "plan.md", MESSY)
        expected = FLAWED.replace("#### Step 3: Check\n", "#### Step 2: 导入 🚀\n")
        assert await formatted(buffer) == expected
        assert await formatted(buffer) == expected
        assert len(buffer.editor.registered) == len(offered) + (name == "vscode")


async def test_it_is_neither_offered_nor_done_by_default(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", MESSY)
    assert await formatted(buffer) is None
    assert await formatted(buffer, buffer.range(0, 0, 9, 0)) is None
    assert not [each for each in editor.registered if "ormatting" in each.method]
    assert editor.hello.capabilities.document_formatting_provider is None


async def test_it_is_offered_and_taken_back_as_the_configuration_says(start, tmp_path):
    path = tmp_path / "plansmith.toml"
    path.write_text("")
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", MESSY)
    assert await formatted(buffer) is None
    path.write_text(ON)
    changed(editor, path)
    await editor.until(lambda: [each for each in editor.registered if "ormatting" in each.method])
    assert await formatted(buffer)
    path.write_text("")
    changed(editor, path)
    assert await formatted(buffer) is None


async def test_a_client_that_cant_be_told_later_is_told_at_once(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text(ON)
    capabilities = recorded("vscode", textDocument__formatting={}, textDocument__rangeFormatting=None)
    editor = await start("vscode", [tmp_path], capabilities)
    assert editor.hello.capabilities.document_formatting_provider
    assert editor.hello.capabilities.document_range_formatting_provider is None
    assert await formatted(editor.open(tmp_path / "plan.md", MESSY))
    assert not [each for each in editor.registered if "ormatting" in each.method]


async def test_a_range_is_formatted_alone(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text(ON)
    editor = await start("neovim", [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", MESSY)
    line = buffer.line_of("- Write `src/parse.py`")
    after = await formatted(buffer, buffer.range(line - 1, 0, line + 1, 0))
    assert after == MESSY.replace("**Actions**:\n- Write", "**Actions**:\n\n- Write")
    where = types.Range(types.Position(5000, 0), types.Position(2**31 - 1, 7))
    assert await formatted(buffer, where) == after


async def test_a_long_document_is_formatted_beside_the_loop(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text(ON)
    editor = await start("vscode", [tmp_path])
    more = "".join(f"## Task {number}: More\n\nText.\n\n" for number in range(3, 1500))
    buffer = editor.open(tmp_path / "plan.md", f"{MESSY}\n{more}")
    assert (await formatted(buffer)).endswith(more)
    assert "#### Step 2: 导入 🚀\n\n" in buffer.text


async def enter(buffer, words):
    """Type Enter behind some words, and apply what it brings."""
    place = buffer.place(words).end
    buffer.change(types.Range(place, place), "\n")
    position = types.Position(place.line + 1, 0)
    params = types.DocumentOnTypeFormattingParams(buffer.identifier, position, "\n", OPTIONS)
    edits = await buffer.editor.request(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, params)
    if edits:
        buffer.apply(list(edits))
    return split(buffer.text)[position.line - 1 : position.line + 1]


async def test_enter_goes_on_with_a_checklist(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    assert editor.hello.capabilities.document_on_type_formatting_provider.first_trigger_character == "\n"
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("Read `data.csv`", "🚀 导入 `data.csv`"))
    assert await enter(buffer, "🚀 导入 `data.csv`") == ["- [ ] 🚀 导入 `data.csv`", "- [ ] "]
    line = buffer.line_of("🚀 导入 `data.csv`") + 1
    buffer.change(buffer.range(line, 6, line, 6), "\n")
    params = types.DocumentOnTypeFormattingParams(buffer.identifier, types.Position(line + 1, 0), "\n", OPTIONS)
    buffer.apply(list(await editor.request(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, params)))
    assert split(buffer.text)[line : line + 2] == ["", ""]
    assert await enter(buffer, "Read the file.") == ["**Objective**: Read the file.", ""]


@pytest.mark.parametrize("name", ["neovim"])
async def test_a_client_that_formats_nothing_as_one_types_is_not_offered_it(start, tmp_path, name):
    editor = await start(name, [tmp_path])
    assert editor.hello.capabilities.document_on_type_formatting_provider is None
