"""References to tasks are read in Prerequisites and Next Steps only; elsewhere `Task 9` is prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .format import Format, fold_name
from .inline import code_spans
from .scanner import CODE_KINDS, Token
from .text import on_line
from .tree import Reference, Section

_LINK: Final = re.compile(r"\[[^\[\]\n]*\]\((?P<target>[^()\s]*)(?:\s[^()\n]*)?\)")
_NEXT_ID: Final = re.compile(
    r"\s*(?P<glue>,\s*(?:(?:and|or|und|y|e|et)\s*)?|&\s*|\b(?:and|or|und|oder|y|o|et|ou)\b\s*|[-–—]\s*"
    r"|\b(?:to|bis|hasta)\b\s*)#?(?P<id>\d+(?:\.\d+)*[a-z]?)(?![\w])(?!\.\d)"
)
_DEFINITION: Final = re.compile(
    r"""[ ]*\[(?P<label>[^\[\]^\s][^\[\]]*)\]:\s*[^\s\[]\S*(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$"""
)
_RANGE: Final = re.compile(r"^\s*(?:[-–—]|to|bis|hasta)\s*$")
_RANGE_LIMIT: Final = 200
# What stands between an id and the task's name: `Task 2: Ship it`, `**Task 2** - *Ship it*`, `Task 2 (Ship it)`.
_NAME_JOINT: Final = re.compile(r"[*_]{0,3}(?:\s*[:：]\s*|\s+[-–—]{1,2}\s+|\s+\()")
_NAME_OPENING: Final = re.compile(r"(?:\[[ xX~-]\]\s+|[^\w\s]{1,4}\s+)?[*_]{0,3}[\"“'‘]?")
_DIGITS: Final = 9  # of a number that can start or end a range


def find_references(
    section: Section, lines: tuple[str, ...], tokens: tuple[Token, ...], fmt: Format
) -> Iterator[Reference]:
    """The candidates of one section's own content, in the order of the text."""
    first, column = section.content
    items = {item.line: item for item in section.items}
    children = {line for child in section.children for line in range(child.line, child.end)}
    for number in range(first, section.end):
        if tokens[number][0] in CODE_KINDS or number in children:
            continue
        line = lines[number]
        start = column if number == first else 0
        if len(line) <= start or line.isspace():
            continue
        yield from _on_line(line, number, start, section.key, fmt)
        item = items.get(number)
        if item is not None:
            yield from _names(line, number, item.text, section.key)
        elif number == first or (tokens[number][0] == 1 and section.end - first <= 3):
            yield from _parts(line, number, start, section.key)


def find_ids(text: str, fmt: Format) -> Iterator[str]:
    """The ids that a text refers to, with those of lists and ranges; links and code are text like all other."""
    position = 0
    while match := fmt.reference.search(text, position):
        found, position = _ids(match, text, fmt)
        for spelled, _, _ in found:
            yield spelled


def find_links(line: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The links of a line to headings of the same document: the columns of each whole link, and of its anchor."""
    for link in _LINK.finditer(line):
        start, end = link.span("target")
        if line.startswith("#", start) and end > start + 1:
            yield link.span(), (start + 1, end)


def fold_label(label: str) -> str:
    """The label of a link for comparison, as CommonMark matches labels: case and surplus blanks taken away."""
    return " ".join(label.split()).casefold()


def defined_label(line: str, start: int) -> str:
    """The folded label of the link reference definition that starts at a column; "" where there is none."""
    match = _DEFINITION.match(line, start)
    return fold_label(match["label"]) if match else ""


def is_range(glue: str) -> bool:
    """Whether what stands between two ids makes them the ends of a range."""
    return _RANGE.match(glue.replace("#", "")) is not None


def find_single_ids(line: str, fmt: Format) -> Iterator[tuple[str, int, int]]:
    """The ids of a line that stand for one task of this document each, with their columns; ranges are left out."""
    position = 0
    while match := fmt.reference.search(line, position):
        found, position = _ids(match, line, fmt)
        if _is_elsewhere(line[position : position + 40], fmt):
            continue
        ends = [start for _, start, _ in found[1:]] + [position]
        previous = match.start()
        for number, (text, start, end) in enumerate(found):
            lower = number > 0 and is_range(line[previous:start])
            upper = number + 1 < len(found) and is_range(line[end : ends[number]])
            if not lower and not upper:
                yield text, start, end
            previous = end


def find_name_behind(line: str, column: int, name: str) -> tuple[int, int] | None:
    """The columns of a task's name right behind a reference to it that ends at a column; None where it is not there."""
    joint = _NAME_JOINT.match(line, column)
    if joint is None:
        return None
    opening = _NAME_OPENING.match(line, joint.end())
    opened = opening.end() if opening is not None else joint.end()
    bare = name.strip("*_` ")
    if any(mark in bare for mark in "*_`"):
        bare = ""  # the emphasis is not around all of it
    for start, text in (joint.end(), name), (opened, name), (opened, bare):
        end = start + len(text)
        if text and line[start:end].casefold() == text.casefold() and not line[end : end + 1].isalnum():
            return start, end
    return None


def slug(text: str) -> str:
    """The anchor that Markdown hosts give a heading: lower case, blanks to hyphens, other signs dropped."""
    text = re.sub(r"[*_`]", "", text.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _on_line(line: str, number: int, start: int, key: str, fmt: Format) -> Iterator[Reference]:
    hidden: list[tuple[int, int]] = []
    for link in _LINK.finditer(line, start):
        target = link["target"]
        if target.startswith("#"):
            where = on_line(number, link.start("target") + 1, link.end("target"))
            yield Reference("anchor", target[1:].lower(), on_line(number, *link.span()), where, key)
        # A link speaks by its target alone: one to another file is no reference at all.
        hidden.append(link.span())
    if not any(word.casefold() in line.casefold() for word in fmt.reference_words):
        return
    hidden = sorted([*hidden, *((code.start, code.end) for code in code_spans(line, start))], reverse=True)
    position = start
    while True:
        match = fmt.reference.search(line, position)
        if match is None:
            return
        position = match.end()
        while hidden and hidden[-1][1] <= match.start():
            hidden.pop()
        if hidden and hidden[-1][0] <= match.start():
            continue
        found, position = _ids(match, line, fmt)
        if not _is_elsewhere(line[position : position + 40], fmt):
            for place, (text, begin, end) in enumerate(found):
                target = on_line(number, begin, end)
                span = on_line(number, match.start(), end) if place == 0 else target
                yield Reference("id", text, span, target, key)


def _ids(match: re.Match[str], line: str, fmt: Format) -> tuple[list[tuple[str, int, int]], int]:
    """The ids of a token with its list and ranges, each with its columns, and where they end."""
    glued = match.groupdict().get("glued")
    if glued:
        return [(glued, match.start(), match.end())], match.end()
    found = [(match["id"], match.start("id"), match.end())]
    position = match.end()
    while True:
        more = _NEXT_ID.match(line, position)
        if more is None:
            return found, position
        start = more.start("id")
        if _RANGE.match(more["glue"]):
            found += [(text, start, more.end()) for text in _between(found[-1][0], more["id"])]
        found.append((more["id"], start, more.end()))
        position = more.end()


def _between(first: str, last: str) -> list[str]:
    """The ids strictly between two, counted in the last part: `1.2` to `1.5` holds `1.3` and `1.4`."""
    head, _, low = first.rpartition(".")
    head_last, _, high = last.rpartition(".")
    if head != head_last or not (low.isdecimal() and high.isdecimal()) or max(len(low), len(high)) > _DIGITS:
        return []
    if int(high) - int(low) > _RANGE_LIMIT:
        return []
    prefix = f"{head}." if head else ""
    return [f"{prefix}{number}" for number in range(int(low) + 1, int(high))]


def _is_elsewhere(rest: str, fmt: Format) -> bool:
    """Whether what follows says that the task is another document's: `Task 3 in …`, `Task 3 of …`."""
    words = rest.split(None, 1)
    return bool(words) and rest[:1].isspace() and words[0].casefold() in fmt.elsewhere_words


def _names(line: str, number: int, start: int, key: str) -> Iterator[Reference]:
    text = line[start:].rstrip()
    name = fold_name(text)
    if name:
        where = on_line(number, start, start + len(text))
        yield Reference("name", name, where, where, key)


def _parts(line: str, number: int, start: int, key: str) -> Iterator[Reference]:
    """A line's whole text may be a name, and so may each part between commas."""
    begin = start + len(line[start:]) - len(line[start:].lstrip())
    yield from _names(line, number, begin, key)
    if "," in line[begin:]:
        position = begin
        for part in line[begin:].split(","):
            lead = len(part) - len(part.lstrip())
            text = part.strip().rstrip(".")
            if text:
                where = on_line(number, position + lead, position + lead + len(text))
                yield Reference("name", fold_name(text), where, where, key)
            position += len(part) + 1
