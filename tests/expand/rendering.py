"""What a reader sees of a text: its top-level blocks as HTML, by `markdown-it-py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt

from tests.plan.mended import mended

_MARKDOWN = mended(MarkdownIt("commonmark", {"maxNesting": 1000})).enable("table")
_WITHOUT_DEFINITIONS = mended(MarkdownIt("commonmark", {"maxNesting": 1000})).enable("table").disable("reference")


class Seen(NamedTuple):
    first: int  # its first line, and the first line after it
    last: int
    html: str


def seen_blocks(lines: Sequence[str], *, definitions: bool = True) -> list[Seen]:
    """The top-level blocks of some lines in order; without `definitions` of links as text.

    By the specification HTML that can't interrupt a paragraph stays text right below a definition, too.
    """
    markdown = _MARKDOWN if definitions else _WITHOUT_DEFINITIONS
    env: dict = {}
    found = []
    group: list = []
    for token in markdown.parse("\n".join(lines), env):
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            html = markdown.renderer.render(group, markdown.options, env)
            first, last = group[0].map or (0, 0)
            found.append(Seen(first, last, html.rstrip("\n")))
            group = []
    return found


def not_seen_again(before: list[Seen], after: list[Seen]) -> Iterator[Seen]:
    """The blocks of `before` that are not found, in their order, in `after`."""
    left = iter(block.html for block in after)
    for block in before:
        if block.html not in left:
            yield block
            return
