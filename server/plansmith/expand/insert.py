r"""Lines become edits: a blank line before and after, none doubled, in the document's own line ends.

A `\r` right before a `\n` is one line end, whoever wrote which: an insertion that would join two keeps them apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from plansmith.plan.document import Document
from plansmith.plan.text import Edit, insertion

from .blocks import is_blank


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


def insert_after_line(document: Document, line: int, lines: Sequence[str], end: str) -> Edit:
    """Insert `lines` right below a line, without any blank line of our own."""
    if document.ends[line]:
        return _insert(document, line + 1, lines, end)
    return insertion(line, len(document.lines[line]), end + end.join(lines) + end)


def _insert(document: Document, line: int, lines: Sequence[str], end: str) -> Edit:
    ends = [end] * len(lines)
    if end == "\n" and not lines[0] and line and document.ends[line - 1] == "\r":
        ends[0] = "\r\n"
    text = "".join(part for pair in zip(lines, ends, strict=True) for part in pair)
    if text.endswith("\r") and not document.lines[line] and document.ends[line] == "\n":
        text += "\n"
    return insertion(line, 0, text)
