"""Inlay hints and semantic tokens, as both editors ask for them."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .editor import MARKS, recorded, split, units
from .test_configuration import changed
from .texts import COARSE, FLAWED

pytestmark = MARKS

PLAN = FLAWED.replace("## Task 2: Rest\n", "## Task 2: Rest\n\n**Prerequisites**: 🚀🚀 导入 Task 1\n")


async def hints(buffer, first=0, last=1000):
    params = types.InlayHintParams(buffer.identifier, types.Range(types.Position(first, 0), types.Position(last, 0)))
    return await buffer.editor.request(types.TEXT_DOCUMENT_INLAY_HINT, params)


def words(buffer, data, legend):
    """Tokens as (type, words), checked to be in order and without overlaps."""
    found = []
    lines = split(buffer.text)
    line = character = end = 0
    for at in range(0, len(data), 5):
        below, right, length, kind, modifiers = data[at : at + 5]
        assert below or right >= end - character or at == 0
        line, character = line + below, right if below else character + right
        end = character + length
        text = lines[line]
        start, stop = (
            next(c for c in range(len(text) + 1) if units(text[:c], buffer.editor.encoding) == place)
            for place in (character, end)
        )
        name = legend.token_types[kind]
        found.append((f"{name}.{legend.token_modifiers[0]}" if modifiers else name, text[start:stop]))
    return found


async def test_hints_stand_behind_references_and_steps(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    found = await hints(buffer)
    assert [(hint.label, hint.position) for hint in found] == [
        ("0/2", buffer.place("#### Step 1: Read").end),
        ("0/2", buffer.place("#### Step 3: Check").end),
        ("blocked", buffer.place("🚀🚀 导入 Task 1").end),
    ]
    assert all(hint.padding_left for hint in found)
    line = buffer.line_of("🚀🚀 导入 Task 1")
    assert [hint.label for hint in await hints(buffer, line, line)] == ["blocked"]
    assert list(await hints(buffer, 5000, 2**31 - 1)) == []


async def test_hints_and_tokens_are_those_of_documents_that_rules_run_in(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert await hints(buffer) is None
    full = types.SemanticTokensParams(buffer.identifier)
    assert list((await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)).data) == []
    buffer.close()
    assert await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full) is None


async def test_tokens_tell_what_words_are(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    legend = editor.hello.capabilities.semantic_tokens_provider.legend
    declared = editor.capabilities.text_document.semantic_tokens
    assert set(legend.token_types) <= set(declared.token_types)
    found = await editor.request(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensParams(buffer.identifier)
    )
    assert words(buffer, found.data, legend) == [
        ("class.declaration", "Task 1: Parse"),
        ("property", "Objective"),
        ("property", "Prerequisites"),
        ("property", "Estimated Complexity"),
        ("property", "Implementation Steps"),
        ("property", "Step 1: Read"),
        ("property", "Objective"),
        ("property", "Actions"),
        ("string", "src/parse.py"),
        ("string", "data.csv"),
        ("property", "Validation"),
        ("function", "pytest"),
        ("property", "Step 3: Check"),
        ("property", "Objective"),
        ("macro", "TBD"),
        ("property", "Actions"),
        ("function", "ruff check"),
        ("property", "Validation"),
        ("function", "ruff check"),
        ("property", "Success Criteria"),
        ("class.declaration", "Task 2: Rest"),
        ("property", "Prerequisites"),
        ("class", "Task 1"),
    ]


async def test_a_delta_makes_the_new_tokens_of_the_old_ones(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    full = types.SemanticTokensParams(buffer.identifier)
    first = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)
    data, result = list(first.data), first.result_id

    async def follow():
        nonlocal data, result
        params = types.SemanticTokensDeltaParams(buffer.identifier, result)
        found = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, params)
        assert isinstance(found, types.SemanticTokensDelta)
        for edit in found.edits:
            data[edit.start : edit.start + edit.delete_count] = edit.data or []
        unchanged = found.result_id == result
        result = found.result_id
        whole = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)
        assert list(whole.data) == data
        assert whole.result_id == result
        return unchanged, tuple(found.edits)

    assert await follow() == (True, ())
    buffer.type(buffer.line_of("Later."), 0, "More. ")
    assert await follow() == (True, ())
    buffer.type(0, 0, "🚀\n\n")
    _, [edit] = await follow()
    assert edit.delete_count < len(data)
    buffer.change(buffer.place("Task 2: Rest"), "Task 2: The 🚀 rest")
    await follow()
    buffer.change(buffer.place("## Task 1: Parse"), "# None")
    await follow()
    buffer.change(None, "")
    await follow()
    assert data == []


async def test_a_reference_is_none_any_more_where_its_task_is_gone(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    legend = editor.hello.capabilities.semantic_tokens_provider.legend
    full = types.SemanticTokensParams(buffer.identifier)
    found = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)
    assert ("class", "Task 1") in words(buffer, found.data, legend)
    buffer.change(buffer.place("## Task 1: Parse"), "## Task 7: Parse")
    found = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full)
    assert ("class", "Task 1") not in words(buffer, found.data, legend)


async def test_an_answer_that_is_not_remembered_is_given_whole(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    params = types.SemanticTokensDeltaParams(buffer.identifier, "unknown")
    found = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, params)
    assert isinstance(found, types.SemanticTokens)
    assert found.data


async def test_a_range_has_its_own_tokens(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    legend = editor.hello.capabilities.semantic_tokens_provider.legend
    where = types.Range(buffer.place("#### Step 1").start, buffer.place("#### Step 3: Check").end)
    params = types.SemanticTokensRangeParams(buffer.identifier, where)
    found = await editor.request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, params)
    told = words(buffer, found.data, legend)
    assert (told[0], told[-1], len(told)) == (("property", "Step 1: Read"), ("property", "Step 3: Check"), 8)


async def test_what_a_client_does_not_declare_it_is_not_offered(start, tmp_path):
    tokens = {"formats": ["relative"], "requests": {"full": True}, "tokenTypes": ["string"], "tokenModifiers": []}
    capabilities = recorded("vscode", textDocument__semanticTokens=tokens, textDocument__inlayHint=None)
    editor = await start("vscode", [tmp_path], capabilities)
    can = editor.hello.capabilities
    assert can.inlay_hint_provider is None
    assert list(can.semantic_tokens_provider.legend.token_types) == ["string"]
    assert can.semantic_tokens_provider.full is True
    assert not can.semantic_tokens_provider.range
    buffer = editor.open(tmp_path / "plan.md", PLAN)
    found = await editor.request(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensParams(buffer.identifier)
    )
    legend = can.semantic_tokens_provider.legend
    assert words(buffer, found.data, legend) == [("string", "src/parse.py"), ("string", "data.csv")]


@pytest.mark.parametrize("missing", ["textDocument__semanticTokens", "textDocument__semanticTokens__formats"])
async def test_a_client_without_tokens_gets_none(start, tmp_path, missing):
    value: list[str] | None = [] if missing.endswith("formats") else None
    editor = await start("vscode", [tmp_path], recorded("vscode", **{missing: value}))
    assert editor.hello.capabilities.semantic_tokens_provider is None


async def test_both_are_asked_for_anew_when_the_configuration_changes(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    for declared in (True, False):
        changes: dict[str, None] = {} if declared else {"workspace__inlayHint": None, "workspace__semanticTokens": None}
        editor = await start("vscode", [tmp_path], recorded("vscode", **changes))
        buffer = editor.open(tmp_path / "plan.md", PLAN)
        assert await hints(buffer)
        buffer.type(0, 0, "x")
        await hints(buffer)
        assert {"inlayHint", "semanticTokens"}.isdisjoint(editor.refreshes)
        changed(editor, tmp_path / "plansmith.toml")
        await editor.until(lambda editor=editor: "codeLens" in editor.refreshes)
        await hints(buffer)
        asked = {"inlayHint", "semanticTokens"} & set(editor.refreshes)
        assert asked == ({"inlayHint", "semanticTokens"} if declared else set())
