"""The dependency graph as a Mermaid flowchart, which GitHub and editors' previews render."""

from __future__ import annotations

from typing import Final

from .document import Document
from .tree import Task

_NAME_LIMIT: Final = 60


def mermaid(document: Document) -> str:
    """A flowchart of all tasks; an arrow runs from a task to each task that waits for it.

    Tasks that wait for each other are drawn with thick arrows.
    """
    graph = document.graph
    cyclic = {(path[number], path[(number + 1) % len(path)]) for path in graph.cycles for number in range(len(path))}
    lines = ["flowchart TD"]
    for index, task in enumerate(document.tasks):
        lines.append(f'    t{index}["{_label(task)}"]:::{_state(task)}')
    for index, needed in enumerate(graph.prerequisites):
        for target in needed:
            arrow = "==>" if (index, target) in cyclic else "-->"
            lines.append(f"    t{target} {arrow} t{index}")
    lines += [
        "    classDef done fill:#d3f2d3,stroke:#2d7d2d,color:#1b3d1b",
        "    classDef started fill:#fff3cd,stroke:#b58900,color:#4d3b00",
        "    classDef open fill:#eef2f7,stroke:#5b6b80,color:#1f2a37",
    ]
    return "\n".join(lines) + "\n"


def _state(task: Task) -> str:
    if task.done:
        return "done"
    return "started" if task.started else "open"


def _label(task: Task) -> str:
    """The task's id and name, with the signs that Mermaid reads escaped as its entities."""
    name = task.name if len(task.name) <= _NAME_LIMIT else task.name[: _NAME_LIMIT - 1] + "…"
    text = f"{task.label}: {name}" if task.id and name else name or task.label
    return "".join(f"#{ord(char)};" if char in '"#<>&`[]{}()|\\' or ord(char) < 32 else char for char in text)
