"""The help has tags, speaks of all there is, and every example in it runs; the Lua is laid out and annotated."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from .nvim import BINARY, PLUGIN, ROOT

pytestmark = pytest.mark.neovim

HELP = PLUGIN / "doc" / "plansmith.txt"
LUA = sorted(PLUGIN.rglob("*.lua"))
PLUGS = {"expand", "expand-all", "fill", "cancel", "next", "toggle", "move-up", "move-down", "graph", "request"}


def examples(language: str) -> list[str]:
    """The code blocks of the help in a language."""
    return re.findall(rf"(?ms)>{language}\n(.*?)^<", HELP.read_text("utf-8"))


def test_helptags_makes_the_tags_without_an_error(tmp_path):
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    run = subprocess.run(
        [BINARY, "--headless", "--clean", "-c", f"helptags {tmp_path / 'doc'}", "-c", "quit"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert run.stderr == ""
    tags = {line.partition("\t")[0] for line in (tmp_path / "doc" / "tags").read_text("utf-8").splitlines()}
    assert {"plansmith", "plansmith.txt", ":PlansmithExpand", "plansmith.statusline()", "g:plansmith"} <= tags


def test_every_tag_that_the_help_refers_to_is_found(neovim):
    neovim.nvim.command(f"helptags {PLUGIN / 'doc'}")
    try:
        text = re.sub(r"(?ms)>\w*\n.*?^<", "", HELP.read_text("utf-8"))
        referred = set(re.findall(r"\|([^|\s]+)\|", text))
        assert "plansmith-edits" in referred
        for tag in referred:
            assert tag in neovim.nvim.funcs.getcompletion(tag, "help"), tag
    finally:
        (PLUGIN / "doc" / "tags").unlink()


def test_the_help_names_every_command_and_every_mapping(neovim, tmp_path):
    neovim.open(tmp_path / "plan.md", "# Plan\n")
    text = HELP.read_text("utf-8")
    commands = set(neovim.lua("return vim.tbl_keys(vim.api.nvim_buf_get_commands(0, {}))"))
    assert set(re.findall(r"\*:(Plansmith\w+)\*", text)) == commands
    assert set(re.findall(r"<Plug>\(plansmith-([\w-]+)\)", text)) == PLUGS


README = re.findall(r"(?ms)^```lua\n(.*?)^```", (PLUGIN / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("example", [*examples("lua"), *README], ids=lambda text: text.split("\n")[0].strip())
def test_every_example_of_the_help_and_the_readme_runs(neovim, tmp_path, example):
    neovim.lua(example)
    neovim.nvim.command(f"edit {tmp_path}/plan.md")
    assert neovim.nvim.command_output("messages").strip() in ("", f'"{tmp_path}/plan.md" [New]')


def test_the_examples_for_the_status_line_and_the_health_do_what_is_said(neovim, tmp_path):
    [status] = [each for each in examples("lua") if "vim.o.statusline" in each]
    neovim.lua(status)
    neovim.open(tmp_path / "plan.md", "# Plan\n")
    assert neovim.lua("return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str").strip().endswith("plan.md")
    [health] = examples("vim")
    neovim.nvim.command(health.strip().removeprefix(":"))
    assert neovim.nvim.current.buffer.options["filetype"] == "checkhealth"


def test_every_function_of_the_plugin_is_annotated():
    """What is public has a comment, and a type for each parameter."""
    for path in LUA:
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            found = re.match(r"function M\.\w+\((.*)\)", line)
            if not found:
                continue
            above: list[str] = []
            while lines[number - 1 - len(above)].startswith("---"):
                above.append(lines[number - 1 - len(above)])
            place = f"{path.relative_to(ROOT)}:{number + 1}"
            if line != "function M.check()":
                assert any(not each.startswith("---@") for each in above), f"{place} has no words"
            for parameter in filter(None, map(str.strip, found[1].split(","))):
                if not parameter.startswith("_"):
                    assert any(re.match(rf"---@param {re.escape(parameter)}\??\s", each) for each in above), (
                        f"{place}: {parameter} has no type"
                    )


def test_the_lua_is_laid_out_by_stylua():
    run = subprocess.run([ROOT / ".ci" / "stylua", *LUA], capture_output=True, text=True, timeout=300, check=False)
    if run.returncode == 3:
        pytest.skip(run.stderr.strip().splitlines()[-1])
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_types_of_the_lua_are_right(tmp_path):
    """By lua-language-server, where it is there."""
    server = shutil.which("lua-language-server")
    if server is None:
        pytest.skip("lua-language-server is not there")
    runtime = subprocess.run(
        [BINARY, "--headless", "--clean", "--cmd", "lua io.write(vim.env.VIMRUNTIME)", "--cmd", "quit"],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    settings = tmp_path / "luarc.json"
    settings.write_text(f'{{"runtime.version": "LuaJIT", "workspace.library": ["{runtime}/lua"]}}')
    run = subprocess.run(
        [server, "--check", PLUGIN, "--configpath", settings, "--logpath", tmp_path, "--checklevel", "Warning"],
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
