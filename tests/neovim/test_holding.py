"""Edits while the author types: our handler holds them, and answers truthfully; the stock one loses nothing either."""

from __future__ import annotations

import json

import pytest

from tests.expand.test_engine import OWN
from tests.lsp.texts import COARSE

from .texts import TASKS, in_order, sections, wait_for

pytestmark = pytest.mark.neovim

STATUS = "return require('plansmith').statusline()"
COUNT_EDITS = """
edits = {}
local client = vim.lsp.get_clients({ bufnr = 0, name = 'plansmith' })[1]
local apply = client.handlers['workspace/applyEdit']
client.handlers['workspace/applyEdit'] = function(...)
  local held = { begun = vim.uv.now() }
  table.insert(edits, held)
  local result = apply(...)
  held.applied, held.reason = result.applied, result.failureReason
  return result
end
"""


def held(neovim) -> None:
    """Wait until an edit is held."""
    neovim.wait("#edits > 0 and edits[#edits].applied == nil")


def test_a_plan_that_comes_in_insert_mode_waits_for_its_end_and_is_a_step_of_its_own(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(COUNT_EDITS)
    neovim.go_to("Publish")
    neovim.keys("A, by hand")
    neovim.wait_for_text("package, by hand")
    neovim.send("expandTask", task="1")
    held(neovim)
    assert sections(neovim.lines) == 0
    assert neovim.lua(STATUS) == "Plansmith: the plan waits for the end of Insert mode"
    neovim.keys("<Esc>")
    assert neovim.wait("answer")["status"] == "applied"
    assert neovim.lua(STATUS) == ""
    assert sections(neovim.lines) == 1
    assert neovim.lua("return #edits") == 1
    typed = [line.replace("package", "package, by hand") for line in COARSE.splitlines()]
    assert neovim.undo() == typed
    assert neovim.undo() == COARSE.splitlines()


def test_what_is_typed_while_a_plan_is_held_stays_and_the_plan_finds_its_task(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(COUNT_EDITS)
    neovim.keys("ggO")
    neovim.wait_for_mode("i")
    neovim.send("expandTask", task="2")
    held(neovim)
    neovim.keys("typed 🚀<CR>above<CR>while it waits<Esc>")
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    assert neovim.lines[:4] == ["typed 🚀", "above", "while it waits", "# Breakdown 🗺"]
    assert sections(neovim.lines) == 1
    assert neovim.line_of("### Implementation Steps") > neovim.line_of("## Task 2")
    assert neovim.lua("return { edits[1].applied, edits[#edits].applied }") == [False, True]
    assert "the text has changed" in neovim.lua("return edits[1].reason")
    assert neovim.undo() == ["typed 🚀", "above", "while it waits", *COARSE.splitlines()]
    assert neovim.undo() == COARSE.splitlines()


def test_an_author_who_begins_to_type_again_and_again_gets_the_plan_once(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(COUNT_EDITS)
    neovim.keys("Go")
    neovim.wait_for_mode("i")
    neovim.send("expandTask", task="1")
    held(neovim)
    for number in range(8):
        neovim.keys(f"typed {number}<Esc>o")
        neovim.wait_for_text(f"typed {number}")
    neovim.keys("the end<Esc>")
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    assert sections(neovim.lines) == 1
    assert [line for line in neovim.lines if line.startswith("typed")] == [f"typed {number}" for number in range(8)]
    assert sum(neovim.lua("return vim.tbl_map(function(each) return each.applied end, edits)")) == 1


def test_after_a_time_out_the_plan_comes_in_insert_mode_as_a_step_of_its_own(start, tmp_path):
    neovim = start(settings={"hold": 1})
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.go_to("Publish")
    neovim.keys("A, by")
    neovim.wait_for_text("package, by")
    neovim.send("expandTask", task="1")
    assert neovim.wait("answer")["status"] == "applied"
    assert sections(neovim.lines) == 1
    assert neovim.nvim.api.get_mode()["mode"] == "i"
    neovim.keys(" hand<CR>and more<Esc>")
    neovim.wait_for_text("and more")
    neovim.wait_for_mode("n")
    with_all = neovim.lines
    assert with_all[-2:] == ["- Publish the package, by hand", "  and more"] or with_all[-1].strip() == "and more"
    planned = neovim.undo()
    assert sections(planned) == 1
    assert planned[-1] == "- Publish the package, by"
    before = neovim.undo()
    assert before == [line.replace("package", "package, by") for line in COARSE.splitlines()]
    assert neovim.undo() == COARSE.splitlines()
    for _ in range(3):
        neovim.nvim.command("silent redo")
    assert neovim.lines == with_all


def test_a_plan_that_is_cancelled_while_it_is_held_does_not_come(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(COUNT_EDITS)
    neovim.keys("Go")
    neovim.wait_for_mode("i")
    neovim.send("expandTask", task="1")
    held(neovim)
    neovim.keys("<Cmd>PlansmithCancel<CR>")
    assert neovim.wait("answer")["status"] == "cancelled"
    neovim.keys("<Esc>")
    neovim.wait("edits[1].applied == false")
    assert "cancelled" in neovim.lua("return edits[1].reason")
    assert sections(neovim.lines) == 0
    assert neovim.command("expandTask", task="1")["status"] == "applied"
    assert sections(neovim.lines) == 1


def test_a_replacement_and_a_visit_to_another_window_are_held_rightly(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(COUNT_EDITS)
    uri = neovim.lua("return vim.uri_from_bufnr(0)")
    neovim.keys("ggR")
    neovim.wait_for_mode("R")
    neovim.send("expandTask", task="2")
    held(neovim)
    neovim.keys("<Esc>:new<CR>ielsewhere")
    assert neovim.wait("answer")["status"] == "applied"
    assert neovim.nvim.api.get_mode()["mode"] == "i"
    lines = neovim.lua("return vim.api.nvim_buf_get_lines(vim.uri_to_bufnr(...), 0, -1, true)", uri)
    assert sections(lines) == 1


def test_stale_edits_are_refused_truthfully(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.type("Gox<Esc>")
    uri = neovim.lua("return vim.uri_from_bufnr(0)")
    now = neovim.lua("return vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()]")

    def answer(version: int | None) -> dict:
        place = {"line": 0, "character": 0}
        change = {
            "textDocument": {"uri": uri, "version": version},
            "edits": [{"range": {"start": place, "end": place}, "newText": "New\n"}],
        }
        return neovim.lua(
            "local client = vim.lsp.get_clients({ bufnr = 0 })[1]\n"
            "return client.handlers['workspace/applyEdit'](nil, vim.json.decode((...)), { client_id = client.id })",
            json.dumps({"edit": {"documentChanges": [change]}}),
        )

    before = neovim.lines
    for version in (now - 1, now + 1, 0):
        assert answer(version)["applied"] is False
        assert "the text has changed" in answer(version)["failureReason"]
        assert neovim.lines == before
    neovim.nvim.command("set nomodifiable")
    assert "'modifiable' is off" in answer(now)["failureReason"]
    neovim.nvim.command("set modifiable")
    assert answer(now)["applied"] is True
    assert neovim.lines == ["New", *before]


@pytest.mark.parametrize("alone", [False, True], ids=["our handler", "the stock handler"])
def test_typing_on_in_insert_mode_while_a_plan_streams_loses_nothing(model, start, tmp_path, alone):
    model.reply(OWN)
    neovim = start(alone=alone, settings={"hold": 1})
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.send("expandTask", task="1")
    wait_for(neovim, "Step 1")
    neovim.go_to("What we sell.")
    neovim.keys("o")
    for number in range(400):
        neovim.keys(f"{number} ")
        if neovim.lua("return answer ~= nil"):
            break
    neovim.keys("<CR>the end of it<Esc>")
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    neovim.wait_for_text("the end of it")
    typed = neovim.lines[neovim.line_of("What we sell.")]
    assert typed.split() == [str(count) for count in range(number + 1)]
    assert in_order(TASKS.splitlines(), neovim.lines)
    assert sections(neovim.lines) == 1
    assert neovim.line_of("## Task 1") < neovim.line_of("### Implementation Steps") < neovim.line_of("## Task 2")
