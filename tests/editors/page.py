"""The blocks of the page for editors, as their readers copy them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "editors.md"


class Block(NamedTuple):
    """One fenced block."""

    editor: str  # the heading above it
    language: str
    text: str


def blocks() -> list[Block]:
    """All blocks of the page, in their order."""
    found = []
    for part in re.split(r"(?m)^## ", PAGE.read_text("utf-8")):
        editor = part.partition("\n")[0]
        found += [Block(editor, *block) for block in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", part)]
    return found


def block(editor: str, language: str) -> str:
    """The one block of an editor in a language."""
    [text] = [each.text for each in blocks() if each.editor.startswith(editor) and each.language == language]
    return text
