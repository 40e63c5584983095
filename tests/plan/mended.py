"""`markdown-it-py` without two faults of its version 4.3, where the specification and other parsers disagree with it."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, html_block


def mended(markdown: MarkdownIt) -> MarkdownIt:
    """The parser with its rules for quotes and HTML mended."""
    ruler = markdown.block.ruler
    ruler.at("blockquote", _quote(), {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.at("html_block", _html(), {"alt": ["paragraph", "reference", "blockquote"]})
    return markdown


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
