"""What the tests with a model open, and how they look at it."""

from __future__ import annotations

TASKS = """\
# Shop 🛒

What we sell.

## Task 1: Store the 导入 orders

Orders come as JSON.

- one file a day

## Task 2: Serve the orders

**Prerequisites**: Task 1

Over HTTP, to the office only.

## Notes

The end.
"""


def sections(lines: list[str], words: str = "### Implementation Steps") -> int:
    """How often a line stands there."""
    return lines.count(words)


def in_order(lines: list[str], text: list[str]) -> bool:
    """Whether all lines are in the text, in their order."""
    rest = iter(text)
    return all(line in rest for line in lines)


def wait_for(neovim, words: str) -> None:
    """Wait until the model writes some section, as the progress tells."""
    neovim.wait(
        "vim.iter(progress):any(function(each) return (each.message or ''):find(argument, 1, true) ~= nil end)", words
    )
