"""What the editor offers for a task: lenses on its heading, actions at a place."""

from __future__ import annotations

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS, recorded, without_versions
from .texts import COARSE, FLAWED

pytestmark = MARKS

EXPAND = "refactor.rewrite.expand"
FILL = "refactor.rewrite.fill"
REGENERATE = "refactor.rewrite.regenerate"
EXPAND_ALL = "refactor.rewrite.expandAll"
FIX_ALL = "source.fixAll.plansmith"


async def resolve(editor, action):
    return await editor.request(types.CODE_ACTION_RESOLVE, action)


def kinds(actions):
    return {str(getattr(action.kind, "value", action.kind)) for action in actions}


def apply(buffer, edit):
    """Apply a workspace edit that was made for this version."""
    if edit.document_changes:
        [change] = edit.document_changes
        # Neovim compares no version with 0: the edit of a text that was never changed is made for version 1.
        assert change.text_document.version == max(buffer.version, 1)
        buffer.apply(list(change.edits))
    else:
        buffer.apply(list(edit.changes[buffer.uri]))


async def test_a_coarse_task_has_a_lens_that_expands_it(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    first, second = await buffer.lenses()
    assert first.command.title == second.command.title == "Expand into plan"
    assert first.command.command == "plansmith.expandTask"
    assert list(first.command.arguments) == [{"uri": buffer.uri, "task": "1"}]
    assert first.range == buffer.place("## Task 1: Build the 导入器 🚀")
    assert second.range == buffer.place("## Task 2: Ship it")


async def test_a_lens_is_settled_when_it_is_resolved(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    first, second = await buffer.lenses(resolve=False)
    assert first.command is second.command is None
    buffer.type(0, 0, "\n\n")
    resolved = await editor.request(types.CODE_LENS_RESOLVE, second)
    assert list(resolved.command.arguments) == [{"uri": buffer.uri, "task": "2"}]


async def test_a_lens_of_a_task_that_is_gone_does_nothing(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    lenses = await buffer.lenses(resolve=False)
    buffer.change(None, "# Empty\n")
    resolved = await editor.request(types.CODE_LENS_RESOLVE, lenses[0])
    assert resolved.command.command == ""


async def test_a_plan_has_lenses_for_what_it_lacks_and_for_its_progress(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    titles = [lens.command.title for lens in await buffer.lenses()]
    assert titles[0].startswith("Fill ")
    assert titles[1] == "0 of 2 actions done"


async def test_lenses_tell_which_task_is_next_and_what_waits(editor, tmp_path):
    text = FLAWED.replace("🚀🚀 Task 9, 导入 Task 7", "None").replace(
        "Later.", "**Prerequisites**: 导入 🚀 Task 1, Task 3"
    )
    buffer = editor.open(tmp_path / "plan.md", f"{text}\n## Task 3: Free\n\nText.\n")
    titles = [lens.command.title for lens in await buffer.lenses()]
    assert [title for title in titles if not title.startswith("Fill")] == [
        "0 of 2 actions done", "next", "Expand into plan", "blocked by 2", "Expand into plan",
    ]  # fmt: skip
    buffer.change(buffer.place("## Task 1: Parse"), "## Task 1: Parse ✅")
    lenses = [lens for lens in await buffer.lenses() if lens.command.title in ("next", "blocked by 1")]
    assert [lens.range.start.line for lens in lenses] == [buffer.line_of("## Task 2"), buffer.line_of("## Task 3")]
    assert [lens.command.title for lens in lenses] == ["blocked by 1", "next"]
    assert all(lens.command.command == "" for lens in lenses)


async def test_a_lens_that_is_no_longer_true_says_nothing(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    lens = next(lens for lens in await buffer.lenses(resolve=False) if lens.data["kind"] == "blocked")
    buffer.change(buffer.place("🚀🚀 Task 9, 导入 Task 7"), "None")
    resolved = await editor.request(types.CODE_LENS_RESOLVE, lens)
    assert (resolved.command.title, resolved.command.command) == ("", "")
    following = next(lens for lens in await buffer.lenses(resolve=False) if lens.data["kind"] == "next")
    buffer.change(buffer.place("## Task 1: Parse"), "## Task 1: Parse ✅")
    resolved = await editor.request(types.CODE_LENS_RESOLVE, following)
    assert resolved.command.title == ""


async def test_a_lens_that_offers_what_is_there_by_now_says_nothing(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    [lens, _] = await buffer.lenses(resolve=False)
    await buffer.run("expandTask", task="1")
    resolved = await editor.request(types.CODE_LENS_RESOLVE, lens)
    assert (resolved.command.title, resolved.command.command) == ("", "")


async def test_lenses_are_asked_for_anew_when_a_plan_has_arrived(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    await buffer.run("expandTask", task="1")
    takes_it = editor.capabilities.workspace.code_lens is not None
    assert takes_it == (editor.name == "vscode")
    assert editor.refreshes == ["codeLens"] * takes_it


async def test_a_document_without_a_plan_tells_of_no_order(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert {lens.command.title for lens in await buffer.lenses()} == {"Expand into plan"}


async def test_equal_tasks_are_told_apart_in_lenses(editor, tmp_path):
    text = "# T\n\n## Phase 1\n\n### Task 1: One\n\nText.\n\n## Phase 2\n\n### Task 1: Two\n\nText.\n"
    buffer = editor.open(tmp_path / "tasks.md", text)
    arguments = [lens.command.arguments[0] for lens in await buffer.lenses()]
    assert arguments == [{"uri": buffer.uri, "task": "1"}, {"uri": buffer.uri, "task": "1", "nth": 1}]


async def test_a_coarse_task_can_be_expanded_from_any_line(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    [action] = await buffer.actions("Reads a CSV", [EXPAND])
    assert action.title == "Expand into plan: Task 1"
    assert action.command.command == "plansmith.expandTask"
    assert list(action.command.arguments) == [{"uri": buffer.uri, "task": "1"}]
    assert await buffer.actions("# Breakdown", [EXPAND]) == []


async def test_a_plan_can_be_filled_and_its_sections_written_anew(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [fill] = await buffer.actions("Parse it.", [FILL])
    assert fill.title.startswith("Fill ")
    [anew] = await buffer.actions("It parses", [REGENERATE])
    assert list(anew.command.arguments) == [{"uri": buffer.uri, "task": "1", "section": "success"}]
    assert "replaces" in anew.title


async def test_all_tasks_can_be_expanded_at_once(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    [action] = await buffer.actions("Reads a CSV", [EXPAND_ALL])
    assert action.title == "Expand all 2 tasks without a complete plan"
    assert list(action.command.arguments) == [{"uri": buffer.uri}]


async def test_a_missing_section_can_be_written(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    actions = await buffer.actions("## Task 1: Parse", ["quickfix"])
    sections = [action.command.arguments[0]["section"] for action in actions if action.command]
    assert {"testing", "files", "dependencies", "next"} <= set(sections)
    assert all(action.diagnostics for action in actions)


async def test_only_the_wanted_kinds_are_answered(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert kinds(await buffer.actions("## Task 1: Parse", ["refactor"])) == {FILL, EXPAND_ALL}
    assert kinds(await buffer.actions("Easy", ["quickfix"])) == {"quickfix"}
    assert kinds(await buffer.actions("Easy", ["source"])) == {FIX_ALL}
    assert kinds(await buffer.actions("Easy", ["source.fixAll"])) == {FIX_ALL}
    assert await buffer.actions("Easy", ["source.organizeImports"]) == []
    assert await buffer.actions("Easy", ["refactor.rewrite.expandx"]) == []


async def test_nothing_that_costs_is_a_source_action(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    for action in await buffer.actions("Easy", ["source"]):
        assert action.command is None


async def test_a_quick_fix_removes_its_finding(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    before = await buffer.rules()
    [fix] = [action for action in await buffer.actions("Easy", ["quickfix"]) if action.command is None]
    assert fix.diagnostics[0].code == "invalid-complexity"
    assert fix.is_preferred
    assert fix.edit is None
    apply(buffer, (await resolve(editor, fix)).edit)
    assert "**Estimated Complexity**: Low\n" in buffer.text
    after = await buffer.rules()
    before.remove("invalid-complexity")
    assert after == before


async def test_a_quick_fix_writes_the_line_ends_of_its_document(editor, tmp_path):
    text = FLAWED.replace("- [ ] It parses", "```\nmake test").replace("\n", "\r\n")
    buffer = editor.open(tmp_path / "plan.md", text)
    [fix] = [action for action in await buffer.actions("```", ["quickfix"]) if action.title.startswith("Close")]
    apply(buffer, (await resolve(editor, fix)).edit)
    assert "make test\r\n```\r\n\r\n## Task 2" in buffer.text
    assert "\n" not in buffer.text.replace("\r\n", "")


async def test_a_fix_of_a_finding_that_is_gone_says_so(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [fix] = [action for action in await buffer.actions("Easy", ["quickfix"]) if action.command is None]
    buffer.change(buffer.place("Easy"), "High")
    with pytest.raises(JsonRpcException, match="has changed since") as caught:
        await resolve(editor, fix)
    assert caught.value.code == types.LSPErrorCodes.ContentModified.value


async def test_fix_all_applies_every_safe_fix(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [action] = await buffer.actions("# Plan", [FIX_ALL])
    apply(buffer, (await resolve(editor, action)).edit)
    rules = await buffer.rules()
    assert not {"invalid-complexity", "plain-list", "step-numbering"} & set(rules)
    assert "unknown-task" in rules
    assert "#### Step 2: Check" in buffer.text
    assert "- [ ] Write `src/parse.py`" in buffer.text
    assert await buffer.actions("# Plan", [FIX_ALL]) == []


async def test_fix_all_is_made_for_the_text_as_it_stands(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [action] = await buffer.actions("# Plan", [FIX_ALL])
    buffer.type(0, 0, "🚀\n\n")
    apply(buffer, (await resolve(editor, action)).edit)
    assert buffer.text.startswith("🚀\n\n# Plan\n")
    assert "**Prerequisites**: 🚀🚀 Task 9, 导入 Task 7\n\n**Estimated Complexity**: Low\n" in buffer.text


async def test_a_client_without_literals_gets_commands(start, tmp_path):
    capabilities = recorded("neovim", textDocument__codeAction={})
    editor = await start("neovim", [tmp_path], capabilities)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    found = await buffer.actions("Reads a CSV")
    assert [type(each) for each in found] == [types.Command, types.Command]
    assert found[0].command == "plansmith.expandTask"


async def test_a_client_that_cant_resolve_gets_edits_at_once(start, tmp_path):
    capabilities = recorded("vscode", textDocument__codeAction__resolveSupport=None)
    editor = await start("vscode", [tmp_path], capabilities)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [fix] = [action for action in await buffer.actions("Easy", ["quickfix"]) if action.command is None]
    apply(buffer, fix.edit)
    assert "**Estimated Complexity**: Low\n" in buffer.text
    [action] = await buffer.actions("# Plan", [FIX_ALL])
    apply(buffer, action.edit)
    assert "#### Step 2: Check" in buffer.text


@pytest.mark.parametrize("client", ["vscode", "neovim", "other"])
async def test_edits_are_versioned_for_a_client_that_knows_versions(start, tmp_path, client):
    """Neovim does not say so, and does."""
    editor = await start(client, [tmp_path], without_versions() if client == "other" else None)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    [action] = await buffer.actions("# Plan", [FIX_ALL])
    edit = (await resolve(editor, action)).edit
    assert (edit.document_changes is None) == (client == "other")
    assert (edit.changes is None) == (client != "other")


async def test_a_document_that_is_not_open_has_neither(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    buffer.close()
    assert await buffer.lenses() == []
    assert await buffer.actions("# Plan") == []
