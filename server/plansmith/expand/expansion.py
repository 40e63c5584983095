"""What an expansion writes, and for whom: which sections are wanted, and how a command names a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import GROUP, OPTIONAL, STEP, STEPS, Format, fold_name
from plansmith.plan.graph import dependency_order
from plansmith.plan.queries import empty_sections, is_complete, missing_sections
from plansmith.plan.tree import Task

APPLIED: Final = "applied"
NOTHING_MISSING: Final = "nothing-missing"
CANCELLED: Final = "cancelled"
CONFLICT: Final = "conflict"
FAILED: Final = "failed"
STARTED: Final = "started"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an expansion ended; `added` names the sections that were written."""

    status: str
    message: str
    added: tuple[str, ...] = ()
    usage: dict[str, int] | None = None


def counted(count: int, what: str) -> str:
    """So many of something: `1 task`, `3 tasks`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def wanted_keys(task: Task, fmt: Format) -> list[str]:
    """The sections that an expansion of the task writes: what is missing, and what is a title with nothing below.

    Optional sections are written when a coarse task is expanded, and never filled in afterwards.
    Each is one that is written: a title that only holds others is not, where those are; but steps come together.
    """
    keys = [missing.key for missing in missing_sections(task, fmt) if not task.is_plan or missing.spec.need != OPTIONAL]
    for section in empty_sections(task):
        below = {key for key in keys if key.startswith(f"{section.key}.")}
        if section.spec.need == OPTIONAL or (below and section.spec.kind in (GROUP, STEP)):
            continue
        if section.spec.kind == STEPS:
            keys = [key for key in keys if key not in below]
        keys.append(section.key)
    return list(dict.fromkeys(keys))


def section_problem(task: Task, fmt: Format, key: str) -> str | None:
    """Why a section can't be written; None if it is missing or empty."""
    if any(missing.key == key for missing in missing_sections(task, fmt)):
        return None
    section = task.find(key)
    if section is not None:
        return f"{task.label} has “{key}” already" if section.has_content else None
    for missing in missing_sections(task, fmt):
        if key.startswith(f"{missing.key}."):
            return f"“{key}” lies in “{missing.key}”, which {task.label} does not have either; write that one first"
    known = ", ".join(missing.key for missing in missing_sections(task, fmt))
    return f"“{key}” is no section that {task.label} lacks" + (f"; it lacks {known}" if known else "")


def incomplete_tasks(document: Document) -> list[int]:
    """The tasks without a complete plan, each after those it depends on."""
    return [
        index for index in dependency_order(document.graph) if not is_complete(document.tasks[index], document.format)
    ]


def find_task(document: Document, name: str, nth: int = 0) -> int | None:
    """The n-th task (from 0) that is called `name`: by its id, else by its name, both case-blind."""
    title = document.format.task_title(name.strip())
    wanted = (title.id if title and title.id else name.strip().removeprefix("#").strip()).casefold()
    ids = [index for index, task in enumerate(document.tasks) if task.id.casefold() == wanted]
    tails = [index for index, task in enumerate(document.tasks) if task.id.casefold().rpartition("-")[2] == wanted]
    folded = fold_name(title.name if title and not title.id else name)
    names = [index for index, task in enumerate(document.tasks) if fold_name(task.name) == folded]
    found = ids or names or (tails if wanted else [])
    return found[nth] if 0 <= nth < len(found) else None


def no_task_message(document: Document, where: str) -> str:
    """What is said where no task is found: how tasks are spelled, and which there are."""
    spelled = f"a task is a heading such as “## {document.format.task_heading('1', 'Name')}”"
    labels = [task.label for task in document.tasks[:8]]
    if not labels:
        return f"No task {where}: the document has none; {spelled}"
    more = ", …" if len(document.tasks) > len(labels) else ""
    return f"No task {where}; {spelled}, and here are {_listed(labels)}{more}"


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels)
