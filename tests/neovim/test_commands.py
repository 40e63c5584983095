"""The commands of a buffer, typed with real keys."""

from __future__ import annotations

import pytest

from tests.expand.test_engine import OWN
from tests.lsp.texts import COARSE, FLAWED
from tests.model.asks import asks

from .test_help import PLUGS

pytestmark = pytest.mark.neovim

ARRIVED = "### Implementation Steps"
CHAIN = "# Shop\n\n## Task 1: Store ✅\n\n## Task 2: Serve\n\n**Prerequisites**: Task 1\n\n## Task 3: Sell\n\n**Prerequisites**: Task 2\n\n## Task 4: Paint\n"


def test_expand_writes_the_task_of_the_line_and_one_u_takes_it_back(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.go_to("src/importer.py")
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait_for_text(ARRIVED)
    assert neovim.line_of("# Breakdown") < neovim.line_of(ARRIVED) < neovim.line_of("## Task 2")
    neovim.wait_for_message("Plansmith: Task 1: ")
    neovim.keys("u")
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') == 0")
    assert neovim.lines == COARSE.splitlines()


@pytest.mark.parametrize("typed", ["2", "shi<Tab>", ":<BS>Ship i<Tab>"])
def test_expand_takes_the_id_or_the_name_of_a_task_with_completion(neovim, tmp_path, typed):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(f":PlansmithExpand {typed}<CR>")
    neovim.wait_for_text(ARRIVED)
    assert neovim.line_of(ARRIVED) > neovim.line_of("## Task 2")


def test_expand_with_a_bang_has_the_offline_planner_write(start, tmp_path, monkeypatch):
    for name, value in asks("http://127.0.0.1:9", tmp_path, retries=0).items():
        monkeypatch.setenv(name, value)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(":PlansmithExpand 1<CR>")
    neovim.wait_for_message("offline planner")
    assert neovim.lines == COARSE.splitlines()
    neovim.keys("<CR>:PlansmithExpand! 1<CR>")
    neovim.wait_for_text(ARRIVED)


def test_expand_all_is_one_undo_step_for_each_task(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("[guidelines]\nadd = false\n")
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(":PlansmithExpandAll<CR>")
    neovim.wait_for_message("2 tasks")
    assert [lines.count(ARRIVED) for lines in (neovim.lines, neovim.undo(), neovim.undo())] == [2, 1, 0]
    assert neovim.lines == COARSE.splitlines()


def test_plans_that_come_into_another_buffer_are_one_undo_step_each(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("[guidelines]\nadd = false\n")
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(":PlansmithExpandAll | new<CR>")
    neovim.wait_for_message("2 tasks")
    neovim.keys(":quit<CR>")
    neovim.wait("vim.fn.expand('%:t') == 'tasks.md'")
    assert [lines.count(ARRIVED) for lines in (neovim.lines, neovim.undo(), neovim.undo())] == [2, 1, 0]
    assert neovim.lines == COARSE.splitlines()


def test_fill_writes_all_that_a_plan_lacks_or_the_section_that_is_named(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.go_to("Easy")
    assert "dependencies" in neovim.nvim.funcs.getcompletion("PlansmithFill ", "cmdline")
    neovim.keys(":PlansmithFill dep<Tab><CR>")
    neovim.wait_for_text("### Dependencies Added")
    assert "### Testing Plan" not in neovim.lines
    neovim.wait_for_message("1 section written")
    neovim.keys(":PlansmithFill<CR>")
    neovim.wait_for_text("### Testing Plan")
    assert neovim.lines.count("### Dependencies Added") == 1
    assert "dependencies" not in neovim.nvim.funcs.getcompletion("PlansmithFill ", "cmdline")


def test_next_goes_to_what_can_be_started_and_back(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", CHAIN)

    def goes_to(keys: str, words: str) -> None:
        neovim.keys(keys)
        neovim.wait("vim.api.nvim_win_get_cursor(0)[1] == argument", neovim.line_of(words))

    goes_to(":PlansmithNext<CR>", "## Task 2")
    goes_to(":PlansmithNext<CR>", "## Task 4")
    goes_to(":PlansmithNext<CR>", "## Task 2")
    goes_to("<C-o>", "## Task 4")
    goes_to(":PlansmithNext ser<Tab><CR>", "## Task 2")
    assert neovim.nvim.funcs.getcompletion("PlansmithNext ", "cmdline") == ["2", "Serve", "4", "Paint"]
    neovim.keys(":PlansmithNext Sell<CR>")
    neovim.wait_for_message("“Sell” is no task that can be started now")
    neovim.keys(":%s/Serve/Serve ✅/ | %s/Sell/Sell ✅/ | %s/Paint/Paint ✅/<CR>")
    neovim.keys(":PlansmithNext<CR>")
    neovim.wait_for_message("no task can be started now")


def test_toggle_ticks_a_box_and_unticks_it(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.go_to("`data.csv`")
    neovim.keys(":PlansmithToggle<CR>")
    neovim.wait_for_text("- [x] Read `data.csv`")
    neovim.keys(":PlansmithToggle<CR>")
    neovim.wait_for_text("- [ ] Read `data.csv`")
    neovim.go_to("Easy")
    neovim.keys(":PlansmithToggle<CR>")
    neovim.wait_for_message("is neither a checkbox nor the heading of a step with checkboxes")


def test_graph_shows_who_waits_for_whom(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", CHAIN)
    for _ in range(2):
        neovim.keys(":PlansmithGraph<CR>")
        neovim.wait("vim.bo.filetype == 'mermaid'")
        assert neovim.lines[0] == "flowchart TD"
        assert any("Task 2: Serve" in line for line in neovim.lines)
        assert not neovim.lua("return vim.bo.modifiable")
        neovim.keys(":quit<CR>")
        neovim.wait("vim.bo.filetype == 'markdown'")


def test_request_shows_what_would_be_sent_and_sends_nothing(model, start, tmp_path):
    model.reply(OWN)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(":PlansmithRequest Ship<Tab><CR>")
    neovim.wait("vim.api.nvim_buf_get_name(0) == 'plansmith://request'")
    text = "\n".join(neovim.lines)
    assert "claude" in text
    assert "## Task 2: Ship it" in text
    assert len(model.requests) == 0
    assert neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0


def test_trust_holds_until_it_is_taken_back(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim.open(tmp_path / "tasks.md", COARSE)
    assert neovim.command("showSetup")["trusted"] is False
    neovim.keys(":PlansmithTrust<CR>")
    neovim.wait_for_message(f"{tmp_path} is trusted until Nvim ends")
    assert neovim.command("showSetup")["trusted"] is True
    assert neovim.nvim.funcs.getcompletion("PlansmithTrust ", "cmdline") == ["off", "on"]
    neovim.keys(":PlansmithTrust of<Tab><CR>")
    neovim.wait_for_message("is trusted no more")
    assert neovim.command("showSetup")["trusted"] is False


def test_mappings_are_plugs_and_other_buffers_have_no_commands(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.nvim.command("nmap <Space>e <Plug>(plansmith-expand)")
    neovim.go_to("src/importer.py")
    neovim.keys("<Space>e")
    neovim.wait_for_text(ARRIVED)
    neovim.keys(":new<CR><Space>e")
    neovim.wait_for_message("this buffer has no Plansmith")
    assert neovim.nvim.funcs.exists(":PlansmithExpand") == 0
    plugs = [each["lhs"] for each in neovim.nvim.api.get_keymap("n") if "lansmith" in each["lhs"]]
    assert set(plugs) == {"<Space>e"} ^ {f"<Plug>(plansmith-{name})" for name in PLUGS} ^ {"<Space>e"}
