"""A plan as a language in a real Neovim: by the mappings that it has for any language server."""

from __future__ import annotations

import pytest

from .nvim import ROOT

pytestmark = pytest.mark.neovim

CHAIN = """\
---
plansmith: true
---

# Shop 🛒

## Task 1: Store the 导入 orders ✅

## Task 2: Serve the orders

**Objective**: Serve them over HTTP.

**Prerequisites**: Task 1

## Task 3: Ship the orders

**Prerequisites**: 🚚 Task 2

### Implementation Steps

#### Step 1: Pack

Pack them.

#### Step 2: Drive

After Step 1.
"""


@pytest.fixture
def chain(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", CHAIN)
    return neovim


def test_k_shows_the_card_of_a_task(chain):
    chain.go_to("🚚 Task 2")
    chain.keys("3lK")
    chain.wait(
        "vim.iter(vim.api.nvim_list_wins()):any(function(window)"
        " local text = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)"
        " return vim.api.nvim_win_get_config(window).relative ~= ''"
        " and table.concat(text, ' '):find(argument, 1, true) ~= nil end)",
        "Serve them over HTTP.",
    )


def test_a_reference_leads_to_its_task_and_back(chain):
    chain.go_to("🚚 Task 2")
    chain.keys("3l<C-]>")
    chain.wait("vim.api.nvim_win_get_cursor(0)[1] == argument", chain.line_of("## Task 2"))
    chain.keys("<C-t>")
    chain.wait("vim.api.nvim_win_get_cursor(0)[1] == argument", chain.line_of("🚚 Task 2"))


def test_grr_lists_where_a_task_is_spoken_of(chain):
    chain.go_to("## Task 2")
    chain.keys("3lgrr")
    chain.wait("#vim.fn.getqflist() > 0 or #vim.fn.getloclist(0) > 0")
    found = chain.lua("return vim.list_extend(vim.fn.getqflist(), vim.fn.getloclist(0))")
    assert chain.line_of("🚚 Task 2") in [each["lnum"] for each in found] or len(found) > 1


def test_a_task_is_renamed_with_every_reference_in_one_undo_step(chain):
    before = chain.lines
    chain.go_to("## Task 2")
    chain.lua("local row = vim.api.nvim_win_get_cursor(0)[1]; vim.api.nvim_win_set_cursor(0, { row, 8 })")
    chain.lua("vim.lsp.buf.rename('7')")
    chain.wait_for_text("## Task 7: Serve the orders")
    assert chain.lines == [line.replace("Task 2", "Task 7") for line in before]
    assert chain.undo() == before


def test_a_reference_is_completed_as_a_whole(chain):
    chain.lua("vim.o.completeopt = 'menuone,noinsert'")
    chain.lua("vim.lsp.completion.enable(true, vim.lsp.get_clients({ bufnr = 0 })[1].id, 0, {})")
    chain.go_to("🚚 Task 2")
    chain.keys("A, <C-x><C-o>")
    chain.wait("vim.fn.pumvisible() == 1")
    offered = chain.lua("return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info().items)")
    assert "Task 1: Store the 导入 orders" in offered
    chain.keys("<C-y>")
    chain.wait_for_text("🚚 Task 2, Task 1")


def test_folds_are_the_tasks_and_their_sections(chain):
    chain.lua("vim.wo.foldmethod = 'expr'; vim.wo.foldexpr = 'v:lua.vim.lsp.foldexpr()'")
    task, steps, end = (chain.line_of(words) for words in ("## Task 3", "### Impl", "After Step 1."))
    chain.wait("vim.fn.foldlevel(argument) >= 2", steps + 2)
    chain.lua("vim.wo.foldlevel = 1")
    chain.wait(f"vim.fn.foldclosed({steps}) == {task} and vim.fn.foldclosedend({steps}) == {end}")


def test_the_symbols_are_tasks_sections_and_steps(chain):
    chain.lua("vim.lsp.buf.document_symbol()")
    chain.wait("#vim.fn.getloclist(0) > 0")
    words = [each["text"] for each in chain.lua("return vim.fn.getloclist(0)")]
    for expected in ("Task 1", "Task 3", "[Field] Prerequisites", "Step 2"):
        assert any(expected in each for each in words), words


def test_hints_stand_behind_the_references(chain):
    chain.lua("vim.lsp.inlay_hint.enable(true)")
    chain.wait("#vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0")
    hints = chain.lua(
        "return vim.tbl_map(function(hint) local label = hint.inlay_hint.label\n"
        " return type(label) == 'table' and label[1].value or label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))"
    )
    assert any("done" in hint for hint in hints), hints


def test_a_step_moves_past_its_neighbour_and_back(chain):
    before = chain.lines
    chain.go_to("Pack them.")
    chain.keys(":PlansmithMove down<CR>")
    chain.wait_for_text("#### Step 1: Drive")
    assert "#### Step 2: Pack" in chain.lines
    assert "After Step 2." in chain.lines
    chain.wait("vim.api.nvim_win_get_cursor(0)[1] == argument", chain.line_of("#### Step 2: Pack"))
    chain.keys(":PlansmithMove up<CR>")
    chain.wait_for_text("#### Step 1: Pack")
    assert chain.lines == before
    chain.keys(":PlansmithMove sideways<CR>")
    chain.wait_for_message("say `:PlansmithMove up`")


def test_the_servers_tokens_colour_a_reference(chain):
    chain.go_to("🚚 Task 2")
    chain.wait(
        "vim.lsp.semantic_tokens.get_at_pos(0, argument - 1, #'**Prerequisites**: 🚚 ') ~= nil"
        " and #vim.lsp.semantic_tokens.get_at_pos(0, argument - 1, #'**Prerequisites**: 🚚 ') > 0",
        chain.line_of("🚚 Task 2"),
    )


def test_the_help_of_the_language_is_found():
    assert "plansmith-language" in (ROOT / "client-neovim" / "doc" / "plansmith.txt").read_text("utf-8")
