"""The server's text is the client's: after any edit the findings stand where the author sees them."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .editor import MARKS, recorded
from .texts import FLAWED

pytestmark = MARKS


async def found(buffer, rule):
    return [found for found in await buffer.findings() if found.rule == rule]


def words(buffer, span) -> str:
    """What stands at a finding."""
    line, start, end_line, end = span
    assert line == end_line
    return buffer.text.split("\n")[line][start:end]


async def test_findings_stand_behind_emoji_and_cjk(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    unknown = await found(buffer, "unknown-task")
    assert [words(buffer, finding.span) for finding in unknown] == ["Task 9", "Task 7"]
    placeholders = await found(buffer, "placeholder-text")
    assert [words(buffer, finding.span) for finding in placeholders] == ["TBD"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_all_encodings_agree(start, tmp_path, encoding):
    capabilities = recorded("neovim", general__positionEncodings=[encoding])
    editor = await start("neovim", [tmp_path], capabilities)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    unknown = await found(buffer, "unknown-task")
    assert [finding.span for finding in unknown] == [(6, 22, 6, 28), (6, 33, 6, 39)]
    buffer.type(6, 21, " 🚀导")
    unknown = await found(buffer, "unknown-task")
    assert [finding.span for finding in unknown] == [(6, 25, 6, 31), (6, 36, 6, 42)]
    actions = await buffer.actions("Task 7", ["quickfix"])
    assert buffer.place("Task 7") in [action.diagnostics[0].range for action in actions]


async def test_an_edit_behind_emoji_lands_where_it_was_typed(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    buffer.change(buffer.place("Task 9"), "Task 2")
    assert [words(buffer, finding.span) for finding in await found(buffer, "unknown-task")] == ["Task 7"]


async def test_several_changes_in_one_message_apply_one_after_the_other(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    first = types.TextDocumentContentChangePartial(range=buffer.range(0, 0, 0, 0), text="one\ntwo\n")
    buffer.text = "one\ntwo\n" + buffer.text
    second = types.TextDocumentContentChangePartial(range=buffer.place("Task 9"), text="Task 2")
    buffer._replace(buffer.place("Task 9"), "Task 2")
    buffer.tell([first, second])
    assert [finding.span for finding in await found(buffer, "unknown-task")] == [(8, 33, 8, 39)]


async def test_a_place_past_the_end_of_a_line_is_its_end(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    line = buffer.line_of("**Objective**: 🚀 TBD")
    where = types.Range(types.Position(line, 4000), types.Position(line, 5000))
    buffer.change(where, " TODO: more")
    assert buffer.text.split("\n")[line] == "**Objective**: 🚀 TBD TODO: more"
    assert [words(buffer, finding.span) for finding in await found(buffer, "placeholder-text")] == ["TBD", "TODO"]


async def test_so_it_is_in_a_line_of_plain_ascii(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    line = buffer.line_of("**Objective**: Parse it.")
    past = types.Position(line, 99)
    buffer.change(types.Range(past, past), " TODO: say more")
    assert buffer.text.split("\n")[line] == "**Objective**: Parse it. TODO: say more"
    assert (line, 25, line, 29) in [finding.span for finding in await found(buffer, "placeholder-text")]


async def test_a_place_past_the_end_of_the_text_is_its_end(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    end = types.Position(100_000, 5)
    buffer.change(types.Range(end, end), "\n**Objective**: TBD\n\n**Prerequisites**: Task 12\n")
    assert [words(buffer, finding.span) for finding in await found(buffer, "unknown-task")] == [
        "Task 9",
        "Task 7",
        "Task 12",
    ]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
async def test_what_only_python_takes_for_a_line_end_is_none(editor, tmp_path, separator):
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("Parse it.", f"Parse{separator}it{separator}all."))
    assert [finding.span[0] for finding in await found(buffer, "unknown-task")] == [6, 6]
    buffer.type(0, 0, f"{separator}\n{separator}")
    assert [finding.span[0] for finding in await found(buffer, "unknown-task")] == [7, 7]
    buffer.change(buffer.place("Task 9"), f"Task 2{separator}")
    assert [words(buffer, finding.span) for finding in await found(buffer, "unknown-task")] == ["Task 7"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
async def test_lines_may_end_with_a_carriage_return(editor, tmp_path, end):
    buffer = editor.open(tmp_path / "plan.md", FLAWED.replace("\n", end))
    before = await buffer.findings()
    assert [finding.span for finding in before if finding.rule == "unknown-task"] == [(6, 22, 6, 28), (6, 33, 6, 39)]
    buffer.type(0, 0, f"Words{end}and more{end}")
    assert [found.span[0] for found in await buffer.findings()] == [found.span[0] + 2 for found in before]


async def test_a_line_feed_typed_after_a_carriage_return_ends_no_second_line(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", "intro\r" + FLAWED)
    assert [finding.span[0] for finding in await found(buffer, "unknown-task")] == [7, 7]
    start = types.Position(1, 0)
    buffer.change(types.Range(start, start), "\n")
    assert buffer.text.startswith("intro\r\n# Plan")
    assert [finding.span[0] for finding in await found(buffer, "unknown-task")] == [7, 7]


async def test_a_whole_new_text_replaces_all(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    buffer.change(None, "# Nothing of ours\n")
    assert await buffer.findings() == []
    buffer.change(None, "\n" + FLAWED)
    assert [finding.span[0] for finding in await found(buffer, "unknown-task")] == [7, 7]


async def test_a_text_may_become_empty_and_grow_again(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    lines = buffer.text.split("\n")
    buffer.change(buffer.range(0, 0, len(lines) - 1, len(lines[-1])), "")
    assert buffer.text == ""
    assert await buffer.findings() == []
    buffer.type(0, 0, FLAWED)
    assert len(await found(buffer, "unknown-task")) == 2


async def test_a_range_that_runs_backwards_is_read_as_one(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    place = buffer.place("Task 9")
    change = types.TextDocumentContentChangePartial(range=types.Range(place.end, place.start), text="Task 2")
    buffer._replace(place, "Task 2")
    buffer.tell([change])
    assert [words(buffer, finding.span) for finding in await found(buffer, "unknown-task")] == ["Task 7"]


async def test_a_place_inside_a_character_means_its_start(start, tmp_path):
    capabilities = recorded("neovim", general__positionEncodings=["utf-8"])
    editor = await start("neovim", [tmp_path], capabilities)
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    rocket = buffer.position(6, 19)
    inside = types.Position(6, rocket.character + 2)
    buffer.text = buffer.text.replace("**Prerequisites**: 🚀🚀", "**Prerequisites**: x🚀🚀")
    buffer.tell([types.TextDocumentContentChangePartial(range=types.Range(inside, inside), text="x")])
    assert [finding.span for finding in await found(buffer, "unknown-task")] == [(6, 23, 6, 29), (6, 34, 6, 40)]
