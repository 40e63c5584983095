"""Servers that break, buffers without a file or with another one, files that change meanwhile, health."""

from __future__ import annotations

import os
import signal

import pytest

from tests.expand.test_engine import OWN
from tests.lsp.texts import COARSE, FLAWED
from tests.model.asks import asks

from .texts import TASKS, sections, wait_for

pytestmark = pytest.mark.neovim

KEY = "sk-ant-0123456789-secret"


def kill(neovim) -> None:
    """Kill the server as the system would, without a word."""
    found = neovim.lua(
        "local pids = {}\n"
        "for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do table.insert(pids, pid) end\n"
        "return pids"
    )
    assert len(found) == 1, found
    os.kill(found[0], signal.SIGKILL)


def restarted(neovim, client: int) -> None:
    """Wait until another server than `client` serves the buffer."""
    ready = "local c = require('plansmith').client(); return c ~= nil and c.initialized and c.id ~= argument"
    neovim.wait(f"(function() {ready} end)()", client)


def current(neovim) -> int:
    return neovim.lua("return require('plansmith').client().id")


def test_a_server_that_is_killed_is_started_again(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    neovim.keys(":PlansmithTrust<CR>")
    neovim.wait_for_message("is trusted")
    client = current(neovim)
    kill(neovim)
    neovim.wait("#vim.diagnostic.get(0) == 0")
    restarted(neovim, client)
    neovim.wait_for_message("the server broke, and is started again")
    neovim.wait("#vim.diagnostic.get(0) > 0")
    assert neovim.command("showSetup")["trusted"] is True
    neovim.go_to("Later.")
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait("vim.fn.searchcount({ pattern = '^### Implementation Steps' }).total == 2")


def test_a_server_that_is_killed_while_it_writes_takes_nothing_along(model, start, tmp_path):
    model.reply(OWN, times=None)
    neovim = start()
    neovim.open(tmp_path / "tasks.md", TASKS)
    neovim.keys(":PlansmithExpand 1<CR>")
    wait_for(neovim, "Step 1")
    client = current(neovim)
    neovim.keys("Gotyped<Esc>")
    kill(neovim)
    restarted(neovim, client)
    assert neovim.lines == [*TASKS.splitlines(), "typed"]
    assert neovim.lua("return require('plansmith').statusline()") == ""
    neovim.keys(":PlansmithExpand 1<CR>")
    neovim.wait_for_text("### Implementation Steps")


def test_a_server_that_breaks_again_and_again_is_left_alone(neovim, tmp_path):
    neovim.open(tmp_path / "tasks.md", COARSE)
    for _ in range(3):
        client = current(neovim)
        kill(neovim)
        restarted(neovim, client)
    kill(neovim)
    neovim.wait_for_message("broke 4 times and is not started again")
    assert neovim.lua("return #vim.lsp.get_clients()") == 0
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait_for_message("the server does not run for this buffer")


def test_a_buffer_that_is_not_saved_is_checked_and_expanded_as_it_stands(neovim, tmp_path):
    path = tmp_path / "tasks.md"
    neovim.open(path, "# Empty\n")
    neovim.keys("Go<CR>## Task 1: Type it<CR><CR>In the editor only.<Esc>")
    neovim.wait_for_text("In the editor only.")
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait_for_text("### Implementation Steps")
    assert path.read_text() == "# Empty\n"
    assert neovim.nvim.current.buffer.options["modified"]


def test_a_buffer_that_gets_another_name_goes_on_under_it(neovim, tmp_path):
    neovim.open(tmp_path / "old.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    neovim.keys(f":saveas {tmp_path}/new.md<CR>")
    neovim.wait("vim.fn.expand('%:t') == 'new.md'")
    neovim.go_to("Later.")
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait("vim.fn.searchcount({ pattern = '^### Implementation Steps' }).total == 2")
    neovim.wait("#vim.diagnostic.get(0) > 0")
    neovim.keys(":silent write<CR>")
    neovim.wait("not vim.bo.modified")
    assert (tmp_path / "old.md").read_text() == FLAWED
    assert sections((tmp_path / "new.md").read_text().splitlines()) == 2


def test_a_buffer_without_a_name_is_checked_and_expanded(neovim):
    neovim.keys(":enew | set filetype=markdown<CR>")
    neovim.wait("require('plansmith').client() ~= nil and require('plansmith').client().initialized")
    neovim.nvim.current.buffer[:] = FLAWED.splitlines()
    neovim.wait("#vim.diagnostic.get(0) > 0")
    assert neovim.marked("placeholder-text") == ["TBD"]
    neovim.go_to("Later.")
    neovim.keys(":PlansmithExpand<CR>")
    neovim.wait("vim.fn.searchcount({ pattern = '^### Implementation Steps' }).total == 2")
    neovim.keys("u")
    neovim.wait("vim.fn.searchcount({ pattern = '^### Implementation Steps' }).total == 1")
    assert neovim.lines == FLAWED.splitlines()


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_stay_where_the_author_types_meanwhile(neovim, tmp_path, end):
    path = tmp_path / "tasks.md"
    neovim.nvim.command("set fileformats=unix,dos,mac")
    neovim.open(path, COARSE.replace("\n", end))
    neovim.keys("Gotyped<Esc>")
    neovim.wait_for_text("typed")
    assert neovim.command("expandTask", task="1")["status"] == "applied"
    neovim.keys(":silent write<CR>")
    neovim.wait("not vim.bo.modified")
    data = path.read_bytes().decode()
    assert f"### Implementation Steps{end}" in data
    assert data.endswith(f"typed{end}")
    assert "\n" not in data.replace(end, "")


def test_a_configuration_that_is_written_meanwhile_is_heard_of(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim.open(tmp_path / "plan.md", FLAWED)
    neovim.wait("#vim.diagnostic.get(0) > 0")
    assert neovim.marked("placeholder-text") == ["TBD"]
    (tmp_path / "plansmith.toml").write_text('[rules]\nplaceholder-text = "off"\n')
    neovim.wait(
        "#vim.diagnostic.get(0) > 0 and not vim.iter(vim.diagnostic.get(0)):any(function(each)"
        " return each.code == 'placeholder-text' end)"
    )


def test_lenses_follow_the_text_and_the_configuration(neovim, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.wait("#vim.lsp.codelens.get(0) == 2")
    neovim.keys("Go<CR>## Task 3: More<Esc>")
    neovim.wait("#vim.lsp.codelens.get(0) == 3")
    neovim.keys("u")
    neovim.wait("#vim.lsp.codelens.get(0) == 2")
    neovim.nvim.command("set eventignore=all")  # from here on, only the server says when
    (tmp_path / "plansmith.toml").write_text('exclude = ["tasks.md"]\n')
    neovim.wait("#vim.lsp.codelens.get(0) == 0")


def test_the_one_file_alone_is_enough_to_check_and_expand(start, tmp_path):
    (tmp_path / "plansmith.toml").write_text("")
    neovim = start(alone=True)
    neovim.open(tmp_path / "tasks.md", COARSE)
    assert neovim.lua("return vim.api.nvim_get_runtime_file('lua/plansmith/init.lua', false)") == []
    neovim.wait("#vim.lsp.codelens.get(0) == 2 and vim.lsp.codelens.get(0)[2].command")
    neovim.go_to("## Task 2")
    neovim.keys(":lua vim.lsp.codelens.run()<CR>")
    neovim.wait_for_text("### Implementation Steps")
    neovim.keys("u")
    neovim.wait("vim.fn.search('^### Implementation Steps', 'nw') == 0")
    assert neovim.lines == COARSE.splitlines()
    (tmp_path / "plansmith.toml").write_text('exclude = ["tasks.md"]\n')
    neovim.wait("#vim.lsp.codelens.get(0) == 0")


def test_health_tells_the_server_the_workspace_the_provider_and_where_the_key_comes_from(start, tmp_path, monkeypatch):
    url = "http://127.0.0.1:9"
    for name, value in asks(url, tmp_path, api_key=KEY, api_key_origin=url).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "plansmith.toml").write_text("")
    neovim = start()
    neovim.open(tmp_path / "tasks.md", COARSE)
    neovim.keys(":checkhealth plansmith<CR>")
    neovim.wait("vim.bo.filetype == 'checkhealth'")
    text = "\n".join(neovim.lines)
    for words in (
        "OK enabled",
        "OK version: plansmith ",
        f"workspace: {tmp_path}",
        f"configuration: {tmp_path}/plansmith.toml",
        "the project is not trusted",
        "OK provider: anthropic, model claude-sonnet-5-5",
        "OK key: from the environment's PLANSMITH_API_KEY",
        url,
    ):
        assert words in text
    assert KEY[:6] not in text
    assert "ERROR" not in text


def test_health_says_what_to_do_where_the_server_is_missing(neovim, tmp_path):
    neovim.lua("vim.lsp.config('plansmith', { cmd = { 'no-such-plansmith', 'server' } })")
    neovim.keys(":checkhealth plansmith<CR>")
    neovim.wait("vim.bo.filetype == 'checkhealth'")
    text = "\n".join(neovim.lines)
    assert "ERROR `no-such-plansmith` is not there" in text
    assert "pip install plansmith" in text
