"""What the offline planner writes into each section, by the section's key.

A writer returns entries, in no form yet; None says that it is known that there is nothing.
An empty list says that nothing is known: an optional section is then left out, and of another one the author is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from . import file_sections, proof_sections, relations, step_sections
from .asking import of_one_kind
from .complexity import choose, count_complexity
from .entries import Entry
from .knowledge import Knowledge
from .stepping import PROOF, Step, is_run, only_runs
from .wording import decide, listed, lowered, short

Writer = Callable[[Knowledge, Step | None], "list[Entry] | None"]

MOST_NEEDED: Final = 12


def objective(known: Knowledge, step: Step | None) -> list[Entry]:
    """The author's own first sentence, where it tells of no problem; else the name, and what is done."""
    told = known.prose.told if known.prose.result or not (known.prose.problems or known.prose.doubts) else []
    if told and len(told[0]) > 15:
        return [Entry(told[0] if told[0].endswith((".", "!", "?", "…", ")")) else f"{told[0]}.")]
    steps = [step.name for step in known.steps if step.phase != PROOF and step.name and not only_runs(step)]
    own = [action.text for action in known.statements if not is_run(action.text)]
    heads = (
        [text if len(text) < 90 else short(text, 70) for text in steps]
        if len(steps) > 1
        else [short(text, 70) for text in own]
    )
    heads = [head.rstrip(".") for head in heads]
    heads = of_one_kind([head for head in heads if head and head != short(known.name, 70)])
    if not heads:
        return [Entry(f"{known.name}.")]
    return [Entry(f"{known.name}: {listed(map(lowered, heads), 4)}.")]


def prerequisites(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The tasks and things that the author says are needed; None for a first task that needs nothing."""
    items = relations.prerequisites(known.document, known.index, known.relations)
    if not items:
        if known.task.done:
            return [Entry(_none_more(known))]
        return _nothing(known, "prerequisites", "what this needs first, if anything")
    return [Entry(item) for item in items[:MOST_NEEDED]]


def complexity(known: Knowledge, step: Step | None) -> list[Entry]:
    """The choice that the count gives, with what was counted; see `complexity.py` for the rule."""
    spec = known.format.by_key.get("complexity")
    if spec is None or not spec.choices:
        return []
    points, counted = count_complexity(known)
    choice = choose(spec.choices, points)
    return [Entry(choice if " " in choice else f"{choice} ({', '.join(counted)})")]


def next_task(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The task that follows; None after the last one, when nothing waits for it."""
    line = relations.next_task(known.document, known.index, known.relations, "next.task")
    if line is None:
        return _nothing(known, "next.task", "what follows the last task, if anything")
    return [Entry(line)]


def unlocked(known: Knowledge, step: Step | None) -> list[Entry] | None:
    """The tasks that wait for this one; None where it is known that none does."""
    line = relations.unlocked(known.document, known.index, known.relations, "next.unlocked")
    if line is None:
        if known.task.done and not known.relations.is_waiting_known:
            return [Entry(_none_more(known))]
        return _nothing(known, "next.unlocked", "what waits for this, if anything")
    return [Entry(line)]


def _none_more(known: Knowledge) -> str:
    """What a task that is done waits for, and what waits for it, whatever it was once."""
    return f"{known.format.none_text} — this is done"


def _nothing(known: Knowledge, key: str, question: str) -> list[Entry] | None:
    """None, unless a task is called like the None-value and would be meant by it."""
    text = known.format.none_text
    is_name = relations.reads_as(known.document, known.index, key, [text])
    return [Entry(decide(question))] if is_name else None


WRITERS: Final[dict[str, Writer]] = {
    "objective": objective,
    "prerequisites": prerequisites,
    "complexity": complexity,
    "steps.step.objective": step_sections.objective,
    "steps.step.actions": step_sections.actions,
    "steps.step.configuration": step_sections.configuration,
    "steps.step.validation": step_sections.validation,
    "steps.step.troubleshooting": step_sections.troubleshooting,
    "testing.unit": proof_sections.unit_tests,
    "testing.integration": proof_sections.integration_tests,
    "success": proof_sections.success,
    "files.new": file_sections.new_files,
    "files.modified": file_sections.modified_files,
    "dependencies": file_sections.dependencies,
    "next.task": next_task,
    "next.unlocked": unlocked,
}
