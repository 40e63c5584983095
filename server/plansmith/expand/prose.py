"""What an author says of a task in sentences: what comes of the work, what is wrong today, and what may be either."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from .asking import asks, demands, is_doubtful, is_problem
from .clues import find_names
from .reading import ABOUT, WORK, Passage
from .wording import SHOWN, is_open, outcome, plain, sentences

_STORY = re.compile(r"as an?\b[^.]{0,60}?\bI\b", re.I)
_POINTS_BACK = re.compile(r"(?:this|that|it|they|which|these|those|the\s+(?:cause|reason))\b", re.I)


class Prose:
    """The sentences about one task, outside of titled work and of the plan's sections."""

    def __init__(self, passages: Sequence[Passage], name: str, reference: re.Pattern[str]) -> None:
        """`name` is the task's; a sentence with a `reference` to a task is about that one."""
        self._passages = passages
        self._name = name
        self._reference = reference

    @cached_property
    def about(self) -> list[str]:
        """The sentences with which the author says what the task is about."""
        found: list[str] = []
        for passage in self._passages:
            if passage.key or passage.role not in (WORK, ABOUT) or (passage.role == WORK and passage.title):
                continue
            for text in passage.prose:
                found += [
                    sentence
                    for sentence in sentences(text)
                    if not sentence.rstrip().endswith((":", SHOWN)) and not self._reference.search(sentence)
                ]
        return found

    @cached_property
    def told(self) -> list[str]:
        """Those of them that say something, and nothing of what is wrong today."""
        today = {*self.problems, *self.doubts}
        return [text for text in self._settled if text not in today]

    @cached_property
    def problems(self) -> list[str]:
        """Those that tell of what is wrong."""
        return [text for text in self._settled if is_problem(text, self._name)]

    @cached_property
    def doubts(self) -> list[str]:
        """Those that may tell of it, or of what has to be so."""
        found = []
        problems = set(self.problems)
        is_before = any(map(asks, self._settled))
        for text in self._settled:
            # What stands before the work may be how it is today, whatever it says.
            is_before = is_before and not (asks(text) or demands(text))
            names = find_names(text)
            is_background = is_before and not (names.endpoints or names.statuses or outcome(text) != text)
            if text not in problems and (is_background or is_doubtful(text, self._name)):
                found.append(text)
        return found

    @property
    def wrongs(self) -> list[str]:
        """The first of the problems, where it says by itself what is wrong."""
        return [text.rstrip(".") for text in self.problems[:1] if not _POINTS_BACK.match(text)]

    @cached_property
    def outcomes(self) -> list[str]:
        """Those that say what comes of the work, and are no work themselves."""
        return [text for text in self.told if not asks(text) and not _STORY.match(text)]

    @property
    def result(self) -> str:
        """What the author says first, where that is what comes of the work; else ""."""
        return self.outcomes[0] if self.outcomes and self.outcomes[0] == self.told[0] else ""

    @cached_property
    def _settled(self) -> list[str]:
        return [text for text in (plain(sentence, 300) for sentence in self.about if not is_open(sentence)) if text]
