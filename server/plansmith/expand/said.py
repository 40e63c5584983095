"""What a task's own text says of other tasks, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.format import Format
from plansmith.plan.graph import PREREQUISITES, UNKNOWN
from plansmith.plan.references import find_references
from plansmith.plan.scanner import Scanner
from plansmith.plan.tree import Item, Reference, Section

from .reading import NEEDS, Passage
from .wording import sentences

_CUE = re.compile(
    r"\b(?:after|depend(?:s|ing)?\s+on|requires?|needs?|once|blocked\s+by|builds?\s+(?:up)?on|follows|following|uses?"
    r"|using|extends?|based\s+on|from|waits?\s+for|prerequisites?)\b",
    re.I,
)
# Of a later task it is said so only: what `uses` or is `from` a later one is a slip, or speaks of something else.
_WAITS = re.compile(
    r"\b(?:after|depend(?:s|ing)?\s+on|requires?|needs?|once|blocked\s+by|waits?\s+for|prerequisites?)\b", re.I
)
_NO_CUE = re.compile(
    r"\b(?:before|unlike|not|no|never|without|independent|unblocks?|unlocks?|needed\s+by|used\s+by|replaces?|leads?\s+to"
    r"|follow(?:ed)?\s+by|later|similar|same|like|as\s+in|leave|(?:fixed|done|mended|removed|added|updated|changed|covered)\s+in|belongs?\s+to|handled\s+by)\b",
    re.I,
)


class Said(NamedTuple):
    """What a task's text says: the tasks it needs, those of which it only speaks, and the names of no task."""

    needed: list[int]
    unsure: list[tuple[int, str]]  # a task, and the sentence that speaks of it
    unknown: list[str]


def what_is_said(document: Document, index: int, passages: Sequence[Passage]) -> Said:
    """What a task says in its own passages; what stands in sections of its plan is in the graph."""
    lines = _lines(passages)
    needed: dict[int, None] = {}
    unsure: dict[int, str] = {}
    unknown: dict[str, None] = {}
    for reference, target in references_in(document, index, PREREQUISITES, lines):
        line = lines[reference.span.line]
        if target == UNKNOWN:
            word = f"{document.format.reference_words[0]} " if reference.text[:1].isdigit() else ""
            unknown.setdefault(f"{word}{reference.text}")
        elif target == index:
            continue
        elif line.startswith("- ") or ((_CUE if target < index else _WAITS).search(line) and not _NO_CUE.search(line)):
            needed.setdefault(target)
        elif not _NO_CUE.search(line) and target < index:
            unsure.setdefault(target, line)
    return Said(list(needed), [(task, text) for task, text in unsure.items() if task not in needed], list(unknown))


def references_in(document: Document, index: int, key: str, lines: Sequence[str]) -> list[tuple[Reference, int]]:
    """The references that lines in a section of this key would hold, each with its task, or UNKNOWN."""
    graph = document.graph
    found = []
    for candidate in _candidates(key, lines, document.format):
        target = graph.resolve(index, candidate.kind, candidate.text)
        if target >= UNKNOWN:
            found.append((candidate, target))
    return found


def _candidates(key: str, lines: Sequence[str], fmt: Format) -> Iterable[Reference]:
    items = tuple(Item(number, 0, "-", 2, 2, None, 0) for number, line in enumerate(lines) if line.startswith("- "))
    section = Section(fmt.root, key, 0, len(lines), (0, 0), has_content=True, items=items)
    text = tuple(lines)
    return find_references(section, text, tuple(Scanner().scan(text)), fmt)


def _lines(passages: Sequence[Passage]) -> list[str]:
    """What the author says, sentence by sentence; what stands under a title such as “Blocked by”, as items."""
    found = []
    for passage in passages:
        if passage.key:
            continue
        is_needs = passage.role == NEEDS
        for text in [*passage.prose, *(part.raw for statement in passage.statements for part in statement.walk())]:
            found += [f"- {text}"] if is_needs else [f" {part}" for part in sentences(text)]
    return [line.replace("\n", " ") for line in found]
