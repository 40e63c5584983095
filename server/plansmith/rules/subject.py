"""What rules look at: a plan with its format, and the tasks of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plansmith.plan.format import Format
from plansmith.plan.graph import Graph
from plansmith.plan.scanner import BLANK, FENCE_BODY, FENCE_CLOSE, FENCE_OPEN, HTML, INDENTED
from plansmith.plan.tree import Item, Section, Task

_CODE = (FENCE_OPEN, FENCE_BODY, FENCE_CLOSE, INDENTED, HTML)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)")


class ProseLine(NamedTuple):
    """A line of a plan's sections outside code blocks, HTML and comments."""

    line: int
    start: int  # the column where its content starts: after a label, or a marker and a box
    text: str  # the whole line, code spans blanked out (so that columns stay)
    raw: str
    is_item: bool


class Plan:
    """A task that is a plan, as rules see it; what several rules need is worked out once."""

    def __init__(self, task: Task, fmt: Format) -> None:
        """Look at `task` by the format it was parsed with."""
        self.task = task
        self.format = fmt
        self.lines = task.lines
        self.sections: tuple[Section, ...] = tuple(task.walk())
        self.folded = "\n".join(task.lines).lower()  # what rules' needles are looked for in
        self._prose: tuple[ProseLine, ...] | None = None

    @property
    def prose(self) -> tuple[ProseLine, ...]:
        """The lines inside the plan's sections, outside code."""
        if self._prose is None:
            self._prose = tuple(self._find_prose())
        return self._prose

    def _find_prose(self) -> Iterator[ProseLine]:
        task, lines, tokens = self.task, self.task.lines, self.task.tokens
        inside = bytearray(len(lines) + 1)
        starts: dict[int, int] = {}
        for section in self.sections:
            for number in range(section.line, section.end):
                inside[number] = 1
            if not section.level:
                starts[section.line] = section.content[1]
        headings = {number for heading in task.headings for number in range(heading.line, heading.end)}
        items: dict[int, Item] = {item.line: item for section in self.sections for item in section.items}
        for number in range(len(lines)):
            kind = tokens[number][0]
            if not inside[number] or kind == BLANK or kind in _CODE or number in headings:
                continue
            raw = lines[number]
            item = items.get(number)
            start = starts.get(number, item.text if item else tokens[number][1])
            text = without_code(raw) if "`" in raw else raw
            yield ProseLine(number, start, text, raw, item is not None)


class Tasks(NamedTuple):
    """The tasks of a document, as rules about documents see them."""

    tasks: Sequence[Task]
    graph: Graph
    format: Format


def without_code(line: str) -> str:
    """The line with its code spans blanked out; columns stay."""
    return _CODE_SPAN.sub(lambda match: " " * len(match[0]), line)


def code_spans(line: str, start: int = 0) -> list[str]:
    """What stands in the code spans of a line, from column `start` on."""
    return [match["code"].strip() for match in _CODE_SPAN.finditer(line, start)]
