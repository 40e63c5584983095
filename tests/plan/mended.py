"""`markdown-it-py` without three faults of its version 4.3, where the specification and other parsers disagree with it."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, html_block


def mended(markdown: MarkdownIt) -> MarkdownIt:
    """The parser with its rules for quotes and HTML mended, and with what ends a paragraph in a list."""
    ruler = markdown.block.ruler
    ruler.at("blockquote", _quote(), {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.at("html_block", _html(), {"alt": ["paragraph", "reference", "blockquote"]})
    for rule in ruler.__rules__:
        if "paragraph" in rule.alt:
            ruler.at(rule.name, _outside_code(rule.fn), {"alt": rule.alt})
    return markdown


def _outside_code(rule: Any) -> Any:
    """A rule that ends no paragraph of a list by a line that is indented like code outside of it, as that for lists."""

    def checked(state: Any, start: int, end: int, silent: bool) -> bool:
        indent = state.sCount[start]
        if silent and state.listIndent >= 0 and indent - state.listIndent >= 4 and indent < state.blkIndent:
            return False
        return rule(state, start, end, silent)

    return checked


def _quote() -> Any:
    """The oracle's rule for quotes, with a check for the four columns that make a line indented code."""
    source = inspect.getsource(sys.modules[blockquote.__module__])
    wrong = 'evaluatesTrue = state.src[pos] == ">" and not isOutdented'
    assert wrong in source, "is the fault mended upstream? then this function can go"
    rule: dict = {"__name__": "mended", "__package__": "markdown_it.rules_block"}
    exec(source.replace(wrong, f"{wrong} and not state.is_code_block(nextLine)"), rule)
    return rule["blockquote"]


def _html() -> Any:
    """The oracle's rule for HTML, with spaces and tabs for blanks."""
    rule: dict = {"__name__": "mended", "__package__": "markdown_it.rules_block"}
    exec(inspect.getsource(sys.modules[html_block.__module__]), rule)
    rule["HTML_SEQUENCES"] = [
        (
            re.compile(opens.pattern.replace(r"\s", r"[ \t]").replace(r"\x00-\x20", r" \t"), opens.flags),
            closes,
            interrupts,
        )
        for opens, closes, interrupts in rule["HTML_SEQUENCES"]
    ]
    return rule["html_block"]
