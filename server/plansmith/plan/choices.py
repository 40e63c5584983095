"""Which of its choices a section names: by its first words, emphasis and case aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# What may stand before the word: emphasis, a code span's mark, an emoji.
_LEAD: Final = re.compile(r"(?:[*_`]|[^\w\s\[\]()<>{}|/\\.,;:?!\"'#$%&+=@^~-])+\s*")


def choice_start(line: str, column: int) -> int:
    """The column at which the words of a choice begin, emphasis and signs before them left out."""
    lead = _LEAD.match(line, column)
    return lead.end() if lead else column


def chosen(text: str, choices: Sequence[str]) -> int | None:
    """The number of the choice that a text begins with; None where it is none of them."""
    folded = text.casefold()
    for number, choice in enumerate(choices):
        word = choice.casefold()
        if folded.startswith(word) and not folded[len(word) : len(word) + 1].isalnum():
            return number
    return None
