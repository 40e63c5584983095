"""The dependency graph as a Mermaid flowchart, which GitHub and editors' previews render."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from .critical_path import critical_path
from .document import Document
from .states import state_of
from .tree import Task

_NAME_LIMIT: Final = 60
# The same colours in light and dark themes: each box brings its own text colour.
_STYLES: Final = {
    "done": "fill:#d3f2d3,stroke:#2d7d2d,color:#1b3d1b",
    "started": "fill:#fff3cd,stroke:#b58900,color:#4d3b00",
    "ready": "fill:#d6e8ff,stroke:#1f6feb,color:#0b2a55",
    "blocked": "fill:#eef2f7,stroke:#5b6b80,color:#1f2a37",
    "cycle": "fill:#ffdcd7,stroke:#c62828,color:#5c1111",
}
# Mermaid reads its own signs, and labels as Markdown: emphasis, addresses, and a list that starts one. A colon within
# a word may make an icon, an address, or, with an entity behind it, a style.
_READ: Final = re.compile(r"""["#<>&`\[\]{}()|\\*_~@\x00-\x1f]|:(?=\S)|(?<=\bwww)\.|^\d(?=\d*\.)""", re.I)
_CRITICAL: Final = "stroke-width:4px"
_CYCLIC: Final = "stroke:#c62828,stroke-width:2px,stroke-dasharray:6"


def mermaid(document: Document) -> str:
    """A flowchart of all tasks; an arrow runs from a task to each task that waits for it.

    A task is coloured by its state: done, started, ready to be started, blocked, or in a cycle.
    The critical path has thick arrows and borders; tasks that wait for each other have dashed red arrows.
    """
    graph, tasks = document.graph, document.tasks
    cyclic = {(path[(number + 1) % len(path)], path[number]) for path in graph.cycles for number in range(len(path))}
    in_cycles = {index for path in graph.cycles for index in path}
    critical = critical_path(document)
    on_path = set(pairwise(critical))
    lines = ["flowchart TD"]
    for index, task in enumerate(tasks):
        state = "cycle" if index in in_cycles else _state(document, index)
        lines.append(f'    t{index}["{_label(task)}"]:::{state}')
    arrows = [(target, index) for index, needed in enumerate(graph.prerequisites) for target in needed]
    lines += [f"    t{target} --> t{index}" for target, index in arrows]
    lines += [f"    classDef {state} {style}" for state, style in _STYLES.items()]
    if critical:
        lines.append(f"    classDef critical {_CRITICAL}")
        lines.append(f"    class {','.join(f't{index}' for index in critical)} critical")
    for style, chosen in (_CRITICAL, on_path - cyclic), (_CYCLIC, cyclic):
        numbers = [str(number) for number, arrow in enumerate(arrows) if arrow in chosen]
        if numbers:
            lines.append(f"    linkStyle {','.join(numbers)} {style}")
    return "\n".join(lines) + "\n"


def _state(document: Document, index: int) -> str:
    task = document.tasks[index]
    return "started" if task.started and not task.done else state_of(document, index)


def _label(task: Task) -> str:
    """The task's id and name, with the signs that Mermaid reads escaped as its entities."""
    name = task.name if len(task.name) <= _NAME_LIMIT else task.name[: _NAME_LIMIT - 1] + "…"
    text = _READ.sub(_entity, name)
    return f"{_READ.sub(_entity, task.label)}: {text}" if task.id and name else text or _READ.sub(_entity, task.label)


def _entity(match: re.Match[str]) -> str:
    return f"#{ord(match[0])};"
