"""The dependency graph as a Mermaid flowchart, which GitHub and editors' previews render."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

from .critical_path import critical_path
from .document import Document
from .graph import Graph, dependency_order
from .states import BLOCKED, DONE, READY, STARTED, state_of
from .tree import Task

MOST_ARROWS: Final = 500  # what Mermaid draws at most, as GitHub and editors set it up: `maxEdges`
MOST_TEXT: Final = 50_000  # characters that it reads at most: `maxTextSize`

_NAME_LIMITS: Final = (60, 30, 15, 0)  # the next one is for a graph that would be too long
_CLASSES: Final = {DONE: "done", STARTED: "started", READY: "ready", BLOCKED: "blocked"}
# The same colours in light and dark themes: each box brings its own text colour.
_STYLES: Final = {
    "done": "fill:#d3f2d3,stroke:#2d7d2d,color:#1b3d1b",
    "started": "fill:#fff3cd,stroke:#b58900,color:#4d3b00",
    "ready": "fill:#d6e8ff,stroke:#1f6feb,color:#0b2a55",
    "blocked": "fill:#eef2f7,stroke:#5b6b80,color:#1f2a37",
}
# Mermaid reads its own signs, and labels as Markdown: emphasis, addresses, and a list that starts one. A colon within
# a word may make an icon, an address, or, with an entity behind it, a style.
_READ: Final = re.compile(r"""["#<>&`\[\]{}()|\\*_~@\x00-\x1f]|:(?=\S)|(?<=\bwww)\.|^\d(?=\d*\.)""", re.I)
_CRITICAL: Final = "stroke-width:4px"
_CYCLIC: Final = "stroke:#c62828,stroke-width:2px,stroke-dasharray:6"

_Arrow = tuple[int, int]  # from a task to one that waits for it


def mermaid(document: Document) -> str:
    """A flowchart of all tasks; an arrow runs from a task to each task that waits for it.

    A task is coloured by its state: done, in progress, ready to be started, or blocked.
    The critical path has thick arrows and borders; tasks that wait for each other have dashed red ones.
    Of more than `MOST_ARROWS` those are left out that others imply; names are cut where it would be too long else.
    """
    text = ""
    for limit in _NAME_LIMITS:
        text = _flowchart(document, limit)
        if len(text) <= MOST_TEXT:
            break
    return text


def _flowchart(document: Document, name_limit: int) -> str:
    graph, tasks = document.graph, document.tasks
    cyclic = {(path[(number + 1) % len(path)], path[number]) for path in graph.cycles for number in range(len(path))}
    in_cycles = sorted({index for path in graph.cycles for index in path})
    critical = critical_path(document)
    on_path = set(pairwise(critical))
    lines = ["flowchart TD"]
    for index, task in enumerate(tasks):
        state = _CLASSES[state_of(document, index)]
        lines.append(f'    t{index}["{_label(task, name_limit)}"]:::{state}')
    arrows = [(target, index) for index, needed in enumerate(graph.prerequisites) for target in needed]
    if len(arrows) > MOST_ARROWS:
        arrows = _telling(arrows, document.graph, cyclic | on_path)
    drawn = arrows[:MOST_ARROWS]
    if len(drawn) < len(arrows):
        lines.append(f"    %% {len(arrows) - len(drawn)} arrows are left out: Mermaid draws {MOST_ARROWS} at most")
    arrows = drawn
    lines += [f"    t{target} --> t{index}" for target, index in arrows]
    lines += [f"    classDef {state} {style}" for state, style in _STYLES.items()]
    for name, style, marked in ("critical", _CRITICAL, critical), ("cycle", _CYCLIC, in_cycles):
        if marked:
            lines.append(f"    classDef {name} {style}")
            lines.append(f"    class {','.join(f't{index}' for index in marked)} {name}")
    for style, chosen in (_CRITICAL, on_path - cyclic), (_CYCLIC, cyclic):
        numbers = [str(number) for number, arrow in enumerate(arrows) if arrow in chosen]
        if numbers:
            lines.append(f"    linkStyle {','.join(numbers)} {style}")
    return "\n".join(lines) + "\n"


def _telling(arrows: Sequence[_Arrow], graph: Graph, needed: Set[_Arrow]) -> list[_Arrow]:
    """The arrows without those that longer ways imply; what is needed comes first."""
    before: dict[int, int] = {}  # of each task those that it waits for, at once or not, a bit for each
    kept: set[_Arrow] = set(needed)
    for index in dependency_order(graph):
        targets = [target for target in graph.prerequisites[index] if target in before]
        implied = 0
        for target in targets:
            implied |= before[target]
        before[index] = implied
        for target in graph.prerequisites[index]:
            if not implied >> target & 1:
                kept.add((target, index))
        for target in targets:
            before[index] |= 1 << target
    found = [arrow for arrow in arrows if arrow in kept]
    return found if len(found) <= MOST_ARROWS else sorted(found, key=lambda arrow: arrow not in needed)


def _label(task: Task, limit: int) -> str:
    """The task's id and name, cut after some characters, with the signs that Mermaid reads escaped as its entities."""
    if task.id and not limit:
        return _READ.sub(_entity, task.label)
    limit = limit or _NAME_LIMITS[-2]
    name = task.name if len(task.name) <= limit else task.name[: limit - 1] + "…"
    text = _READ.sub(_entity, name)
    return f"{_READ.sub(_entity, task.label)}: {text}" if task.id and name else text or _READ.sub(_entity, task.label)


def _entity(match: re.Match[str]) -> str:
    return f"#{ord(match[0])};"
