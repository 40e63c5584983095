"""Lists of files and packages: what they cover, and the edit that adds an item in the form of those that are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from plansmith.plan.format import Format
from plansmith.plan.inline import code_spans
from plansmith.plan.path_text import as_path, from_root
from plansmith.plan.paths import MOVING
from plansmith.plan.queries import content_text, is_none
from plansmith.plan.scanner import BLANK, FENCE_BODY, FENCE_OPEN, HTML, INDENTED, Token
from plansmith.plan.text import Edit, Span, on_line
from plansmith.plan.tree import Section, Task

_GONE: Final = re.compile(
    r"\W*(?:is |was |now )?(?:deleted|removed|moved|renamed|dropped)\b(?!\s+(?:the|a|an|its|from|all)\b)", re.I
)
_MAY_BE_THERE: Final = re.compile(
    r"\bif (?:it|there|present|needed|necessary|required|they|the file)\b|\boptional(?:ly)?\b|^\W*(?:→|->|=>)"
    r"|\b(?:created|generated|produced|scaffolded|added|introduced)(?=\s+(?:in|by|during|from|with|when)\b|[\s.)]*$)"
    r"|\b(?:will|to) be (?:created|generated|produced|added|written|deleted|removed|renamed|moved)\b"
    r"|\b(?:does not|doesn['’]t) exist\b|\bnot there yet\b"
    r"|\bfrom (?:the )?(?:task|step|plan|phase|sprint|milestone)\b",
    re.I,
)
_MOST_STARS: Final = 4


def is_gone(note: str) -> bool:
    """Whether a list says of its file that the task takes it away, that it is still to come, or may be missing."""
    return (MOVING.search(note) is not None and _GONE.match(note) is not None) or _MAY_BE_THERE.search(note) is not None


class Covered:
    """What a task's lists of files name, in any form: items, prose, tables, trees, globs and folders."""

    def __init__(self, task: Task) -> None:
        """Read the sections about files, whatever the format calls them."""
        lines = task.lines
        self._text = ""
        self._names: set[str] = set()
        self._folders: list[str] = []
        self._globs: list[re.Pattern[str]] = []
        for section in task.sections:
            if section.spec.key == "files":
                part = lines[section.line : section.end]
                self._text += "\n".join(part) + "\n"
                for line in part:
                    if "`" in line:
                        for span in code_spans(line):
                            self._add(line[span.code_start : span.code_end].strip())

    def has(self, path: str) -> bool:
        """Whether a list names a path, a folder that it lies in, or a file in it."""
        if path in self._text:
            return True
        tidy = from_root(path) or path
        if tidy.rpartition("/")[2] in self._names:
            return True
        if self._folders and any(f"{tidy}/".startswith(f"{folder}/") for folder in self._folders):
            return True
        if any(name.endswith(f"/{tidy}") or tidy.endswith(f"/{name}") for name in self._names):
            return True
        return bool(self._globs) and any(glob.fullmatch(tidy) is not None for glob in self._globs)

    def _add(self, code: str) -> None:
        if "*" in code and code.count("*") <= _MOST_STARS:
            parts = [re.escape(part) for part in code.removeprefix("./").split("*")]
            self._globs.append(re.compile(".*".join(parts)))
            return
        path = as_path(code)
        if path is None:
            return
        tidy = from_root(path) or path
        if path.endswith("/"):
            self._folders.append(tidy)
        else:
            self._names.add(tidy)


class Room(NamedTuple):
    """Where an item goes into a list, after its last one or in the place of `None`, and what stands around its text."""

    span: Span
    before: str
    after: str

    def edit(self, text: str) -> Edit:
        """The edit that writes an item there."""
        return Edit(self.span, f"{self.before}{text}{self.after}")


def find_room(section: Section, task: Task, fmt: Format, bullet: str = "-") -> Room | None:
    """The place for one more item in a list; None where there is none. `bullet` is for a list that has no item yet."""
    lines, tokens = task.lines, task.tokens
    line, column = section.content
    items = section.top_items
    if not items and (section.bullet or tokens[section.line][4].containers):
        return None  # what is added would have to stand inside of that list or quote
    if is_none(section, task, fmt):
        if items:
            item = items[0]
            return Room(on_line(item.line, item.text, len(lines[item.line])), "", "")
        first = line
        while first < section.end and not lines[first][column if first == line else 0 :].strip():
            first += 1
        if first == line and not section.level:
            return Room(on_line(line, column, len(lines[line])), f"\n\n{bullet} ", _blank_below(line, lines))
        return Room(on_line(first, 0, len(lines[first])), f"{bullet} ", "")
    if items:
        last = items[-1]
        if _is_open(tokens, last.end):
            return None
        marker = last.marker
        if marker[:-1].isdecimal():
            marker = f"{int(marker[:-1]) + 1}{marker[-1]}"
        box = "[ ] " if last.box is not None else ""
        return _after(last.end - 1, lines, f"\n{lines[last.line][: last.column]}{marker} {box}")
    if content_text(section, lines):
        if section.children or _is_open(tokens, section.end) or tokens[section.end - 1][0] in (HTML, INDENTED):
            return None
        line = section.end - 1
    return _after(line, lines, f"\n\n{bullet} ", _blank_below(line, lines))


def _after(line: int, lines: Sequence[str], before: str, after: str = "") -> Room:
    end = len(lines[line])
    return Room(on_line(line, end, end), before, after)


def _is_open(tokens: Sequence[Token], end: int) -> bool:
    """Whether a fence is still open where a list ends."""
    number = end - 1
    while number > 0 and tokens[number][0] == BLANK:
        number -= 1
    return tokens[number][0] in (FENCE_BODY, FENCE_OPEN)


def _blank_below(line: int, lines: Sequence[str]) -> str:
    """What keeps the next line from becoming part of what is added above it."""
    return "\n" if line + 1 < len(lines) and lines[line + 1].strip() else ""
