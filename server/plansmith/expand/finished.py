"""What a later task of the same run needs of a finished plan: its files, and the interfaces that its code declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import CODE
from plansmith.plan.graph import TaskKey
from plansmith.plan.queries import content_text
from plansmith.plan.tree import Section, Task

from .clues import find_names
from .format_text import fence_for
from .redact import redact
from .told import code_span, label_of
from .wording import DECIDE

_MOST_DECLARATIONS: Final = 20
_LONGEST_DECLARATION: Final = 160
_DECLARATION = re.compile(
    r"\s{0,4}(?:(?:export|default|public|protected|abstract|static|async|pub(?:\([a-z]+\))?|final|unsafe)\s+)*"
    r"(?:def|class|interface|type|function|fn|func|struct|enum|trait|impl|record|protocol|message|service)\s+[\w(<]"
    r"|\s{0,4}export\s+const\s+\w|\s*CREATE\s+(?:TABLE|INDEX|VIEW|TYPE)\s",
    re.I,
)


@dataclass(frozen=True, slots=True)
class FinishedPlan:
    """What a later task needs of a plan that was finished in the same run."""

    key: TaskKey
    label: str
    files: str  # the lists of files as they stand in the plan, without open decisions
    interfaces: tuple[str, ...]  # declarations from its code examples

    @property
    def paths(self) -> tuple[str, ...]:
        """The files alone."""
        return find_names(self.files).paths


def finished_plan(document: Document, index: int) -> FinishedPlan:
    """What later tasks need of a plan: its files, and the declarations in its code."""
    task = document.tasks[index]
    lists = []
    for key in ("files.new", "files.modified"):
        section = task.find(key)
        if section is not None and section.has_content:
            content = content_text(section, task.lines).split("\n")
            settled = [line for line in content if not line.lstrip("-*+ ").startswith(DECIDE)]
            if any(line.strip() for line in settled):
                lists.append("\n".join([f"{section.spec.title}:", *settled]))
    interfaces = [
        line.strip()[:_LONGEST_DECLARATION]
        for section in task.walk()
        if section.spec.kind == CODE
        for line in _code(section, task)
        if _DECLARATION.match(line)
    ]
    return FinishedPlan(
        document.graph.keys[index],
        label_of(task, document.format),
        "\n".join(lists),
        tuple(dict.fromkeys(interfaces))[:_MOST_DECLARATIONS],
    )


def whole_plans(plans: Iterable[FinishedPlan]) -> Iterator[tuple[str, str]]:
    """The plans with what they are called: their lists of files, and their interfaces."""
    for plan in plans:
        body = redact("\n".join(part for part in (plan.files, *plan.interfaces) if part)).text
        if body:
            mark = fence_for(body)
            yield _called(plan), f"{plan.label}:\n\n{mark}markdown\n{body}\n{mark}"


def files_of_plans(plans: Iterable[FinishedPlan]) -> Iterator[tuple[str, str]]:
    """The plans with what they are called: a line for each with its files alone."""
    for plan in plans:
        if plan.paths:
            yield _called(plan), redact(f"- {plan.label}: {', '.join(map(code_span, plan.paths))}").text


def _called(plan: FinishedPlan) -> str:
    return f"the finished plan of {plan.label}"


def _code(section: Section, task: Task) -> list[str]:
    return [line for fence in section.fences for line in task.lines[fence.line + 1 : fence.close or fence.end]]
