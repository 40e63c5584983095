"""The texts that the core's properties are tried on: a corpus of documents, and generated ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / os.environ.get("PLANSMITH_CORPUS", "../shared/corpus")  # Markdown files, in folders or not

_FILES = sorted(CORPUS.glob("**/*.md"))
CORPUS_TEXTS = [path.read_bytes().decode("utf-8") for path in _FILES]

without_corpus = pytest.mark.skip(reason=f"no corpus in {CORPUS.name}; name its folder in PLANSMITH_CORPUS")
each_corpus_text = pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=path.stem[-50:]) for path, text in zip(_FILES, CORPUS_TEXTS, strict=True)]
    or [pytest.param("", marks=without_corpus)],
)

# Markdown line by line: prefixes that open containers, then a rest; so all that nests is met often.
PREFIXES = [
    "", " ", "  ", "   ", "    ", "\t", " \t", "> ", ">", " > ", ">\t",
    "- ", "-", "-\t", "* ", "+ ", "  - ", "    - ", "-   ", "-     ",
    "1. ", "1) ", "2. ", "10. ", "0. ", "1.", "1.  \t", "123456789. ", "1234567890. ", "1١. ",
]  # fmt: skip
RESTS = [
    "", "", "text", "more `code`", "a  ", "a\\", "\\# no", "&amp;", "**b**: x", "😀 emoji", "[x] done", "[ ] open",
    "# heading", "## heading ##", "###### six", "####### seven", "#none", "#", "#\ttab",
    "===", "---", "--", "-", "=", "= =", "***", "* * *", "_ _ _", "- - -", "+++", "---\t",
    "```", "````", "```py", "``` a`b", "~~~", "~~~~ x", "~~~ `", "``", "``` ",
    "<script>", "</script>", "<ſcript>", "<pre>x</pre>", "<style", "<textarea>", "<!-- c -->", "<!--", "-->", "a --> b",
    "<!-->", "<?php", "?>", "<!DOCTYPE x>", "<!x", "<![CDATA[", "]]>", "<div>", "</div>", "<div", "<div/>",
    "<table><tr>", "<a href='x'>", "<b>", "</b >", "<i-x a=1 b>", "<b> x", '<a href="', "<1>", "<b\xa0>",
    "[ref]: /url", "[ref]: <", "| a | b |", "|---|---|",
    "a\u2028b", "\u2028", "\x0b", "\x0c", "a\x85b", "\xa0", "\x00",
]  # fmt: skip
ENDS = ["\n"] * 12 + ["\r", "\r\n"]

_line = st.builds(
    lambda prefixes, rest, end: "".join(prefixes) + rest + end,
    st.lists(st.sampled_from(PREFIXES), max_size=4),
    st.sampled_from(RESTS) | st.text(alphabet="ab #->`~*_=+1.)<!/\t ", max_size=8),
    st.sampled_from(ENDS),
)
markdown = st.lists(_line, max_size=14).map("".join)
