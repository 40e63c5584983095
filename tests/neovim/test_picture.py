"""The pictures of the README: a real terminal shows what they show; `PLANSMITH_PICTURES=1` takes them anew."""

from __future__ import annotations

import html
import os
import re
import shutil

import pytest

from tests.expand.test_engine import COARSE, OWN
from tests.model.asks import asks

from .nvim import PLUGIN
from .terminal import Terminal, picture

pytestmark = pytest.mark.neovim

PICTURES = PLUGIN / "pictures"


def shown(svg: str) -> str:
    """The words of a picture, piece by piece as they stand."""
    pieces = re.findall(r"(?s)<text[^>]*>(.*?)</text>", svg)
    return html.unescape("".join(pieces)).replace("\N{NO-BREAK SPACE}", " ")


EXPANDING = ("## Task 2: Ship it", "Expand into plan", "Plansmith: Task 1: ", "Step 1", "**Actions**")
EXPANDED = ("### Implementation Steps", "#### Step 1", "Task 1: ", "written")


def test_the_terminal_shows_what_the_pictures_show(llmock, tmp_path):
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not there; install it (Debian: apt-get install tmux)")
    llmock.pace(40).reply(OWN)
    (tmp_path / "plansmith.toml").write_text("")
    (tmp_path / "tasks.md").write_text(COARSE, "utf-8")
    terminal = Terminal(tmp_path, tmp_path / "tasks.md", asks(llmock.base_url("anthropic"), tmp_path))
    try:
        terminal.wait("Expand into plan")
        terminal.keys(":3", "Enter", ":PlansmithExpand", "Enter")
        expanding = picture(terminal.wait(r"(?s)\*\*Actions\*\*.*Task 1: .*Step 1"), "A plan is being written")
        terminal.wait(r"(?s)### Implementation Steps.*sections written")
        terminal.keys("2", "C-e")
        expanded = picture(terminal.wait(r"#### Step 1"), "The plan has come")
    finally:
        terminal.stop()
    if os.environ.get("PLANSMITH_PICTURES") == "1":
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / "expanding.svg").write_text(expanding, "utf-8")
        (PICTURES / "expanded.svg").write_text(expanded, "utf-8")
    for svg, words in ((expanding, EXPANDING), (expanded, EXPANDED)):
        for each in words:
            assert each in shown(svg)


@pytest.mark.parametrize(("name", "words"), [("expanding", EXPANDING), ("expanded", EXPANDED)])
def test_the_pictures_of_the_readme_show_what_the_terminal_shows(name, words):
    text = shown((PICTURES / f"{name}.svg").read_text("utf-8"))
    for each in words:
        assert each in text
