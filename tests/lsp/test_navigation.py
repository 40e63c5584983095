"""From references to tasks and back, renaming, and the dependency tree, with both editors' capabilities."""

from __future__ import annotations

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS, recorded, without_versions

pytestmark = MARKS

TEXT = """# Shop 🛒

See [Task 1: Build](#task-1-build).

## Task 1: Build

**Prerequisites**: None
**Objective**: Task 1 is the first.

## Task 2: 导入 🚀

**Prerequisites**: 🚀 Task 1 and 导入 Task 9

## Task 3: Ship

**Prerequisites**: 🚀🚀 Tasks 1–2

### Implementation Steps

#### Step 1: Go

**Actions**:

- [ ] Run `make`

### Next Steps

**Immediate next task**: Task 2
"""


def at(buffer, words, offset=0):
    """The text document and the position some characters into the first occurrence of some words."""
    where = buffer.place(words)
    return buffer.identifier, types.Position(where.start.line, where.start.character + offset)


def renaming(buffer, words, offset, name):
    identifier, position = at(buffer, words, offset)
    return types.RenameParams(identifier, position, name)


def words(buffer, where):
    """What stands in a range of one line."""
    assert where.start.line == where.end.line
    line = buffer.text.split("\n")[where.start.line]
    return line[buffer.column(where.start) : buffer.column(where.end)]


async def test_the_definition_of_a_reference_is_the_heading(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    params = types.DefinitionParams(*at(buffer, "Task 1 and", 5))
    [link] = await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)
    assert isinstance(link, types.LocationLink)
    assert link.target_uri == buffer.uri
    assert words(buffer, link.target_selection_range) == "Task 1: Build"
    assert words(buffer, link.origin_selection_range) == "Task 1"
    assert link.target_range == buffer.range(4, 0, 7, len("**Objective**: Task 1 is the first."))


async def test_a_client_without_links_gets_a_location(start, tmp_path):
    plain = recorded("vscode", textDocument__definition__linkSupport=None)
    editor = await start("vscode", [tmp_path], plain)
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    params = types.DefinitionParams(*at(buffer, "Task 1 and", 5))
    found = await editor.request(types.TEXT_DOCUMENT_DEFINITION, params)
    assert isinstance(found, types.Location)
    assert words(buffer, found.range) == "Task 1: Build"


async def test_the_references_of_a_task(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)

    async def found(declaration):
        context = types.ReferenceContext(include_declaration=declaration)
        params = types.ReferenceParams(context, *at(buffer, "## Task 1: Build", 4))
        locations = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
        assert {each.uri for each in locations} == {buffer.uri}
        return [words(buffer, each.range) for each in locations]

    everywhere = ["[Task 1: Build](#task-1-build)", "Task 1", "Tasks 1"]
    assert await found(False) == everywhere
    assert await found(True) == ["Task 1: Build", *everywhere]


async def test_the_highlights_of_a_task(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    params = types.DocumentHighlightParams(*at(buffer, "Immediate next task**: Task 2", 26))
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, params)
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    assert [(words(buffer, each.range), each.kind) for each in found] == [
        ("Task 2: 导入 🚀", write),
        ("2", read),
        ("Task 2", read),
    ]


@pytest.mark.parametrize("method", ["definition", "documentHighlight", "prepareRename", "prepareCallHierarchy"])
async def test_where_nothing_speaks_of_a_task_nothing_is_found(editor, tmp_path, method):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    off = editor.open(tmp_path / "off.md", f"---\nplansmith: false\n---\n{TEXT}")
    kinds = {
        "definition": types.DefinitionParams,
        "documentHighlight": types.DocumentHighlightParams,
        "prepareRename": types.PrepareRenameParams,
        "prepareCallHierarchy": types.CallHierarchyPrepareParams,
    }
    for place in (at(buffer, "Task 1 is", 2), at(buffer, "Task 9", 2), (buffer.identifier, types.Position(999, 9))):
        assert await editor.request(f"textDocument/{method}", kinds[method](*place)) is None
    assert await editor.request(f"textDocument/{method}", kinds[method](*at(off, "Task 1 and", 2))) is None


async def test_a_task_is_renamed_by_one_edit(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    buffer.type(0, 0, "The ")
    params = types.PrepareRenameParams(*at(buffer, "Task 1 and", 5))
    prepared = await editor.request(types.TEXT_DOCUMENT_PREPARE_RENAME, params)
    assert prepared.placeholder == "1"
    assert words(buffer, prepared.range) == "1"
    wanted = renaming(buffer, "Task 1 and", 5, "4")
    edit = await editor.request(types.TEXT_DOCUMENT_RENAME, wanted)
    # Neovim is given versions, which it honours without saying so.
    [change] = edit.document_changes
    assert change.text_document.version == buffer.version
    doubtful = [each for each in change.edits if isinstance(each, types.AnnotatedTextEdit)]
    if editor.name == "vscode":
        [mention] = doubtful
        assert words(buffer, mention.range) == "1"
        assert mention.range.start.line == buffer.line_of("is the first")
        assert edit.change_annotations[mention.annotation_id].needs_confirmation
    else:
        assert doubtful == []
        assert edit.change_annotations is None
    buffer.apply([each for each in change.edits if each not in doubtful])
    assert buffer.text == "The " + TEXT.replace(
        "Task 1: Build](#task-1-build)", "Task 4: Build](#task-4-build)"
    ).replace("## Task 1: Build", "## Task 4: Build").replace("Task 1 and", "Task 4 and").replace(
        "Tasks 1–2", "Tasks 4, 2"
    )


async def test_an_edit_without_versions_is_plain(start, tmp_path):
    editor = await start("vscode", [tmp_path], without_versions())
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    wanted = renaming(buffer, "task-1-build", 1, "导入 it")
    edit = await editor.request(types.TEXT_DOCUMENT_RENAME, wanted)
    assert edit.document_changes is edit.change_annotations is None
    buffer.apply(list(edit.changes[buffer.uri]))
    assert buffer.text == TEXT.replace("1: Build", "1: 导入 it").replace("1-build", "1-导入-it")


async def test_a_renaming_that_can_not_be_says_why(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    with pytest.raises(JsonRpcException, match="already: Task 2: 导入 🚀") as refused:
        await editor.request(types.TEXT_DOCUMENT_RENAME, renaming(buffer, "Task 1 and", 5, "2"))
    assert refused.value.code == types.LSPErrorCodes.RequestFailed.value


async def test_the_dependency_tree(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", TEXT)
    params = types.CallHierarchyPrepareParams(*at(buffer, "Task 2: 导入", 2))
    [item] = await editor.request(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, params)
    assert (item.name, item.detail) == ("Task 2: 导入 🚀", "blocked")
    assert words(buffer, item.selection_range) == "Task 2: 导入 🚀"
    buffer.type(0, 0, "\n\n")  # an item outlives an edit
    outgoing = types.CallHierarchyOutgoingCallsParams(item)
    [needed] = await editor.request(types.CALL_HIERARCHY_OUTGOING_CALLS, outgoing)
    assert (needed.to.name, needed.to.detail) == ("Task 1: Build", "ready")
    assert [words(buffer, each) for each in needed.from_ranges] == ["Task 1"]
    incoming = types.CallHierarchyIncomingCallsParams(item)
    [waiting] = await editor.request(types.CALL_HIERARCHY_INCOMING_CALLS, incoming)
    assert waiting.from_.name == "Task 3: Ship"
    assert [words(buffer, each) for each in waiting.from_ranges] == ["2"]
    assert waiting.from_ranges[0].start.line == buffer.line_of("Tasks 1–2")
