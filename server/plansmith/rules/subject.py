"""What rules look at: a plan with its format, and the tasks of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from plansmith.plan import inline
from plansmith.plan.format import Format
from plansmith.plan.graph import Graph
from plansmith.plan.inline import without_code_and_comments
from plansmith.plan.scanner import BLANK, BREAK, CODE_KINDS, MORE, UNDERLINE
from plansmith.plan.tree import Section, Task

from .facts import Facts

_NO_PROSE: Final = CODE_KINDS | {BLANK, BREAK, UNDERLINE}
_DECISION: Final = re.compile(r"\s*[*_]{0,3}Decide\s*[*_]{0,3}\s*[:：]", re.I)


class ProseLine(NamedTuple):
    """A line of a plan's sections outside code blocks, HTML blocks and thematic breaks."""

    line: int
    start: int  # the column where its content starts: after a label, a marker and a box, or a step's number
    text: str  # the whole line, code spans and comments blanked out (so that columns stay)
    raw: str
    is_item: bool
    begins: bool  # whether content begins here: False where a paragraph goes on, and in headings without content


class Plan:
    """A task that is a plan, as rules see it; what several rules need is worked out once."""

    def __init__(
        self, task: Task, fmt: Format, definitions: frozenset[str] = frozenset(), facts: Facts | None = None
    ) -> None:
        """Look at `task` by the format it was parsed with; `definitions` are the document's folded link labels.

        `facts` are there for the rules about files alone.
        """
        self.task = task
        self.format = fmt
        self.lines = task.lines
        self.sections: tuple[Section, ...] = task.outline
        self.definitions = definitions
        self.facts = facts
        self.folded = "\n".join(task.lines).lower()  # what rules' needles are looked for in
        self._decisions: set[int] | None = None

    def title_of(self, key: str) -> str:
        """A section's title, as the format has it."""
        spec = self.format.by_key.get(key)
        return spec.called() if spec is not None else key

    def lines_with(self, needles: Iterable[str], pattern: re.Pattern[str] | None = None) -> set[int]:
        """The lines that hold one of the needles, which are lower case, or a match of the pattern in lower case."""
        folded = self.folded
        places = []
        for needle in needles:
            place = folded.find(needle)
            while place >= 0:
                places.append(place)
                place = folded.find(needle, place + 1)
        if pattern is not None:
            places += [match.start() for match in pattern.finditer(folded)]
        found = set()
        line = done = 0
        for place in sorted(places):
            line += folded.count("\n", done, place)
            done = place
            found.add(line)
        return found

    def is_decision(self, number: int, start: int) -> bool:
        """Whether the content that starts at a column of a line is `Decide: …`."""
        if self._decisions is None:
            self._decisions = self.lines_with(("dec",))  # without the i, whose capital is not I in all alphabets
        return number in self._decisions and is_decision(self.lines[number], start)

    def prose(self, numbers: Iterable[int]) -> Iterator[ProseLine]:
        """Those of some lines that lie inside the plan's sections and outside code, in order."""
        lines, tokens = self.lines, self.task.tokens
        chosen = sorted(numbers)
        inside, starts, items = self._where(chosen)
        first = end = 0
        shown: Sequence[str] = ()
        for number in chosen:
            if number not in inside or tokens[number][0] in _NO_PROSE:
                continue
            if number >= end:
                # A code span may begin and end in other lines of the paragraph.
                first, end = number, number + 1
                while tokens[first][0] == MORE:
                    first -= 1
                while end < len(lines) and tokens[end][0] == MORE:
                    end += 1
                shown = _shown(lines[first:end])
            text = shown[number - first]
            start = starts.get(number, items.get(number, tokens[number][1]))
            begins = start >= 0 and (number == first or number in starts)
            yield ProseLine(number, max(start, 0), text, lines[number], number in items, begins)

    def _where(self, numbers: Sequence[int]) -> tuple[set[int], dict[int, int], dict[int, int]]:
        """Which of some lines lie in sections, and the columns at which content starts: after titles, and in items."""
        inside: set[int] = set()
        starts = {heading.line: -1 for heading in self.task.headings}
        items: dict[int, int] = {}
        place, count = 0, len(numbers)
        for section in self.sections:
            line, end = section.line, section.end
            while place < count and numbers[place] < line:
                place += 1  # a section starts no further up than the one before
            if place == count:
                break
            if numbers[place] >= end:
                continue  # as most sections: placeholders and decisions are few
            within = place
            while within < count and numbers[within] < end:
                inside.add(numbers[within])
                within += 1
            if not section.level:
                starts[line] = section.content[1]
            elif section.name:
                starts[line] = section.title_end - len(section.name)
            items.update([(item.line, item.text) for item in section.items])
        return inside, starts, items


class Tasks(NamedTuple):
    """The tasks of a document, as rules about documents see them."""

    tasks: Sequence[Task]
    graph: Graph
    format: Format


def without_code(text: str) -> str:
    """The text with its code spans blanked out; columns stay."""
    return inline.without_code(text)


def code_spans(line: str, start: int = 0) -> list[str]:
    """What stands in the code spans of a line, from column `start` on."""
    rest = line[start:]
    if "``" not in rest and "\\" not in line:
        return [code.strip() for code in rest.split("`")[1:-1:2]]  # single backticks that all count are just pairs
    return [code.strip() for _, code in code_span_places(line, start)]


def code_span_places(line: str, start: int = 0) -> list[tuple[int, str]]:
    """The columns at which the code of a line's code spans starts, each with the code as it stands."""
    return [(span.code_start, line[span.code_start : span.code_end]) for span in inline.code_spans(line, start)]


def is_decision(line: str, start: int) -> bool:
    """Whether the content that starts at a column is `Decide: …`, the mark for what the author must settle."""
    return _DECISION.match(line, start) is not None


def _shown(paragraph: Sequence[str]) -> Sequence[str]:
    """The lines of a paragraph, code spans and comments blanked out."""
    text = "\n".join(paragraph)
    if "`" not in text and "<!--" not in text:
        return paragraph
    return without_code_and_comments(text).split("\n")
