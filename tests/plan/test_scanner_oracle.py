"""The scanner agrees with `markdown-it-py` about every line of every Markdown document.

What differs on purpose:

- a link reference definition counts as a paragraph, so the oracle's rule for it is off;
- containers nest at most `MAX_DEPTH` deep, so documents that nest deeper are left out;
- front matter is no Markdown; it is cut off before.

And `markdown-it-py` 4.3 has four faults, where the specification and other parsers side with the scanner:

- it continues a quote at a `>` that is indented by four columns, which `tests/plan/mended.py` cures;
- any Unicode blank counts as one in HTML, where the specification says space and tab, which `tests/plan/mended.py` cures, too;
- it miscounts a tab behind nested quotes, so a document with tabs may also agree with the oracle's reading of
  the same document with its tabs expanded, which CommonMark says is the same;
- it lets indented code interrupt a paragraph whose containers the line leaves; such a reading is no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plansmith.plan.scanner import (
    BLANK,
    BREAK,
    FENCE_BODY,
    FENCE_CLOSE,
    FENCE_OPEN,
    FRONT,
    FRONT_LIMIT,
    HEADING,
    HTML,
    INDENTED,
    MAX_DEPTH,
    MORE,
    TEXT,
    UNDERLINE,
    Scanner,
    Token,
    front_matter_length,
)
from plansmith.plan.text import join_lines, split_lines
from tests.plan.mended import mended
from tests.plan.texts import CORPUS_TEXTS, each_corpus_text, markdown

SCANNER = Scanner()  # one for all, so that what it remembers of lines is tried too
_COMMENT = 2


class Line(NamedTuple):
    """What stands on a line: the block's kind and its level, where it lies, and the list items that open here."""

    kind: int
    level: int  # of a heading; for HTML whether it is a comment
    path: str  # the containers of the block, a quote as ">", an item as "-"; "" for a blank line
    items: tuple[tuple[int, str], ...]  # (how many containers the item lies in, its marker)


def seen_by_scanner(text: str) -> list[Line]:
    lines = split_lines(text)[0]
    if not lines[-1]:
        lines.pop()  # what ends with a line end has no further line for CommonMark
    return [_line(token) for token in SCANNER.scan(lines)]


def _line(token: Token) -> Line:
    kind, _, extra, opened, state = token
    path = "".join(">" if container < 0 else "-" for container in state.containers)
    depths = [depth for depth, sign in enumerate(path) if sign == "-"]
    items = tuple(zip(depths[len(depths) - len(opened) :], [item.marker for item in opened], strict=True))
    level = extra if kind in (HEADING, UNDERLINE) else int(kind == HTML and extra == _COMMENT)
    return Line(kind, level, "" if kind == BLANK else path, items)


def seen_by_oracle(text: str) -> list[Line]:
    if text and not text.endswith(("\n", "\r")):
        text += "\n"
    count = len(split_lines(text)[0]) - 1
    kinds: list[tuple[int, int, str]] = [(BLANK, 0, "")] * count
    items: list[list[tuple[int, str]]] = [[] for _ in range(count)]
    path = ""
    for token in ORACLE.parse(text):
        first, last = token.map or (0, 0)
        if token.type == "blockquote_open":
            path += ">"
        elif token.type == "list_item_open":
            items[first].append((len(path), token.info + token.markup))
            path += "-"
        elif token.type in ("blockquote_close", "list_item_close"):
            path = path[:-1]
        elif token.type in _LEAVES:
            for number, (kind, level) in enumerate(_leaf(token, last - first)):
                if kind != BLANK:
                    kinds[first + number] = kind, level, path
    return [Line(*kind, tuple(opened)) for kind, opened in zip(kinds, items, strict=True)]


_LEAVES = ("paragraph_open", "heading_open", "fence", "code_block", "html_block", "hr")


def _leaf(token, count: int) -> Iterator[tuple[int, int]]:
    """The kind and level of each of a leaf block's lines."""
    if token.type == "hr":
        yield BREAK, 0
    elif token.type == "heading_open" and token.markup.startswith("#"):
        yield HEADING, int(token.tag[1])
    elif token.type == "html_block":
        yield from [(HTML, int(token.content.lstrip().startswith("<!--")))] * count
    elif token.type == "code_block":
        for line in token.content.split("\n")[:count]:
            yield INDENTED if line.strip(" \t") else BLANK, 0
    elif token.type == "fence":
        body = token.content.count("\n")
        yield FENCE_OPEN, 0
        yield from [(FENCE_BODY, 0)] * body
        if body + 2 == count:
            yield FENCE_CLOSE, 0
    else:
        setext = token.type == "heading_open"
        yield TEXT, 0
        yield from [(MORE, 0)] * (count - 1 - setext)
        if setext:
            yield UNDERLINE, int(token.tag[1])


ORACLE = mended(MarkdownIt("commonmark", {"maxNesting": 1000})).disable("reference")
ORACLE.core.ruler.enableOnly(["normalize", "block"])


def differences(text: str) -> list[str]:
    """What the two say of each line that they read differently; empty too where the oracle gives no verdict."""
    ours, theirs = seen_by_scanner(text), seen_by_oracle(text)
    if ours != theirs and "\t" in text:
        theirs = seen_by_oracle(_without_tabs(text))
    lines = split_lines(text)[0]
    if _contradicts_itself(theirs):
        return []
    return [
        f"line {number} {lines[number]!r}\n  scanner: {mine}\n  oracle:  {other}"
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True))
        if mine != other
    ]


def _without_tabs(text: str) -> str:
    lines, ends = split_lines(text)
    return join_lines([line.expandtabs(4) for line in lines], ends)


