"""A Neovim in a terminal, as its user sees it: tmux holds the screen, rich draws it."""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from .nvim import BINARY, PLUGIN, SERVER

COLUMNS, LINES = 110, 32
TIMEOUT = 30.0  # seconds

# Neovim's own dark background around what it draws.
_THEME = TerminalTheme((20, 22, 27), (224, 226, 234), [(20, 22, 27)] * 8)

_INIT = """
vim.o.termguicolors = true
vim.o.laststatus = 2
vim.o.ruler = false
vim.o.showcmd = false
vim.o.statusline = " %f %m%=%{{%v:lua.require'plansmith'.statusline()%}} "
vim.g.plansmith = {{ preview = true }}
vim.diagnostic.config({{ virtual_text = true }})
vim.lsp.config('plansmith', {{ cmd = {command} }})
vim.lsp.enable('plansmith')
"""


class Terminal:
    """One screen, with Neovim in it; ends with `stop`."""

    def __init__(self, folder: Path, file: Path, environment: dict[str, str]) -> None:
        self._name = f"plansmith-{uuid.uuid4().hex[:12]}"
        command = ", ".join(f"'{word}'" for word in SERVER)
        init = folder / "init.lua"
        init.write_text(_INIT.format(command=f"{{ {command} }}"))
        variables = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        self._tmux(
            *(
                "-f",
                os.devnull,
                "new-session",
                "-d",
                "-x",
                str(COLUMNS),
                "-y",
                str(LINES),
                "-c",
                str(folder),
                *variables,
            ),
            *(
                BINARY,
                "--clean",
                "-n",
                "--cmd",
                f"set rtp^={PLUGIN}",
                "-c",
                f"luafile {init}",
                "-c",
                f"edit {file.name}",
            ),
        )
        self._tmux("set-option", "-g", "status", "off")

    def _tmux(self, *words: str) -> str:
        run = subprocess.run(
            ["tmux", "-u", "-L", self._name, *words], capture_output=True, text=True, timeout=30, check=True,
            encoding="utf-8", env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return run.stdout

    def stop(self) -> None:
        self._tmux("kill-server")

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *keys)

    def screen(self, *, colours: bool = False) -> str:
        return self._tmux("capture-pane", "-p", *(["-e", "-N"] if colours else []))

    def wait(self, pattern: str) -> str:
        """Wait until the screen shows something; returns the screen as it was then, with its colours."""
        end = time.monotonic() + TIMEOUT
        while not re.search(pattern, self.screen()):
            assert time.monotonic() < end, f"the screen never showed {pattern}:\n{self.screen()}"
            time.sleep(0.05)
        return self.screen(colours=True)


def picture(screen: str, title: str) -> str:
    """A screen with its colours as SVG; the reader's own fixed-width font draws it."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(screen.rstrip("\n")), soft_wrap=True, no_wrap=True, overflow="crop", end="")
    svg = console.export_svg(title=title, unique_id="plansmith", theme=_THEME)
    svg = re.sub(r"(?s)@font-face \{.*?\}\s*", "", svg)
    return svg.replace("Fira Code", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas")
