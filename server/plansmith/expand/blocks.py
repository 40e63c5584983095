"""A task as its top-level Markdown blocks: between two of them, and nowhere else, an insertion may go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from plansmith.plan.scanner import (
    BLANK,
    BREAK,
    FENCE_BODY,
    FENCE_CLOSE,
    FENCE_OPEN,
    HTML,
    INDENTED,
    MORE,
    State,
    Token,
)
from plansmith.plan.scanner import QUOTE as QUOTE_CONTAINER
from plansmith.plan.tree import Task

PARAGRAPH: Final = "paragraph"
LIST_BLOCK: Final = "list"
QUOTE: Final = "quote"
HEADING_BLOCK: Final = "heading"
RULE: Final = "rule"
CODE_BLOCK: Final = "code"
HTML_BLOCK: Final = "html"
IGNORE: Final = "ignore"  # a comment that speaks of the block after it

_IGNORE = re.compile(r"\s*<!--\s*plansmith:\s*ignore\b.*-->\s*$")


class Block(NamedTuple):
    """A top-level block; lines are relative to the task, `end` is the first line after it."""

    start: int
    end: int
    kind: str
    marker: str = ""  # of a list: its bullet, or what follows its numbers
    level: int = 0  # of a heading


def find_blocks(task: Task) -> list[Block]:
    """All top-level blocks of a task in the order of the text, its heading first."""
    lines, tokens = task.lines, task.tokens
    headings = {heading.line: heading for heading in task.headings}
    found: list[Block] = []
    number = 0
    count = len(lines)
    while number < count:
        heading = headings.get(number)
        if heading is not None:
            found.append(Block(number, heading.end, HEADING_BLOCK, "", heading.level))
            number = heading.end
            continue
        token = tokens[number]
        if is_blank(lines[number]) and (token[0] == BLANK or token[4].containers) and not token[3]:
            # In a list a blank line may be code of a fence that never closes: it is below the list all the same.
            number += 1
            continue
        block = _block(lines, tokens, number)
        if block.kind == CODE_BLOCK and found and _goes_on(block, found[-1]):
            found[-1] = found[-1]._replace(end=block.end)
        else:
            found.append(block)
        number = block.end
    return found


def is_blank(line: str) -> bool:
    """Whether a line is blank to Markdown; other blanks than space and tab are text."""
    return not line.strip(" \t")


def indent_of(line: str) -> int:
    """How far a line is indented, tabs counted by stops of four."""
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def is_open(state: State) -> bool:
    """Whether a state lies in a fence or an HTML block that only its own end closes, not a blank line."""
    leaf = state.leaf
    return leaf[0] == "fence" or (leaf[0] == "html" and int(leaf[-1]) < 6)


def _block(lines: Sequence[str], tokens: Sequence[Token], start: int) -> Block:
    kind, _, _, opened, state = tokens[start]
    if state.containers or opened:
        return _container(lines, tokens, start)
    if kind == FENCE_OPEN:
        return Block(start, _fence_end(tokens, start), CODE_BLOCK, "fence")
    if kind == INDENTED:
        return Block(start, start + 1, CODE_BLOCK)
    if kind == HTML:
        end = start + 1
        while end < len(tokens) and tokens[end][0] == HTML and tokens[end - 1][4].leaf[0] == "html":
            end += 1
        ignore = end == start + 1 and _IGNORE.match(lines[start])
        return Block(start, end, IGNORE if ignore else HTML_BLOCK)
    if kind == BREAK:
        return Block(start, start + 1, RULE)
    end = start + 1
    while end < len(tokens) and tokens[end][0] == MORE:
        end += 1
    return Block(start, end, PARAGRAPH)


def _container(lines: Sequence[str], tokens: Sequence[Token], start: int) -> Block:
    """A list or a quote: it lasts as long as its outermost container."""
    outer = _outer(tokens[start])
    end = number = start + 1
    while number < len(tokens):
        token = tokens[number]
        blank = is_blank(lines[number])
        if blank and outer != QUOTE:
            number += 1  # it goes on, or these blanks end it; below an empty item another one can still follow
            continue
        if blank or not (token[4].containers or token[3]):
            break
        own = _outer(token)
        if own and own != outer:
            break
        number += 1
        end = number
    return Block(start, end, QUOTE if outer == QUOTE else LIST_BLOCK, outer)


def _outer(token: Token) -> str:
    """What opens a line's outermost container: QUOTE, a bullet, `.` or `)`; "" where that goes on from above."""
    opened, containers = token[3], token[4].containers
    if containers[:1] == (QUOTE_CONTAINER,):
        return QUOTE
    if opened and sum(container != QUOTE_CONTAINER for container in containers) <= len(opened):
        return opened[0].marker[-1]
    return ""


def _fence_end(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while end < len(tokens) and tokens[end][0] == FENCE_BODY:
        end += 1
    return end + 1 if end < len(tokens) and tokens[end][0] == FENCE_CLOSE else end


def _goes_on(block: Block, before: Block) -> bool:
    """Whether two pieces of indented code are one block: nothing but blank lines lies between them."""
    return not block.marker and before.kind == CODE_BLOCK and not before.marker