def _contradicts_itself(seen: list[Line]) -> bool:
    """Whether indented code follows a paragraph without a blank line, though the line opens no container."""
    return any(
        line.kind == INDENTED
        and not line.items
        and above.kind in (TEXT, MORE)
        and len(line.path) < len(above.path)
        and above.path.startswith(line.path)
        for above, line in pairwise(seen)
    )


@pytest.mark.parametrize(
    "text",
    [
        ">\n    > no quote",
        "> a\n    > # lazy",
        "> a\n# no lazy heading",
        "> a\n- no lazy item",
        "> a\n2. no lazy item",
        "> ```\nno lazy code",
        "> a\n===",
        "> a\n---",
        "> a\n\n> b",
        ">> a\n> b\nc",
        "-\n  a",
        "-\n\n  a",
        "- \n\n\n  a",
        "-\n-\n- a",
        "- a\n\n\n  b\n c",
        "- a\n\n\n\n      b",
        "- a\n - b\n  - c\n   - d\n    - e",
        "- a\n+ b\n1. c\n1) d",
        "a\n-\n+",
        "a\n1. b\n2. c",
        "a\n2. b",
        "a\n1.",
        "- a\n2. b",
        "-     a",
        "-      a\n\n   b",
        "1.     a\n\n       b",
        "1234567890. a",
        "-1. a\n-a\n1.a",
        "- ```\n  a\n\n  b\n```\nc",
        "- ~~~~\n  ~~~\n  ~~~~~\n- b",
        "1. > ```\n   > a\n   b",
        "````\n```\n`````",
        "```\n    ```\n   ```",
        "``` `\n~~~ `\n~~~ x",
        "    a\n\n\n    b\n\nc",
        "a\n    b",
        "a\n<b>\n",
        "<b>\na\n\nb",
        "a\n<div>\nb\n\nc",
        "<!-- a\n\nb --> c\nd",
        "<!-- a -->\nb",
        "<script>\n\n</script>\na",
        "<?a\n\n?>\n<!A\n\n>\n<![CDATA[\n\n]]>a\nb",
        "- <!-- a\n\n  b -->\n  c",
        "- <div>\n\n  a",
        "- <!-- a\nb",
        "<b\n",
        "<a href=x y='z' _:.-1>\nb",
        "<a href=x=y>\nb",
        "a\n===\nb\n  ---\n===",
        "a\nb\n= =\n--- -",
        "- a\n---\n- b\n  ---",
        "- a\n===",
        "# a\n#\tb\n#c\n####### d\n ### e ##\n    # f",
        "***\n* * *\n- - -\n* * a\n+++\n_ _ _\n_ _\n**",
        "- * * *\n- - -",
        "\ta\n>\tb\n-\tc\n>\t\td\n1.\t\te",
        "- a\n\n\tb\n  \tc",
        "a\u2028# b\n\u2028\n\x0b\n\xa0\n# c",
        "a\r# b\r\n# c\n\r# d",
    ],
)
def test_a_hard_case_is_read_as_commonmark_reads_it(text):
    assert not differences(text), "\n".join(differences(text))


@given(markdown)
def test_a_generated_document_is_read_as_commonmark_reads_it(text):
    assume(all(len(line.path) < MAX_DEPTH for line in seen_by_scanner(text)))
    assert not differences(text), "\n".join([repr(text), *differences(text)])


@each_corpus_text
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_document_of_the_corpus_is_read_as_commonmark_reads_it(text, end):
    lines = split_lines(text)[0]
    assert not differences(end.join(lines[front_matter_length(lines) :]))


@pytest.mark.skipif(not CORPUS_TEXTS, reason="no corpus")
@given(st.data())
def test_a_document_of_the_corpus_with_lines_put_in_is_read_as_commonmark_reads_it(data):
    lines = split_lines(data.draw(st.sampled_from(CORPUS_TEXTS)))[0]
    first = data.draw(st.integers(0, len(lines) - 1))
    below = data.draw(st.integers(first, min(first + 40, len(lines))))
    text = "\n".join([*lines[first:below], data.draw(markdown), *lines[below : below + 40]])
    assume(all(len(line.path) < MAX_DEPTH for line in seen_by_scanner(text)))
    assert not differences(text), "\n".join([repr(text), *differences(text)])


@given(markdown)
def test_an_item_stands_at_its_marker(text):
    lines = split_lines(text)[0]
    for line, token in zip(lines, SCANNER.scan(lines), strict=True):
        assert 0 <= token[1] <= len(line)
        place = 0
        for item in token[3]:
            assert line.startswith(item.marker, item.column)
            assert place <= item.column < item.column + len(item.marker) <= item.content <= len(line)
            place = item.content


def test_containers_deeper_than_the_maximum_are_text():
    kind, column, _, _, state = Scanner().scan([">" * (MAX_DEPTH + 1)])[0]
    assert (kind, column, len(state.containers)) == (TEXT, MAX_DEPTH, MAX_DEPTH)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("---\na: b\n---\n# x", 3),
        ("---\na: b\n...\n# x", 3),
        ("---\n---", 2),
        ("--- \nx\n---\t\n", 3),
        ("\n---\na: b\n---", 0),
        ("----\na: b\n----", 0),
        ("---\na: b", 0),
        ("", 0),
        ("---" + "\n" * (FRONT_LIMIT - 1) + "---", FRONT_LIMIT),
        ("---" + "\n" * FRONT_LIMIT + "---", 0),
    ],
)
def test_front_matter_closes_in_time_or_is_none(text, length):
    lines = split_lines(text)[0]
    assert front_matter_length(lines) == length
    assert [token[0] for token in Scanner().front_matter(lines)] == [FRONT] * length
