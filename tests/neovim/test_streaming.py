"""A model that streams, and an author who does not wait for it: the task itself changes, moves, goes away; cancel."""

from __future__ import annotations

import time

import pytest

from tests.expand.test_engine import OWN, PARTS

from .texts import TASKS, in_order, sections, wait_for

pytestmark = pytest.mark.neovim

STATUS = "return require('plansmith').statusline()"
FLOATS = (
    "return #vim.tbl_filter(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end,"
    " vim.api.nvim_list_wins())"
)


def begin(start, tmp_path, keys: str = ":PlansmithExpand 1<CR>", **options):
    """A Neovim in which the plan of the first task is being written."""
    neovim = start(**options)
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.keys(keys)
    wait_for(neovim, "Step 1")
    return neovim


@pytest.mark.parametrize("alone", [False, True], ids=["our handler", "the stock handler"])
def test_typing_in_the_task_itself_while_its_plan_streams(model, start, tmp_path, alone):
    model.reply(OWN)
    neovim = start(alone=alone)
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.send("expandTask", task="1")
    wait_for(neovim, "Step 1")
    neovim.go_to("- one file")
    neovim.keys("o- typed in the task<Esc>")
    neovim.wait_for_text("typed in the task")
    typed = neovim.lines
    assert neovim.wait("answer")["status"] == "applied"
    lines = neovim.lines
    assert in_order(typed, lines)
    assert sections(lines) == 1
    assert neovim.line_of("typed in the task") < neovim.line_of("### Implementation Steps")
    assert neovim.undo() == typed


def test_a_task_that_is_renamed_meanwhile_keeps_its_plan(model, start, tmp_path):
    model.reply(OWN)
    neovim = begin(start, tmp_path)
    neovim.go_to("Store the")
    neovim.keys("CFetch other things 🚚<Esc>ggdd")
    neovim.wait_for_text("## Task 1: Fetch other things 🚚")
    neovim.wait_for_text("### Implementation Steps")
    lines = neovim.lines
    assert neovim.line_of("Fetch other") < neovim.line_of("### Implementation Steps") < neovim.line_of("## Task 2")
    assert sections(lines) == 1
    assert "# Shop 🛒" not in lines


def test_the_plan_of_a_task_that_is_deleted_meanwhile_is_kept_and_offered(model, start, tmp_path):
    model.reply(OWN)
    neovim = begin(start, tmp_path)
    neovim.go_to("## Task 1")
    neovim.keys("V/## Task 2<CR>kd")
    neovim.wait("vim.fn.search('^## Task 1', 'nw') == 0")
    rest = neovim.lines
    neovim.wait_for_message("no longer in the document; nothing was changed; the plan is kept")
    assert neovim.lines == rest
    assert in_order(rest, TASKS.splitlines())
    neovim.go_to("What we sell.")
    neovim.take("Insert the kept plan")
    neovim.wait_for_text("### Implementation Steps")
    assert in_order(rest, neovim.lines)
    assert any(line.startswith("## Task 1: Store the 导入 orders") for line in neovim.lines)


def test_cancel_ends_the_run_within_a_second(model, start, tmp_path):
    model.reply(OWN, times=None)
    neovim = begin(start, tmp_path)
    taken = []
    for _ in range(3):  # a machine that is busy with others may take its time once
        before = time.monotonic()
        neovim.keys(":PlansmithCancel<CR>")
        neovim.wait("progress[#progress].kind == 'end'")
        taken.append(time.monotonic() - before)
        assert neovim.lines == TASKS.splitlines()
        assert neovim.lua(STATUS) == ""
        if taken[-1] < 1:
            break
        neovim.lua("progress = {}")
        neovim.keys(":PlansmithExpand 1<CR>")
        wait_for(neovim, "Step 1")
    assert min(taken) < 1, taken
    neovim.wait_for_message("Cancelled; nothing more was changed")
    neovim.keys(":PlansmithCancel<CR>")
    neovim.wait_for_message("nothing is running")
    neovim.go_to("Orders come")
    neovim.take("Continue the unfinished plan")
    neovim.wait_for_text("### Implementation Steps")


