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
    indents: list[int] = []
    markdown.block.tokenize = _noted(markdown.block.tokenize, indents)  # type: ignore[method-assign]
    for rule in ruler.__rules__:
        if "paragraph" in rule.alt:
            ruler.at(rule.name, _outside_code(rule.fn, indents), {"alt": rule.alt})
    return markdown


def _outside_code(rule: Any, indents: list[int]) -> Any:
    """A rule that ends no paragraph of a list by a line that is indented like code where it stands, as that for lists.

    It stands in the deepest of the items around, each given by the indent of its text, that it is indented enough for.
    """

    def checked(state: Any, start: int, end: int, silent: bool) -> bool:
        indent = state.sCount[start]
        if silent and indent < state.blkIndent:
            around = max((text for text in _since_the_last_quote(indents) if text <= indent), default=indent)
            if indent - around >= 4:
                return False
        return rule(state, start, end, silent)

    return checked


def _since_the_last_quote(indents: list[int]) -> list[int]:
    """The end of them that grows: in a quote, they begin anew at zero."""
    first = len(indents) - 1
    while first > 0 and indents[first - 1] <= indents[first]:
        first -= 1
    return indents[max(first, 0) :]


def _noted(tokenize: Any, indents: list[int]) -> Any:
    """The parser of the blocks in a container, which notes its indent meanwhile."""

    def noting(state: Any, *lines: Any) -> None:
        indents.append(state.blkIndent)
        try:
            tokenize(state, *lines)
        finally:
            indents.pop()

    return noting


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
