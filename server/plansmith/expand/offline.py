"""The offline planner: a whole plan from what is known, and from nothing else.

What the task says itself comes first: its prose, bullets and code, and the files, commands, packages, variables and
endpoints that these name. Then what its neighbours say, and the workspace's own commands and layout.
What nobody says is never made up, and never `None`: it stands as an item `Decide: …`.

Boxes: an action that the author has ticked stays ticked, and so do all actions where the author has ticked every
success criterion. Everything else is written unticked, in a done task too: that its tests ran is not known.
A task whose heading says that it is done stays done.
"""

from __future__ import annotations

from collections.abc import Sequence

from plansmith.plan.document import Document
from plansmith.plan.format import CHOICE, CODE, LINE, OPTIONAL, STEP, SectionSpec
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .draft import Draft
from .entries import Entry, fenced
from .guidelines import guidelines_offline
from .knowledge import Knowledge
from .overview import Overview
from .sections import WRITERS
from .step_sections import code_blocks
from .stepping import Step
from .wording import decide, lowered, plain
from .write import spec_of

__all__ = ["guidelines_offline", "plan_offline"]


def plan_offline(
    document: Document,
    index: int,
    keys: Sequence[str],
    stack: Stack,
    files: WorkspaceFiles | None,
    overview: Overview | None = None,
    here: str = "",
) -> list[Draft]:
    """Drafts for the wanted sections of a task, by its index in `document.tasks`.

    `keys` are keys of sections that are missing or empty; one that lies below another of them comes with that one.
    `steps.1` in a plan without any step stands for all of its steps. `files` is None where nothing is known of them.
    `here` is the folder of the document, from the root: the task's paths may start there.
    Who plans many tasks of a document keeps an `overview`: without one all the other tasks are read for each.
    """
    overview = (overview or Overview()).of(document)
    planner = _Planner(Knowledge(overview, index, stack, files, here))
    wanted = dict.fromkeys(keys)
    drafts: list[Draft] = []
    for key in wanted:
        parts = key.split(".")
        if any(".".join(parts[:count]) in wanted for count in range(1, len(parts))):
            continue
        spec = spec_of(document.format, key)
        if spec is not None:
            drafts += planner.drafts(key, spec)
    return drafts


class _Planner:
    """Writes drafts by the format's table: each by its key, or else by its kind."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        self._is_gap = knowledge.task.is_plan

    def drafts(self, key: str, spec: SectionSpec) -> list[Draft]:
        """The drafts of one wanted key: one, or all steps where the first one is wanted and there is none."""
        if spec.kind == STEP and not self._known.has_steps:
            parent = key.rpartition(".")[0]
            return [self._step(f"{parent}.{step.number}", spec, step) for step in self._known.steps]
        return [self._draft(key, spec, self._step_of(key), asked=True)]

    def _draft(self, key: str, spec: SectionSpec, step: Step | None, *, asked: bool) -> Draft:
        if spec.kind == STEP and step is not None:
            return self._step(key, spec, step)
        if spec.step is not None:
            return Draft(key, children=tuple(self._step(f"{key}.{s.number}", spec.step, s) for s in self._known.steps))
        return Draft(key, self._body(spec, step, asked=asked), self._children(key, spec, step))

    def _step(self, key: str, spec: SectionSpec, step: Step) -> Draft:
        return Draft(key, (), self._children(key, spec, step), step.name)

    def _children(self, key: str, spec: SectionSpec, step: Step | None) -> tuple[Draft, ...]:
        found = []
        for child in spec.children:
            if child.kind == STEP:
                continue
            draft = self._draft(f"{key}.{child.name}", child, step, asked=child.need != OPTIONAL)
            if draft.body or draft.children:
                found.append(draft)
        return tuple(found)

    def _step_of(self, key: str) -> Step | None:
        number = next((int(part) for part in key.split(".") if part.isdigit()), None)
        if number is None:
            return None
        found = next((step for step in self._known.steps if step.number == number), None)
        return found or Step(number, "", 1, is_present=True)

    def _body(self, spec: SectionSpec, step: Step | None, *, asked: bool) -> tuple[str, ...]:
        known = self._known
        if spec.kind == CODE:
            blocks = code_blocks(known, step)
            lines = fenced(blocks)
            return lines or ((f"- {_open(spec, known)}",) if asked else ())
        writer = WRITERS.get(spec.key)
        if writer is not None:
            entries = writer(known, step)
        elif spec.children:
            return ()
        else:
            entries = None if not asked else [Entry(_open(spec, known))]
        if entries is None and spec.key in WRITERS:
            if spec.none:
                return (known.format.none_text,) if asked else ()
            entries = [Entry(_open(spec, known))]
        if not entries:
            return _written(spec, [Entry(_open(spec, known))]) if asked and not spec.children else ()
        return _written(spec, entries)


def _open(spec: SectionSpec, known: Knowledge) -> str:
    """What is asked of the author where nothing is known: what the format says that the section is for."""
    hover = plain(spec.hover, 140).rstrip(".")
    title = plain(spec.title, 60)
    if spec.kind == CHOICE and spec.choices:
        return spec.choices[(len(spec.choices) - 1) // 2]
    # In a section with references the task's own name could be read as one.
    about = f"{lowered(title)} of {'this task' if spec.references else known.quoted_name}"
    return decide(f"{about}: {lowered(hover)}" if hover else about)


def _written(spec: SectionSpec, entries: Sequence[Entry]) -> tuple[str, ...]:
    """The entries in the form of the section's kind."""
    if spec.kind in (LINE, CHOICE):
        return ("; ".join(entry.text for entry in entries),)
    lines = []
    for entry in entries:
        box = ("[x] " if entry.ticked else "[ ] ") if spec.kind == "checklist" else ""
        lines.append(f"- {box}{entry.text}")
        lines += [f"  - {note}" for note in entry.notes]
    return tuple(lines)