def test_a_run_of_a_lens_is_cancelled_too(model, start, tmp_path):
    model.reply(OWN)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.wait("#vim.lsp.codelens.get(0) == 2 and vim.lsp.codelens.get(0)[2].command")
    neovim.go_to("## Task 2")
    neovim.nvim.command("set eventignore=CursorHold")
    neovim.keys(":lua vim.lsp.codelens.run()<CR>")
    wait_for(neovim, "Step 1")
    hidden = "#vim.api.nvim_buf_get_extmarks(0, -1, { argument, 0 }, { argument, -1 }, { type = 'virt_text' }) == 0"
    line = neovim.line_of("## Task 2") - 1
    neovim.wait(hidden, line)
    neovim.keys(":PlansmithCancel<CR>")
    neovim.wait_for_message("Cancelled; nothing more was changed")
    neovim.wait(f"not ({hidden})", line)
    assert neovim.lines == TASKS.splitlines()


def test_cancel_leaves_the_run_of_another_buffer_alone(model, start, tmp_path):
    model.reply(OWN).reply(PARTS)
    (tmp_path / "plansmith.toml").write_text("")
    neovim = begin(start, tmp_path)
    neovim.open(tmp_path / "other.md", TASKS)
    neovim.keys(":PlansmithCancel<CR>")
    neovim.wait_for_message("nothing is running")
    assert neovim.lua(STATUS) == ""
    neovim.keys(":buffer tasks.md<CR>")
    neovim.wait("vim.fn.expand('%:t') == 'tasks.md'")
    assert "Task 1" in neovim.lua(STATUS)
    neovim.keys(":buffer other.md<CR>:PlansmithCancel!<CR>")
    neovim.wait_for_message("Cancelled; nothing more was changed")


def test_the_status_line_tells_the_section_and_the_tokens(model, start, tmp_path):
    model.reply(OWN)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.lua("vim.o.laststatus = 2\nvim.o.statusline = \"%f %= %{%v:lua.require'plansmith'.statusline()%}\"")
    shown = "vim.api.nvim_eval_statusline(vim.o.statusline, { winid = 0 }).str"
    assert "Plansmith" not in neovim.lua(f"return {shown}")
    neovim.keys(":PlansmithExpand 1<CR>")
    neovim.wait(f"{shown}:find('Plansmith: Task 1: .*Step 1') ~= nil")
    neovim.wait(f"{shown}:find('Plansmith: Task 1: .*%d+ tokens') ~= nil")
    neovim.wait_for_text("### Implementation Steps")
    neovim.wait(f"not {shown}:find('Plansmith')")


def test_the_growing_plan_is_shown_in_a_window_that_closes_by_itself(model, start, tmp_path):
    model.reply(OWN)
    neovim = begin(start, tmp_path, settings={"preview": True})
    neovim.wait(f"(function() {FLOATS} end)() == 1")
    window, config = neovim.lua(
        "local window = vim.tbl_filter(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end,"
        " vim.api.nvim_list_wins())[1]\nreturn { window, vim.api.nvim_win_get_config(window) }"
    )
    assert config["title"][0][0] == " Task 1 "
    assert neovim.nvim.api.get_current_win().handle != window
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') > 0")
    neovim.wait(f"(function() {FLOATS} end)() == 0")


def test_without_the_option_no_window_is_opened(model, start, tmp_path):
    model.reply(OWN)
    neovim = start()
    neovim.lua("opened = 0; vim.api.nvim_create_autocmd('WinNew', { callback = function() opened = opened + 1 end })")
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.keys(":PlansmithExpand 1<CR>")
    neovim.wait_for_text("### Implementation Steps")
    assert neovim.lua("return opened") == 0
