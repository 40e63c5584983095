"""Outline, folding and selections through the protocol, within what each client declares."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from plansmith.lsp import outline
from plansmith.lsp.folding import FoldingEncoder
from plansmith.lsp.outline import OutlineEncoder
from plansmith.lsp.position import Encoding
from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span
from tests.markers import built_in_format
from tests.plan.texts import plans, snippets

from .editor import MARKS, recorded

LSP = MARKS

TEXT = """# Shop 🛒

## Phase 1

### Task 1: Build the 导入器 🚀

**Objective**: Read 导入 files.

#### Implementation Steps

##### Step 1: 读 🚀 Read

**Actions**:

- [x] Write `a.py`
  and more
- [ ] Write `b.py`

```python
x = 1
```

<!-- a
comment -->

#### Success Criteria

- [ ] It reads

### Task 2: Ship

Text.

## Phase 2

Words.
"""


def tree(symbols, depth=0):
    for symbol in symbols:
        where = f"{symbol.range.start.line}-{symbol.range.end.line}"
        yield f"{'  ' * depth}{symbol.name} {where}" + (f" ({symbol.detail})" if symbol.detail else "")
        yield from tree(symbol.children or (), depth + 1)


async def symbols_of(editor, buffer):
    params = types.DocumentSymbolParams(buffer.identifier)
    return await editor.request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)


async def folds_of(editor, buffer):
    params = types.FoldingRangeParams(buffer.identifier)
    return await editor.request(types.TEXT_DOCUMENT_FOLDING_RANGE, params)


class TestThroughTheProtocol:
    pytestmark = LSP

    async def test_the_outline_is_nested_by_the_levels_of_headings(self, editor, tmp_path):
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        symbols = await symbols_of(editor, buffer)
        assert list(tree(symbols)) == [
            "Shop 🛒 0-35",
            "  Phase 1 2-31",
            "    Task 1: Build the 导入器 🚀 4-27 (1 of 3 done)",
            "      Objective 6-6 (Read 导入 files.)",
            "      Implementation Steps 8-23 (1 of 2 done)",
            "        Step 1: 读 🚀 Read 10-23 (1 of 2 done)",
            "          Actions 12-23 (1 of 2 done)",
            "      Success Criteria 25-27 (0 of 1 done)",
            "    Task 2: Ship 29-31 (not expanded)",
            "  Phase 2 33-35",
        ]
        task = symbols[0].children[0].children[0]
        assert task.kind == types.SymbolKind.Class
        assert task.selection_range == buffer.place("Task 1: Build the 导入器 🚀")
        step = task.children[1].children[0]
        assert step.selection_range == buffer.place("Step 1: 读 🚀 Read")
        assert task.range == buffer.range(4, 0, 27, len("- [ ] It reads"))

    async def test_the_outline_follows_the_text(self, editor, tmp_path):
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        await symbols_of(editor, buffer)
        buffer.change(buffer.place("[ ] It reads"), "[x] It reads")
        buffer.type(0, 0, "\n\n")
        names = list(tree(await symbols_of(editor, buffer)))
        assert names[2] == "    Task 1: Build the 导入器 🚀 6-29 (2 of 3 done)"
        assert names[7] == "      Success Criteria 27-29 (1 of 1 done)"

    async def test_a_client_without_hierarchy_gets_a_flat_list(self, start, tmp_path):
        flat = recorded("vscode", textDocument__documentSymbol__hierarchicalDocumentSymbolSupport=None)
        editor = await start("vscode", [tmp_path], flat)
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        found = await symbols_of(editor, buffer)
        assert all(isinstance(symbol, types.SymbolInformation) for symbol in found)
        assert [(symbol.name, symbol.container_name) for symbol in found[:6]] == [
            ("Shop 🛒", ""),
            ("Phase 1", "Shop 🛒"),
            ("Task 1: Build the 导入器 🚀", "Phase 1"),
            ("Objective", "Task 1: Build the 导入器 🚀"),
            ("Implementation Steps", "Task 1: Build the 导入器 🚀"),
            ("Step 1: 读 🚀 Read", "Implementation Steps"),
        ]
        assert found[3].location.range == buffer.range(6, 0, 6, len("**Objective**: Read 导入 files."))

    async def test_what_is_folded(self, editor, tmp_path):
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        folds = await folds_of(editor, buffer)
        # Both editors fold whole lines only.
        assert all(fold.start_character is fold.end_character is None for fold in folds)
        assert sorted((fold.start_line, fold.end_line, fold.kind) for fold in folds) == [
            (0, 35, None),
            (2, 31, None),
            (4, 27, None),
            (8, 23, None),
            (10, 23, None),
            (12, 23, None),
            (14, 15, None),
            (18, 20, None),
            (22, 23, "comment"),
            (25, 27, None),
            (29, 31, None),
            (33, 35, None),
        ]

    async def test_folds_within_a_limit_are_the_outermost_and_without_kinds_where_none_are_known(self, start, tmp_path):
        few = recorded(
            "vscode",
            textDocument__foldingRange__rangeLimit=7,
            textDocument__foldingRange__foldingRangeKind=None,
            textDocument__foldingRange__lineFoldingOnly=None,
        )
        editor = await start("vscode", [tmp_path], few)
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        folds = await folds_of(editor, buffer)
        assert sorted(fold.start_line for fold in folds) == [0, 2, 4, 8, 25, 29, 33]
        assert all(fold.kind is None for fold in folds)
        [task] = [fold for fold in folds if fold.start_line == 4]
        assert task.start_character == buffer.range(4, 0, 4, len("### Task 1: Build the 导入器 🚀")).end.character

    async def test_selections_at_several_places(self, editor, tmp_path):
        buffer = editor.open(tmp_path / "plan.md", TEXT)
        places = [buffer.place("导入器").start, buffer.place("b.py").start, types.Position(999, 9)]
        params = types.SelectionRangeParams(buffer.identifier, places)
        first, second, outside = await editor.request(types.TEXT_DOCUMENT_SELECTION_RANGE, params)
        assert first.range == buffer.place("导入器")
        assert first.parent.range == buffer.place("Build the 导入器 🚀")
        grown = []
        while second is not None:
            grown.append(second.range)
            second = second.parent
        assert grown[0] == buffer.range(16, 13, 16, 14)
        assert buffer.place("Write `b.py`") in grown
        assert grown[-1] == buffer.range(0, 0, 36, 0)
        assert outside.range.end == types.Position(36, 0)

    async def test_a_document_without_tasks_or_switched_off_has_no_structure(self, editor, tmp_path):
        prose = editor.open(tmp_path / "prose.md", "# A\n\n## B\n\nText.\n")
        off = editor.open(tmp_path / "off.md", f"---\nplansmith: false\n---\n{TEXT}")
        for buffer in (prose, off):
            assert not await symbols_of(editor, buffer)
            assert not await folds_of(editor, buffer)
            params = types.SelectionRangeParams(buffer.identifier, [types.Position(0, 0)])
            assert await editor.request(types.TEXT_DOCUMENT_SELECTION_RANGE, params) is None


@given(plans, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), snippets), max_size=6))
def test_what_is_remembered_of_an_edited_text_is_what_is_made_anew(text, edits):
    document = Document(text, built_in_format())
    encoders = _encoders()
    for line, lines, inserted in edits:
        _encode(encoders, document)
        document.edit(Edit(Span(line, 0, line + lines // 4, 0), inserted))
    assert _encode(encoders, document) == _encode(_encoders(), document)


@given(plans, st.integers(0, 30))
def test_no_more_folds_than_the_limit_and_as_many_as_there_are(text, limit):
    document = Document(text, built_in_format())
    encoder = FoldingEncoder(Encoding.UTF16, lines_only=True, kinds=frozenset(), limit=None)
    every = json.loads(encoder.encode(document))
    within = FoldingEncoder(Encoding.UTF16, lines_only=True, kinds=frozenset(), limit=limit)
    found = json.loads(within.encode(document))
    assert len(found) == min(limit, len(every))
    assert all(fold in every for fold in found)


@given(plans)
def test_the_nested_outline_has_what_the_flat_one_has(text):
    document = Document(text, built_in_format())
    nested = json.loads(OutlineEncoder("x", Encoding.UTF8, hierarchical=True).encode(document))
    flat = json.loads(OutlineEncoder("x", Encoding.UTF8, hierarchical=False).encode(document))
    assert sorted(_names(nested)) == sorted(symbol["name"] for symbol in flat)


def _names(symbols):
    for symbol in symbols:
        start, end = symbol["range"]["start"], symbol["range"]["end"]
        for child in symbol.get("children", ()):
            assert _place(start) <= _place(child["range"]["start"])
            assert _place(child["range"]["end"]) <= _place(end)
        assert _place(start) <= _place(symbol["selectionRange"]["start"])
        assert _place(symbol["selectionRange"]["end"]) <= _place(end)
        yield symbol["name"]
        yield from _names(symbol.get("children", ()))


def _place(position):
    return position["line"], position["character"]


def _encoders():
    return (
        OutlineEncoder("x", Encoding.UTF16, hierarchical=True),
        FoldingEncoder(Encoding.UTF16, lines_only=False, kinds=frozenset({"comment"}), limit=None),
    )


def _encode(encoders, document):
    return [json.loads(encoder.encode(document)) for encoder in encoders]


@pytest.mark.parametrize("hierarchical", [True, False])
def test_an_outline_that_is_too_long_has_tasks_and_headings_only(monkeypatch, hierarchical):
    document = Document(TEXT, built_in_format())
    monkeypatch.setattr(outline, "MAX_SYMBOLS", 9)
    symbols = json.loads(OutlineEncoder("x", Encoding.UTF16, hierarchical=hierarchical).encode(document))
    names = sorted(_names(symbols)) if hierarchical else sorted(symbol["name"] for symbol in symbols)
    assert names == ["Phase 1", "Phase 2", "Shop 🛒", "Task 1: Build the 导入器 🚀", "Task 2: Ship"]
    monkeypatch.setattr(outline, "MAX_SYMBOLS", 3)
    symbols = json.loads(OutlineEncoder("x", Encoding.UTF16, hierarchical=hierarchical).encode(document))
    assert len(list(_names(symbols)) if hierarchical else symbols) == 3
