"""Plansmith in a real Neovim: findings stand where they belong, plans arrive, and one `u` takes each back."""

from __future__ import annotations

import pytest

from tests.lsp.texts import COARSE, FLAWED

from .nvim import Neovim

pytestmark = pytest.mark.neovim


def undo(neovim) -> list[str]:
    neovim.nvim.command("silent undo")
    return neovim.lines


def lacks_nothing(before: str, lines: list[str]) -> bool:
    """Whether all of the author's lines are there, in their order."""
    rest = iter(lines)
    return all(line in rest for line in before.splitlines())


def test_the_server_is_attached_at_the_root(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim.open(tmp_path / "docs" / "plan.md", FLAWED)
    assert neovim.lua("return vim.lsp.get_clients({ bufnr = 0 })[1].offset_encoding") == "utf-8"
    assert neovim.lua("return vim.lsp.get_clients({ bufnr = 0 })[1].root_dir") == str(tmp_path)


def test_findings_stand_at_the_right_columns(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    assert neovim.marked("unknown-task") == ["Task 9", "Task 7"]
    assert neovim.marked("placeholder-text") == ["TBD"]
    assert {each["source"] for each in neovim.diagnostics()} == {"plansmith"}


def test_findings_follow_what_is_typed(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    neovim.go_to("Task 9")
    neovim.type("i🚀导é <Esc>")
    neovim.type("ggOAbove 🗺<CR><Esc>")
    neovim.wait("vim.diagnostic.get(0, { severity = 1 })[1].lnum == 4")
    column = len("**Prerequisites**: 🚀🚀 🚀导é ".encode())
    neovim.wait(
        "#vim.tbl_filter(function(d) return d.lnum == 8 and d.col == argument end, vim.diagnostic.get(0)) == 1", column
    )
    assert neovim.marked("unknown-task") == ["Task 9", "Task 7"]
    neovim.type("ggdG")
    neovim.wait("#vim.diagnostic.get(0) == 0")


def test_the_code_action_expands_and_one_u_takes_it_back(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.go_to("Reads a CSV")
    neovim.take("Expand into plan: Task 1")
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') > 0")
    assert lacks_nothing(COARSE, neovim.lines)
    assert neovim.line_of("### Implementation Steps") < neovim.line_of("## Task 2")
    assert neovim.lua("return #vim.fn.undotree().entries") == 1
    neovim.wait("progress[#progress] and progress[#progress].kind == 'end'")
    assert neovim.lua("return progress[1].kind") == "begin"
    assert undo(neovim) == COARSE.splitlines()
    neovim.nvim.command("silent write")
    assert (tmp_path / "tasks.md").read_text("utf-8") == COARSE


def test_a_plan_that_arrives_has_no_error_and_no_warning(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    assert neovim.command("expandAll")["status"] == "applied"
    neovim.type("Go<Esc>")
    neovim.wait("vim.tbl_count(vim.diagnostic.get(0, { severity = { min = 2 } })) == 0")
    assert lacks_nothing(COARSE, neovim.lines)


def test_each_task_is_one_undo(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    assert neovim.command("expandAll")["status"] == "applied"
    states = [neovim.lines, undo(neovim), undo(neovim), undo(neovim)]
    assert [sum(line == "### Implementation Steps" for line in lines) for lines in states] == [2, 2, 1, 0]
    assert states[-1] == COARSE.splitlines()


def test_windows_line_ends_stay(neovim, tmp_path):
    path = tmp_path / "tasks.md"
    neovim.open(path, COARSE.replace("\n", "\r\n"))
    assert neovim.nvim.current.buffer.options["fileformat"] == "dos"
    assert neovim.command("expandTask", task="1")["status"] == "applied"
    neovim.nvim.command("silent write")
    data = path.read_bytes()
    assert b"### Implementation Steps\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_lens_on_the_heading_expands(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.wait("#vim.lsp.codelens.get(0) == 2")
    neovim.go_to("## Task 2")
    neovim.wait("vim.lsp.codelens.get(0)[2].command")
    neovim.lua("vim.lsp.codelens.run()")
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') > 0")
    assert neovim.line_of("### Implementation Steps") > neovim.line_of("## Task 2")


def test_a_quick_fix_is_applied(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    neovim.go_to("Easy")
    fix = next(each for each in neovim.diagnostics("invalid-complexity"))
    assert fix["message"]
    neovim.lua("vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.plansmith' } }, apply = true })")
    neovim.wait("vim.fn.search('^#### Step 2: Check', 'nw') > 0")
    assert "**Estimated Complexity**: Low" in neovim.lines
    assert undo(neovim) == FLAWED.splitlines()


def test_a_box_is_ticked(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", FLAWED)
    answer = neovim.command("toggleDone", line=neovim.line_of("`data.csv`") - 1)
    assert answer["status"] == "applied"
    assert "- [x] Read `data.csv`" in neovim.lines


# Text that is typed while an edit travels: Neovim tells of it only 150 milliseconds later.
TYPED = "vim.api.nvim_buf_set_lines(0, 0, 0, true, { 'Typed', 'meanwhile 🚀', '' })"


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """What the text becomes where the author has typed before a task is expanded: `moved(task)`."""
    lines: dict[str, list[str]] = {}

    def expected(task: str) -> list[str]:
        if task not in lines:
            folder = tmp_path_factory.mktemp("patient")
            patient = Neovim(folder)
            patient.open(folder / "tasks.md", "Typed\nmeanwhile 🚀\n\n" + COARSE)
            assert patient.command("expandTask", task=task)["status"] == "applied"
            lines[task] = patient.lines
            patient.stop()
        return lines[task]

    return expected


@pytest.mark.parametrize("alone", [False, True], ids=["our handler", "the stock handler"])
@pytest.mark.parametrize("changed", [False, True], ids=["version 0", "later version"])
@pytest.mark.parametrize("task", ["1", "2"])
def test_text_typed_above_meanwhile_moves_the_plan_with_its_task(start, moved, tmp_path, alone, changed, task):
    neovim = start(alone=alone)
    neovim.open(tmp_path / "tasks.md", COARSE)
    if changed:
        neovim.type("Go<Esc>u")
        neovim.command("showGraph")  # any request tells the server of all changes first
    neovim.send("expandTask", task=task, then=TYPED)
    answer = neovim.wait("answer")
    assert answer["status"] == "applied", answer
    assert neovim.lines == moved(task)


def test_a_task_deleted_meanwhile_is_a_conflict(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.type("Go<Esc>u")
    neovim.command("showGraph")
    rest = COARSE[COARSE.index("## Task 2") :].splitlines()
    delete = f"vim.api.nvim_buf_set_lines(0, 0, {len(COARSE.splitlines()) - len(rest)}, true, {{}})"
    neovim.send("expandTask", task="1", then=delete)
    answer = neovim.wait("answer")
    assert answer["status"] == "conflict"
    assert neovim.lines == rest


def test_a_client_that_does_not_wait_is_told_by_a_message(start, tmp_path):
    neovim = start(options={"reply": "start"})
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua(
        "messages = {}\n"
        "vim.lsp.handlers['window/showMessage'] = function(_, params) table.insert(messages, params.message) end"
    )
    assert neovim.command("expandTask", task="1")["status"] == "started"
    assert neovim.wait("messages[1]").startswith("Plansmith: Task 1: ")
    assert "### Implementation Steps" in neovim.lines


def test_quitting_ends_the_server(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.lua("stopped = nil; vim.lsp.get_clients({ bufnr = 0 })[1]:stop()")
    neovim.wait("#vim.lsp.get_clients({ name = 'plansmith' }) == 0")
