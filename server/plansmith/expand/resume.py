"""What is left of a plan that was begun: the sections that its text holds whole, and where to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from plansmith.plan.format import STEPS, Format, fold_name
from plansmith.plan.tree import Task
from plansmith.rules.runner import Checker

from .draft import Draft
from .keep import PARTIAL, KeptPlan
from .normalise import normalise
from .verify import has_text, merge
from .write import spec_of

ASKED_AGAIN: Final = "<!-- plansmith: asked again -->"
"""Stands between two answers for one plan."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """What a model wrote earlier for a task; with `is_cut` its last section broke off."""

    text: str
    is_cut: bool = False

    @classmethod
    def of(cls, plan: KeptPlan | None) -> KeptText | None:
        """What a kept plan holds."""
        return cls(plan.text, is_cut=plan.status == PARTIAL) if plan is not None else None


@dataclass(frozen=True, slots=True)
class Begun:
    """The sections that are whole, and the key of the step to go on with, "" where the steps are all there."""

    drafts: tuple[Draft, ...]
    next_step: str = ""


class Growing:
    """The text of a plan while it arrives; `heard` is called with each piece, and must be quick."""

    def __init__(self, heard: Callable[[Growing], None] = lambda _: None) -> None:
        """Nothing has come yet."""
        self._heard = heard
        self._before = ""
        self._parts: list[str] = []
        self._longest = ""

    def begin(self, before: str = "") -> None:
        """Another answer begins, after all that stands already; what came of a failed one is void, and not lost."""
        self._longest = max(self._longest, self.text, key=len)
        self._before = before
        self._parts = []

    def add(self, text: str) -> None:
        """A piece has come."""
        self._parts.append(text)
        self._heard(self)

    @property
    def text(self) -> str:
        """All answers up to now."""
        return joined(self._before, "".join(self._parts))

    @property
    def longest(self) -> str:
        """The most that has ever been there: what is to be kept where nothing more comes."""
        return max(self._longest, self.text, key=len)

    def more_than(self, kept: KeptPlan | None) -> str:
        """The longest text where it says more than is kept already, else ""."""
        longest = self.longest
        return longest if longest.strip() and (kept is None or len(longest) > len(kept.text)) else ""


def joined(before: str, answer: str) -> str:
    """Two answers for one plan as one text."""
    if not before.strip() or not answer.strip():
        return before if before.strip() else answer
    return f"{before}\n\n{ASKED_AGAIN}\n\n{answer}"


def read_kept(kept: KeptText, task: Task, fmt: Format, checker: Checker, *, renumber: bool) -> Begun:
    """The whole sections of a kept text; a section that is written twice counts as it was written last."""
    answers = kept.text.split(ASKED_AGAIN)
    drafts: list[Draft] = []
    next_step = ""
    for number, text in enumerate(answers, 1):
        newer = normalise(text, task, fmt, checker, renumber=renumber and number == 1)
        newer = renumbered(newer, drafts)
        if kept.is_cut and number == len(answers):
            newer, next_step = _without_last(newer, fmt)
        drafts = merge(drafts, list(_picked(newer, {part.key for draft in drafts for part in draft.walk()})))
    return Begun(tuple(drafts), next_step)


def renumbered(newer: Iterable[Draft], drafts: Iterable[Draft]) -> list[Draft]:
    """A later answer with its steps under the numbers that steps of the same name have already.

    A model that is asked for a part of step 2 may well call it step 1, or by the number of its own first answer.
    """
    known: dict[str, str] = {}
    for part in (part for draft in drafts for part in draft.walk() if part.name):
        name = fold_name(part.name)
        # Of two steps of one name neither is meant.
        known[name] = "" if name in known else part.key
    found = []
    for draft in newer:
        children = tuple(
            _moved(child, known.get(fold_name(child.name), "") if child.name else "") for child in draft.children
        )
        found.append(Draft(draft.key, draft.body, children, draft.name))
    return found


def _moved(draft: Draft, key: str) -> Draft:
    """The draft and all below it under another key; as it is where that is ""."""
    if not key or key == draft.key:
        return draft
    children = tuple(_moved(child, f"{key}{child.key[len(draft.key) :]}") for child in draft.children)
    return Draft(key, draft.body, children, draft.name)


def _picked(drafts: Iterable[Draft], known: set[str]) -> Iterable[Draft]:
    """The parts that say something: where a heading is only repeated, what stands below it."""
    for draft in drafts:
        if draft.key in known and draft.children:
            yield from _picked(draft.children, known)
        elif has_text(draft):
            yield draft


def _without_last(drafts: Sequence[Draft], fmt: Format) -> tuple[list[Draft], str]:
    """The drafts without the section that broke off, of the steps the whole step; and that step's key."""
    if not drafts:
        return [], ""
    *whole, last = drafts
    spec = spec_of(fmt, last.key)
    is_steps = spec is not None and spec.kind == STEPS
    if len(last.children) > 1:
        rest = Draft(last.key, last.body, last.children[:-1], last.name)
        return [*whole, rest], last.children[-1].key if is_steps else ""
    return whole, ""
