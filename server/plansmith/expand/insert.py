"""Lines become edits: a blank line before and after, none doubled, in the document's own line ends."""

from __future__ import annotations

from collections.abc import Sequence

from plansmith.plan.document import Document
from plansmith.plan.scanner import QUOTE
from plansmith.plan.text import Edit, fitted, insertion
from plansmith.plan.tree import Task

from .blocks import Block, is_blank, is_open


def insert_below(document: Document, task: Task, base: int, block: Block, lines: Sequence[str]) -> Edit | None:
    """Insert `lines` below a block of a task whose first line is `base`; None where they would become part of it."""
    below = base + block.end
    state = task.tokens[block.end - 1][4]
    if not is_open(state) or QUOTE in state.containers:
        return insert_between(document, below, lines, document.line_end)
    # What is open in a list ends with its item, and only blank lines go on with it: they stay as many as they are.
    return insert_below_blanks(document, below, lines, document.line_end) if state.containers else None


def open_message(task: Task, base: int, block: Block) -> str:
    """The conflict of a block that is still open at its end, because it holds a fence or HTML without an end."""
    tokens, line = task.tokens, block.end - 1
    leaf = tokens[line][4].leaf
    what = "an HTML block"
    if leaf[0] == "fence":
        what = "a code fence"
        line = max((fence.line for fence in task.fences if fence.close is None and fence.line <= line), default=line)
    else:
        while line > block.start and tokens[line - 1][4].leaf == leaf:
            line -= 1
        if task.lines[line][tokens[line][1] :].startswith("<!--"):
            what = "a comment"
    return f"Line {base + line + 1}: {what} opens here and never closes; close it, then try again"


def insert_between(document: Document, line: int, lines: Sequence[str], end: str) -> Edit:
    """Insert `lines` between two blocks; `line` is the first line after the one before, absolute in the document.

    `end` is the line end that the inserted lines get.
    """
    total = len(document.lines)
    following = line
    while following < total and is_blank(document.lines[following]):
        following += 1
    blanks = following - line
    if line >= total:
        return insert_after_line(document, line - 1, ["", *lines], end)
    if following == total:
        # The last line has no end: where it is the only blank one, the file ended in one line end.
        at, around = (line, ["", *lines]) if blanks == 1 else (line + 1, [*lines])
    elif blanks == 0:
        at, around = line, ["", *lines, ""]
    elif blanks == 1:
        at, around = line + 1, [*lines, ""]
    else:
        at, around = line + 1, [*lines]
    return _insert(document, at, around, end)


def insert_below_blanks(document: Document, line: int, lines: Sequence[str], end: str) -> Edit | None:
    """Insert `lines` below all blank lines from `line` on, which belong to what is open above; None without any."""
    last = len(document.lines) - 1
    following = line
    while following < last and is_blank(document.lines[following]):
        following += 1
    if following <= line or (following == last and is_blank(document.lines[last]) and document.lines[last]):
        return None
    # The last line has no end: where it is empty, there is no line.
    is_end = following == last and not document.lines[last]
    return _insert(document, following, [*lines] if is_end else [*lines, ""], end)


def insert_after_line(document: Document, line: int, lines: Sequence[str], end: str) -> Edit:
    """Insert `lines` right below a line, without any blank line of our own."""
    if document.ends[line]:
        return _insert(document, line + 1, lines, end)
    text = "\n".join(["", *lines, ""])
    return fitted(insertion(line, len(document.lines[line]), text), document.lines, document.ends, end)


def _insert(document: Document, line: int, lines: Sequence[str], end: str) -> Edit:
    text = "".join([f"{text}\n" for text in lines])
    return fitted(insertion(line, 0, text), document.lines, document.ends, end)
