"""Clients that refuse, drop or misplace edits, and authors who type meanwhile: nothing is lost, nothing is claimed."""

from __future__ import annotations

import asyncio
import time

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .editor import MARKS, recorded, within, without_versions
from .texts import COARSE, FLAWED

pytestmark = MARKS

REFUSED = types.ApplyWorkspaceEditResult(applied=False, failure_reason="no")
DONE = types.ApplyWorkspaceEditResult(applied=True)


def answers(editor, result, times):
    """The next edits are answered so, and not applied."""

    async def answer(params):
        return result

    editor.on_edit += [answer] * times


async def expected(editor, tmp_path, text, **place):
    """What a patient author's text becomes."""
    buffer = editor.open(tmp_path / "patient" / "tasks.md", text)
    assert (await buffer.run("expandTask", **place))["status"] == "applied"
    editor.edits.clear()
    return buffer.text


async def test_an_edit_that_is_refused_is_tried_again(editor, tmp_path):
    answers(editor, REFUSED, 2)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert len(editor.edits) == 3
    assert buffer.text.count("### Implementation Steps") == 1


async def test_guidelines_that_are_refused_are_tried_again(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    editor.on_edit += [editor.apply, editor.apply]
    answers(editor, REFUSED, 1)
    assert "guidelines" in (await buffer.run("expandAll"))["added"]
    assert len(editor.edits) == 4
    assert buffer.text.count("## Implementation Guidelines") == 1


async def test_a_client_that_refuses_every_edit_ends_in_failed(editor, tmp_path):
    answers(editor, REFUSED, 50)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert answer["added"] == []
    assert "try again" in answer["message"]
    assert len(editor.edits) >= 5
    assert buffer.text == COARSE
    assert (await buffer.run("toggleDone", line=0))["status"] == "conflict"


async def test_a_client_that_tells_late_why_it_refuses_is_waited_for(editor, tmp_path):
    """As eglot does, which tells of changes when its user rests."""
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    typed = asyncio.Event()

    async def refuse(params):
        return await editor.apply(params) if typed.is_set() else REFUSED

    async def tell():
        await asyncio.sleep(1.8)
        buffer.change(None, COARSE + "\nTyped.\n")
        typed.set()

    editor.on_edit += [refuse] * 50
    telling = asyncio.ensure_future(tell())
    answer = await buffer.run("expandTask", task="1")
    await telling
    assert answer["status"] == "applied"
    assert buffer.text.endswith("\nTyped.\n")


async def test_a_refused_tick_is_failed(editor, tmp_path):
    answers(editor, REFUSED, 1)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    answer = await buffer.run("toggleDone", line=buffer.line_of("`data.csv`"))
    assert answer["status"] == "failed"
    assert buffer.text == FLAWED


async def test_a_client_that_answers_with_an_error_ends_in_failed(editor, tmp_path):
    async def break_down(params):
        raise JsonRpcException("broken", -32603)

    editor.on_edit += [break_down] * 50
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert "did not take" in answer["message"]


async def test_an_edit_that_is_dropped_in_silence_is_tried_again(editor, tmp_path):
    answers(editor, DONE, 1)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert len(editor.edits) == 2
    assert buffer.text.count("### Implementation Steps") == 1


async def test_a_replacement_that_is_dropped_in_silence_is_tried_again(editor, tmp_path):
    answers(editor, DONE, 1)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert (await buffer.run("regenerateSection", task="1", section="success"))["status"] == "applied"
    assert len(editor.edits) == 2
    assert buffer.text != FLAWED


async def test_a_twin_elsewhere_is_not_taken_for_an_edit_that_was_dropped(editor, tmp_path):
    text = "# T\n\n## Task 1: Same\n\n- Write `a.py`\n\n## Task 2: Same\n\n- Write `a.py`\n"
    buffer = editor.open(tmp_path / "tasks.md", text)
    assert (await buffer.run("writeSection", task="1", section="dependencies"))["status"] == "applied"
    answers(editor, DONE, 1)
    assert (await buffer.run("writeSection", task="2", section="dependencies"))["status"] == "applied"
    assert buffer.text.count("### Dependencies Added") == 2


@pytest.mark.parametrize(
    "typed",
    ["Words above.\n\n", "🚀\n" * 40, "# More\n\n## No task\n\nText.\n\n"],
    ids=["a paragraph", "many lines", "headings"],
)
async def test_text_typed_above_while_the_edit_travels_moves_the_plan_with_its_task(editor, tmp_path, typed):
    wanted = await expected(editor, tmp_path, typed + COARSE, line=len(typed.splitlines()) + 2)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)

    async def type_first(params):
        buffer.type(0, 0, typed)
        return await editor.apply(params)

    editor.on_edit.append(type_first)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied"
    assert buffer.text == wanted


async def test_text_typed_above_is_put_right_for_the_last_task_too(editor, tmp_path):
    wanted = await expected(editor, tmp_path, "one\ntwo\n" + COARSE, task="2")
    buffer = editor.open(tmp_path / "tasks.md", COARSE)

    async def type_first(params):
        buffer.type(0, 0, "one\ntwo\n")
        return await editor.apply(params)

    editor.on_edit.append(type_first)
    assert (await buffer.run("expandTask", task="2"))["status"] == "applied"
    assert buffer.text == wanted


async def test_neovim_tells_both_in_one_message(start, tmp_path):
    editor = await start("neovim", [tmp_path])
    wanted = await expected(editor, tmp_path, "one\ntwo\n" + COARSE, task="1")
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    told: list[object] = []

    async def type_first(params):
        send, buffer.tell = buffer.tell, told.extend
        buffer.type(0, 0, "one\ntwo\n")
        result = await editor.apply(params)
        buffer.tell = send
        send(told)
        return result

    editor.on_edit.append(type_first)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert buffer.text == wanted


