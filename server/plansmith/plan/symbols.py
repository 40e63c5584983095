"""What can be searched for by name: tasks and their steps; a few letters in their order are enough."""

from __future__ import annotations

from typing import Final, NamedTuple

from .format import STEP
from .outline import STEP_ENTRY, TASK, task_name
from .text import Span
from .tree import Task

_AT_START: Final = 100
_AT_WORD: Final = 80
_INSIDE: Final = 60
_SCATTERED: Final = 40  # letters that stand apart; each gap costs
_MAX_GAPS: Final = 6


class Symbol(NamedTuple):
    """A task or a step; the place of its words is relative to the task's first line."""

    name: str
    folded: str
    kind: str
    span: Span
    container: str  # of a step the task


def task_symbols(task: Task) -> tuple[Symbol, ...]:
    """A task and its steps; kept with the task."""
    known: tuple[Symbol, ...] | None = task.memo.get("symbols")
    if known is None:
        name = task_name(task)
        found = [Symbol(name, name.casefold(), TASK, task.title_span, "")]
        for section in task.outline:
            if section.spec.kind == STEP:
                title = section.title
                words = " ".join(task.lines[title.line][title.start : title.end].split())
                found.append(Symbol(words, words.casefold(), STEP_ENTRY, title, name))
        known = task.memo["symbols"] = tuple(found)
    return known


def match_score(words: tuple[str, ...], folded: str) -> int:
    """How well a folded name is meant by folded words, 0 where one of them is not in it; an empty query fits all."""
    total = 0
    for word in words:
        score = _word_score(word, folded)
        if not score:
            return 0
        total += score
    return total // len(words) if words else 1


def _word_score(word: str, text: str) -> int:
    place = text.find(word)
    if place == 0:
        return _AT_START
    if place > 0:
        while place > 0:
            if not text[place - 1].isalnum():
                return _AT_WORD
            place = text.find(word, place + 1)
        return _INSIDE
    return max(_scattered(word, text, at_words=True), _scattered(word, text, at_words=False))


def _scattered(word: str, text: str, *, at_words: bool) -> int:
    """The letters of a word in their order: each at the start of a word where that can be, or as early as can be."""
    place = -1
    gaps = 0
    for letter in word:
        following = text.find(letter, place + 1)
        if following < 0:
            return 0
        if following != place + 1:
            start = following
            while at_words and start > 0 and text[start - 1].isalnum():
                start = text.find(letter, start + 1)
            if start >= 0:
                following = start
            gaps += 1
            if gaps > _MAX_GAPS:
                return 0
        place = following
    return max(_SCATTERED - 5 * gaps, 1)
