"""A real breakdown in a real Neovim, expanded by a model while its author types on: whole plans, one undo step each."""

from __future__ import annotations

import pytest

from tests.expand.test_engine import OWN, PARTS

from .texts import TASKS, in_order, sections, wait_for

pytestmark = pytest.mark.neovim


def undo(neovim) -> list[str]:
    neovim.nvim.command("silent undo")
    return neovim.lines


def entries(neovim) -> int:
    return neovim.lua("return vim.fn.undotree().seq_cur")


def test_typing_in_other_lines_while_a_plan_streams(model, start, tmp_path):
    model.reply(OWN)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.send("expandTask", task="1")
    wait_for(neovim, "Step 1")
    neovim.go_to("What we sell.")
    neovim.nvim.input("otyped 🚀 above<CR>and more<Esc>")
    wait_for(neovim, "Testing Plan")
    neovim.go_to("The end.")
    neovim.nvim.input("otyped below<Esc>")
    neovim.go_to("Over HTTP")
    neovim.nvim.input("A, by 9 o'clock<Esc>")
    neovim.wait("vim.fn.search(\"by 9 o'clock\", 'nw') > 0")
    typed = neovim.lines
    before = entries(neovim)
    assert sections(typed) == 0, "the plan came too early for this test"
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    lines = neovim.lines
    assert sections(lines) == 1
    assert in_order(typed, lines)
    task = lines[neovim.line_of("## Task 1") : neovim.line_of("## Task 2")]
    assert "- [ ] `pytest tests/test_health.py` passes" in task
    assert "### Next Steps" in task
    neovim.wait("vim.tbl_count(vim.diagnostic.get(0, { severity = { min = 2 } })) == 0")
    assert entries(neovim) == before + 1
    assert undo(neovim) == typed
    for _ in range(3):
        restored = undo(neovim)
    assert restored == TASKS.splitlines()


def test_each_plan_of_a_breakdown_is_one_undo_step_between_those_of_the_author(model, start, tmp_path):
    model.reply(OWN).reply(PARTS)
    (tmp_path / "plansmith.toml").write_text("[guidelines]\nadd = false\n")
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.send("expandAll")
    wait_for(neovim, "Task 1: Step 1")
    neovim.go_to("The end.")
    neovim.nvim.input("oduring the first<Esc>")
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') > 0")
    first = neovim.lines
    wait_for(neovim, "Task 2: Step 1")
    neovim.go_to("What we sell.")
    neovim.nvim.input("oduring the second<Esc>")
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    lines = neovim.lines
    assert sections(lines) == 2
    assert in_order(first, lines)
    assert in_order(TASKS.splitlines(), lines)
    neovim.wait("vim.tbl_count(vim.diagnostic.get(0, { severity = { min = 2 } })) == 0")
    states = [undo(neovim) for _ in range(4)]
    assert [sections(each) for each in states] == [1, 1, 0, 0]
    assert "during the second" in states[0]
    assert states[1] == first
    assert "during the first" in states[2]
    assert states[3] == TASKS.splitlines()


@pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt"])
def test_a_fault_leaves_the_text_as_it_is(model, start, tmp_path, monkeypatch, fault):
    monkeypatch.setenv("PLANSMITH_RETRIES", "1")
    model.reply(OWN, times=None)
    getattr(model, fault)(after_chunks=50, times=None)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    answer = neovim.command("expandTask", task="1")
    assert answer["status"] == "failed"
    assert neovim.lines == TASKS.splitlines()
    assert len(list((tmp_path / "cache").rglob("*.md"))) == 1
