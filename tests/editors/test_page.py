"""The page for editors: every block is valid, starts the server that there is, and is for Markdown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from plansmith.workspace.toml_text import parse_toml

from .page import PAGE, Block, block, blocks

EDITORS = ["Helix", "Zed", "Emacs (eglot)", "Sublime Text", "Kate", "Vim and Neovim with coc.nvim"]


def test_every_editor_has_a_configuration():
    assert list(dict.fromkeys(each.editor for each in blocks()))[1:] == EDITORS


def parsed(each: Block) -> object:
    if each.language == "json":
        return json.loads(each.text)
    return toml(each.text)


def toml(text: str) -> dict[str, Any]:
    table, mistake = parse_toml(text)
    assert mistake is None
    return table


@pytest.mark.parametrize("each", blocks(), ids=lambda each: f"{each.editor}-{each.language}")
def test_every_block_is_of_a_language_that_is_parsed(each):
    if each.language in ("json", "toml"):
        assert parsed(each)
    else:
        # Emacs parses its own in test_eglot.py, rustfmt and the shell theirs below.
        assert each.language in ("elisp", "rust", "sh")


def test_helix_starts_the_server_for_markdown():
    helix = toml(block("Helix", "toml"))
    server = helix["language-server"]["plansmith"]
    assert [server["command"], *server["args"]] == ["plansmith", "server"]
    assert server["config"] == {"reply": "start"}
    [language] = helix["language"]
    assert (language["name"], language["language-servers"][0]) == ("markdown", "plansmith")


def test_zed_has_an_extension_and_names_its_server():
    manifest, cargo = [toml(each.text) for each in blocks() if each.editor == "Zed" and each.language == "toml"]
    assert manifest["language_servers"]["plansmith"]["languages"] == ["Markdown"]
    assert cargo["lib"]["crate-type"] == ["cdylib"]
    settings = json.loads(block("Zed", "json"))
    assert settings["languages"]["Markdown"]["language_servers"] == ["plansmith", "..."]


def test_the_extension_for_zed_is_laid_out_rust(tmp_path):
    if shutil.which("rustfmt") is None:
        pytest.skip("rustfmt is not there")
    path = tmp_path / "lib.rs"
    path.write_text(block("Zed", "rust"))
    run = subprocess.run(["rustfmt", "--check", path], capture_output=True, text=True, timeout=60, check=False)
    if "is not installed" in run.stderr or "could not choose" in run.stderr:
        pytest.skip("rustfmt does not run here")
    assert run.returncode == 0, run.stdout + run.stderr
    assert '.which("plansmith")' in path.read_text()


def test_sublime_kate_and_coc_start_the_server_for_markdown():
    sublime = json.loads(block("Sublime", "json"))["clients"]["plansmith"]
    assert (sublime["command"], sublime["selector"]) == (["plansmith", "server"], "text.html.markdown")
    kate = json.loads(block("Kate", "json"))["servers"]["markdown"]
    assert kate["command"] == ["plansmith", "server"]
    coc = json.loads(block("Vim", "json"))["languageserver"]["plansmith"]
    assert [coc["command"], *coc["args"], *coc["filetypes"]] == ["plansmith", "server", "markdown"]


def test_what_the_page_says_of_the_server_is_so():
    run = subprocess.run(
        [sys.executable, "-m", "plansmith", "server", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    assert "language server" in run.stdout


def test_every_link_of_the_page_leads_to_a_file():
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", PAGE.read_text("utf-8"))
    assert len(links) >= 3
    for target in links:
        assert (PAGE.parent / target).exists(), target
