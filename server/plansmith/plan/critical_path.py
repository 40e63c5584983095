"""The critical path: of all chains of tasks that wait for each other, the one with the most work left in it."""

from __future__ import annotations

from collections.abc import Sequence

from .choices import choice_start, chosen
from .document import Document
from .format import CHOICE
from .graph import dependency_order
from .queries import first_line
from .tree import Task


def critical_path(document: Document) -> tuple[int, ...]:
    """The indices of its tasks, the one to start with first; () where no open task waits for another.

    A task weighs as much as its complexity says; of equal chains the one that starts first in the text is taken.
    Tasks that wait for each other are taken in the order of the text.
    """
    tasks, needed = document.tasks, document.graph.prerequisites
    lengths = [0] * len(tasks)
    before = [-1] * len(tasks)
    reached: set[int] = set()
    for index in dependency_order(document.graph):
        reached.add(index)
        if tasks[index].done:
            continue
        for target in sorted(needed[index]):
            if target in reached and target != index and not tasks[target].done and lengths[target] > lengths[index]:
                lengths[index], before[index] = lengths[target], target
        lengths[index] += weight(tasks[index])
    return _chain(max(range(len(tasks)), key=lengths.__getitem__), before) if tasks else ()


def weight(task: Task) -> int:
    """How much work a task is: 1 for the first choice of complexity, 2 for the second; the middle one if none is told.

    The built-in format's are `Low`, `Medium` and `High`.
    """
    section = next((section for section in task.sections if section.spec.kind == CHOICE and section.spec.choices), None)
    if section is None:
        return 2
    choices, text = section.spec.choices, first_line(section, task)[2]
    number = chosen(text[choice_start(text, 0) :], choices)
    return number + 1 if number is not None else (len(choices) + 1) // 2


def _chain(last: int, before: Sequence[int]) -> tuple[int, ...]:
    """The way to a task; () where it has no step."""
    path = [last]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    return tuple(reversed(path)) if len(path) > 1 else ()
