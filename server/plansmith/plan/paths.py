"""The paths that a task names: in code spans and links, each with its place and its part in the plan.

Code blocks, HTML and comments name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from .inline import code_spans, without_comments
from .path_text import as_path
from .scanner import CODE_KINDS
from .text import Span, on_line
from .tree import Item, Section, Task

NEW: Final = "new"  # a file that New Files lists
MODIFIED: Final = "modified"  # a file that Modified Files lists
ACTION: Final = "action"  # what an action creates or changes
MENTION: Final = "mention"  # anything else

NEW_FILES: Final = "files.new"
MODIFIED_FILES: Final = "files.modified"
ACTIONS: Final = "steps.step.actions"

CREATING: Final = frozenset(("create", "add", "write"))
CHANGING: Final = frozenset(("modify", "update", "edit", "extend", "rename", "delete"))
_VERBS: Final = CREATING | CHANGING
_STARTS: Final = frozenset(start for verb in _VERBS for start in (verb[:3], verb[:3].capitalize(), verb[:3].upper()))

_EMPHASIS: Final = frozenset(("*", "_"))

_LINK: Final = re.compile(r"\]\(\s*<?(?P<target>[^()\s<>]+)>?(?:\s+[\"'(][^()\n]*)?\)")
_DEFINITION: Final = re.compile(r" {0,3}\[[^\[\]\n]+\]:\s+<?(?P<target>[^\s<>]+)")
_ESCAPED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_OPENING: Final = re.compile(r"[\s*_\"“'(\[]*")  # what may stand before the first path of an item
_JOINT: Final = re.compile(r"[*_\"”')\]]*(?:\s*[,&+|/]\s*|\s+(?:and|or)\s+|\s*,\s*(?:and|or)\s+)[*_\"“'(\[]*")
_WORD: Final = re.compile(r"[*_\s]*(?P<word>[A-Za-z]+)\b")
MOVING: Final = re.compile(
    r"\b(?:(?:mov|renam|delet|remov|replac|relocat|merg|retir)(?:e[sd]?|ing|ion|al)|drop(?:s|ped|ping)?"
    r"|split(?:s|ting)?)\b",
    re.I,
)

# What stands before a path that a sentence only points to.
POINTING: Final = re.compile(
    r"\b(?:patterns? (?:in|of|from)|follow(?:s|ing)?|see|(?<!link it )(?<!linked )from|like|as in|similar to|same as"
    r"|mirrors?|based on|per|according to|described in|defined in|spec in|unlike|vs\.?|uses?|using|via|reads?|calls?"
    r"|references?|refer to|consumes?:?)\s+(?:the\s+|existing\s+|pattern\s+(?:of|in)\s+)*$",
    re.I,
)

_SHORTEST_POINTER: Final = 4  # " see" and the blank after it


class PathPlace:
    """A path where a task names it; the span is of the path as it is written, without a line number or anchor."""

    def __init__(
        self, path: str, span: Span, is_link: bool, section: str = "", role: str = MENTION, note: str = ""
    ) -> None:
        """A path that is merely named, unless something else is said."""
        self.path: Final = path  # without `./` at its start; of a link what its address means
        self.span: Final = span
        self.is_link: Final = is_link
        self.section: Final = section  # the key of the innermost section it stands in; "" outside of all
        self.role: Final = role
        self.note: Final = note  # of a listed file what its item says besides; of an action its verb; else ""

    def within(self, section: str, role: str = MENTION, note: str = "") -> PathPlace:
        """The same, as what it is in a section."""
        return PathPlace(self.path, self.span, self.is_link, section, role, note)


class Listed(NamedTuple):
    """The files that a task's own lists name, an item's first path or paths alone."""

    new: tuple[PathPlace, ...]
    modified: tuple[PathPlace, ...]


def find_paths(task: Task) -> tuple[PathPlace, ...]:
    """All paths of a task, in the order of its text; kept with the task."""
    known: tuple[PathPlace, ...] | None = task.memo.get("paths")
    if known is None:
        known = task.memo["paths"] = tuple(_all_paths(task))
    return known


def path_at(task: Task, line: int, column: int) -> PathPlace | None:
    """The path that a place of a task lies in or at the end of."""
    for place in find_paths(task):
        span = place.span
        if span.line == line and span.start <= column <= span.end:
            return place
    return None


def listed_files(task: Task) -> Listed:
    """What New Files and Modified Files name; kept with the task."""
    known: Listed | None = task.memo.get("listed")
    if known is None:
        new_files: list[PathPlace] = []
        modified: list[PathPlace] = []
        for section in task.outline:
            key = section.spec.key
            if key == NEW_FILES:
                new_files += _listed(section, task, NEW)
            elif key == MODIFIED_FILES:
                modified += _listed(section, task, MODIFIED)
        known = task.memo["listed"] = Listed(tuple(new_files), tuple(modified))
    return known


def action_paths(sections: Iterable[Section], lines: Sequence[str]) -> Iterator[PathPlace]:
    """The paths that actions create or change: the first code span of an item whose first word says so."""
    for section in sections:
        items: Sequence[Item] = section.items
        if items and items[-1].depth != items[0].depth:
            items = section.top_items
        for item in items:
            line, start = lines[item.line], item.text
            if line[start : start + 3] not in _STARTS and line[start : start + 1] not in _EMPHASIS:
                continue
            word = _WORD.match(line, start)
            verb = word["word"].lower() if word is not None else ""
            if verb in _VERBS and word is not None:
                place = _first_code(line, item.line, start)
                if place is not None and not _is_pointed_to(line, word.end(), place.span.start - 1):
                    yield place.within(section.key, ACTION, verb)


def _is_pointed_to(line: str, start: int, end: int) -> bool:
    """Whether what stands between a verb and a path says that the path is only an example or a source."""
    return end - start > _SHORTEST_POINTER and POINTING.search(line, start, end) is not None


def _first_code(line: str, number: int, start: int) -> PathPlace | None:
    """The path in the first code span of a line from a column on."""
    first = line.find("`", start) + 1
    if not first:
        return None
    if "``" in line or "\\" in line or "<!--" in line:
        return next(_on_line(line, number, start, links=False), None)
    end = line.find("`", first)
    return _place(line, number, first, end, is_link=False) if end >= 0 else None


def moved_paths(task: Task) -> frozenset[str]:
    """The paths that a task speaks of as moved, replaced or removed; kept with the task."""
    known: frozenset[str] | None = task.memo.get("moved")
    if known is None:
        numbers = {number for number, line in enumerate(task.lines) if "`" in line or "](" in line}
        numbers = {number for number in numbers if MOVING.search(task.lines[number])}
        known = frozenset(place.path for place in find_paths(task) if place.span.line in numbers) if numbers else _NONE
        task.memo["moved"] = known
    return known


_NONE: Final[frozenset[str]] = frozenset()


def _all_paths(task: Task) -> Iterator[PathPlace]:
    lines, tokens = task.lines, task.tokens
    found: list[PathPlace] = []
    for number, line in enumerate(lines):
        if ("`" in line or "](" in line or "]:" in line) and tokens[number][0] not in CODE_KINDS:
            found += [place for place in _on_line(line, number, 0, links=True) if place is not None]
    if not found:
        return
    listed = listed_files(task)
    actions = action_paths([section for section in task.outline if section.spec.key == ACTIONS], lines)
    special = {place.span: place for place in (*actions, *listed.new, *listed.modified)}
    keys = _keys(task.outline, [place.span.line for place in found])
    for place, key in zip(found, keys, strict=True):
        yield special.get(place.span) or place.within(key)


def _keys(outline: Sequence[Section], numbers: Sequence[int]) -> Iterator[str]:
    """The keys of the innermost sections that lines, in their order, stand in."""
    opened: list[Section] = []
    following = 0
    for number in numbers:
        while following < len(outline) and outline[following].line <= number:
            opened.append(outline[following])
            following += 1
        while opened and opened[-1].end <= number:
            opened.pop()
        yield opened[-1].key if opened else ""


def _listed(section: Section, task: Task, role: str) -> Iterator[PathPlace]:
    """The paths that start the items of a list of files, or its text where it has none."""
    lines, tokens = task.lines, task.tokens
    line, column = section.content
    items = section.top_items
    if _may_name(lines[line][column:]):
        yield from _leading(lines[line], line, column, section.key, role, lines[line])
    for item in items:
        if item.line != line and _may_name(lines[item.line]) and tokens[item.line][0] not in CODE_KINDS:
            yield from _leading(lines[item.line], item.line, item.text, section.key, role, _whole(item, lines))


def _may_name(line: str) -> bool:
    return "`" in line or "](" in line


def _whole(item: Item, lines: Sequence[str]) -> str:
    return lines[item.line] if item.end == item.line + 1 else "\n".join(lines[item.line : item.end])


def _leading(line: str, number: int, start: int, key: str, role: str, whole: str) -> Iterator[PathPlace]:
    """The paths at the start of an item, one after the other with nothing but a joint between them."""
    end = start
    pattern = _OPENING
    found: list[PathPlace] = []
    for place in _on_line(line, number, start, links=True):
        if place is None:
            break
        begin = place.span.start - 1  # without the backtick, or the bracket of a link
        if place.is_link:
            begin = line.rfind("[", end, begin)
        elif line[begin - 1 : begin] == "`":
            while begin > end and line[begin - 1] == "`":
                begin -= 1
        opening = pattern.match(line, end)
        if opening is None or opening.end() < begin or begin < end:
            break
        found.append(place)
        end = place.span.end
        while end < len(line) and line[end] not in " \t,;&+":  # a line number, the backtick, an anchor
            end += 1
            if line[end - 1] in "`)":
                break
        while end < len(line) and line[end] == "`":
            end += 1
        pattern = _JOINT
    note = whole[end:].strip()
    for place in found:
        yield place.within(key, role, note)


def _on_line(line: str, number: int, start: int, *, links: bool) -> Iterator[PathPlace | None]:
    """What the code spans and links of a line name, in order: a path, or None for a code span that is none."""
    if "<!--" in line:
        line = without_comments(line)
    spans = code_spans(line, start) if "`" in line else []
    found = [(span.code_start, _place(line, number, span.code_start, span.code_end, is_link=False)) for span in spans]
    if links and ("](" in line or "]:" in line):
        targets: list[Any] = [*_LINK.finditer(line, start)]
        definition = _DEFINITION.match(line, start)
        if definition is not None:
            targets.append(definition)
        for link in targets:
            first, last = link.span("target")
            if not any(span.start < first < span.end for span in spans):
                anchor = line.find("#", first, last)
                place = _place(line, number, first, anchor if anchor >= 0 else last, is_link=True)
                if place is not None:
                    found.append((first, place))
        found.sort(key=_first)
    for _, found_place in found:
        yield found_place


def _first(pair: tuple[int, PathPlace | None]) -> int:
    return pair[0]


def _place(line: str, number: int, start: int, end: int, *, is_link: bool) -> PathPlace | None:
    text = line[start:end]
    path = as_path(text)
    if path is None:
        return None
    begin = start + len(text) - len(text.lstrip())
    first = line.find(path, begin, end)
    if first < 0:
        return None  # as `.././a.py`, which nobody writes
    span = on_line(number, begin, first + len(path))
    if is_link and "%" in path:
        path = _decoded(path)
    return PathPlace(path, span, is_link)


def _decoded(path: str) -> str:
    """The path that an address means: `my%20file.py` is `my file.py`; one that means no text stays as it is."""
    octets = _ESCAPED.sub(_octet, path.encode(errors="surrogatepass"))
    try:
        plain = octets.decode()
    except UnicodeDecodeError:
        return path
    return plain if plain.isprintable() and "`" not in plain else path


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])