async def test_neovim_drops_a_stale_edit_and_says_that_it_did_not(start, tmp_path):
    editor = await start("neovim", [tmp_path])
    wanted = await expected(editor, tmp_path, "one\ntwo\n" + COARSE, task="1")
    buffer = editor.open(tmp_path / "tasks.md", "two\n" + COARSE)
    buffer.type(0, 0, "one\n")
    buffer.change(buffer.range(1, 0, 2, 0), "")

    async def type_first(params):
        buffer.type(1, 0, "two\n")
        before = buffer.text
        answer = await editor.apply(params)
        assert answer.applied
        assert buffer.text == before
        return answer

    editor.on_edit.append(type_first)
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    assert len(editor.edits) == 2
    assert buffer.text == wanted


async def test_a_client_without_versions_is_never_asked_to_take_text_away(start, tmp_path):
    """What it would take away could be what the author types meanwhile: the author is told to undo."""
    editor = await start("other", [tmp_path], without_versions())
    buffer = editor.open(tmp_path / "tasks.md", COARSE)

    async def type_first(params):
        buffer.type(0, 0, "one\ntwo\n")
        return await editor.apply(params)

    editor.on_edit.append(type_first)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert answer["message"] == "The plan of Task 1 landed elsewhere as you typed; undo and try again"
    [edit] = editor.edits
    assert all(each.range.start == each.range.end for each in edit.edit.changes[buffer.uri])


async def test_a_task_that_is_renamed_meanwhile_keeps_its_plan(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)

    async def rename_first(params):
        buffer.change(buffer.place("Task 1: Build the"), "Task 12: Make an")
        buffer.type(0, 0, "\n")
        return await editor.apply(params)

    editor.on_edit.append(rename_first)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied"
    task, _, rest = buffer.text.partition("## Task 2: Ship it")
    assert "### Implementation Steps" in task
    assert "## Task 12: Make an 导入器 🚀\n" in task
    assert "### Implementation Steps" not in rest


async def test_a_task_that_is_gone_meanwhile_is_a_conflict(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    rest = COARSE[COARSE.index("## Task 2") :]

    async def delete_first(params):
        buffer.change(None, rest)
        return REFUSED

    editor.on_edit.append(delete_first)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "conflict"
    assert "Task 1 is no longer in the document" in answer["message"]
    assert buffer.text == rest


async def test_what_the_author_writes_meanwhile_is_not_written_again(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", COARSE)

    async def write_first(params):
        buffer.type(buffer.line_of("Reads a CSV"), 0, "**Objective**: My own.\n\n")
        return REFUSED

    editor.on_edit.append(write_first)
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "applied"
    assert buffer.text.partition("### Implementation Steps")[0].count("**Objective**") == 1
    assert "**Objective**: My own.\n" in buffer.text


async def test_an_author_who_never_stops_typing_loses_nothing(start, tmp_path):
    editor = await start("vscode", [tmp_path])
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    typed: list[str] = []

    async def type_first(params):
        typed.append(f"line {len(typed)} 🚀")
        buffer.type(0, 0, typed[-1] + "\n")
        return await editor.apply(params)

    editor.on_edit += [type_first] * 50
    answer = await buffer.run("expandTask", task="1")
    assert answer["status"] == "failed"
    assert len(typed) >= 5
    assert buffer.text == "\n".join([*reversed(typed), COARSE])


async def test_an_open_fence_before_the_end_is_a_conflict_that_names_the_line(editor, tmp_path):
    text = COARSE + "\n```python\nprint()\n"
    buffer = editor.open(tmp_path / "tasks.md", text)
    answer = await buffer.run("expandTask", task="2")
    assert answer["status"] == "conflict"
    assert f"{text.splitlines().index('```python') + 1}" in answer["message"]
    assert buffer.text == text


async def test_a_client_that_can_not_apply_edits_is_told_so(start, tmp_path):
    editor = await start("neovim", [tmp_path], recorded("neovim", workspace__applyEdit=None))
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    for name, more in (("expandTask", {"task": "1"}), ("expandAll", {}), ("toggleDone", {"line": 0})):
        answer = await within(buffer.run(name, **more))
        assert answer["status"] == "failed"
        assert "workspace/applyEdit" in answer["message"]
    assert editor.edits == []


async def test_a_client_without_versions_says_when_a_replacement_could_have_taken_other_text(start, tmp_path):
    editor = await start("other", [tmp_path], without_versions())
    buffer = editor.open(tmp_path / "plan.md", FLAWED)

    async def type_first(params):
        buffer.type(0, 0, "Mine.\n")
        return await editor.apply(params)

    editor.on_edit.append(type_first)
    answer = await buffer.run("regenerateSection", task="1", section="success")
    assert answer["status"] == "failed"
    assert "undo and try again" in answer["message"]


@pytest.mark.parametrize("client", ["neovim", "other"])
async def test_an_edit_that_could_be_stale_in_silence_waits_for_the_author_to_rest(start, tmp_path, client):
    """What Neovim drops is lost time; what others insert at a place that has moved costs a second undo step."""
    editor = await start(client, [tmp_path], without_versions() if client == "other" else None)
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    await buffer.lenses()
    typed: list[float] = []
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    for _ in range(8):
        assert not editor.edits
        buffer.type(0, 0, "Typed.\n")
        typed.append(time.monotonic())
        await asyncio.sleep(0.05)
    assert (await within(run))["status"] == "applied"
    assert len(editor.edits) == 1
    assert time.monotonic() - typed[-1] >= 0.2
