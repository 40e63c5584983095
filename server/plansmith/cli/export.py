"""The plans as JSON; the models are the contract, and their schema is printed with `--schema`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from plansmith.plan.document import Document
from plansmith.plan.queries import content_text, is_complete
from plansmith.plan.states import ready
from plansmith.plan.tree import Section, Task
from plansmith.workspace.source import DocumentError

from . import OK, fail, reconfigure
from .documents import Documents


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemModel(_Model):
    """A list item; lines count from 1."""

    line: int
    text: str
    depth: int = Field(description="how deep it is nested in its list, from 0")
    box: Literal["open", "ticked", "started"] | None = Field(description="null where it has no checkbox")


class SectionModel(_Model):
    """A section of a plan."""

    key: str = Field(description="its key in the format, steps by number: `steps.2.validation`")
    title: str
    line: int
    kind: str
    number: int | None = Field(description="of a step")
    name: str | None = Field(description="of a step")
    text: str = Field(description="its own content as Markdown, without what lies below it")
    items: list[ItemModel]
    sections: list[SectionModel]


class TaskModel(_Model):
    """A task; other tasks are named by their index in the list of tasks."""

    index: int
    id: str | None
    name: str
    groups: list[str] = Field(description="the enclosing group headings, folded, outermost first")
    line: int
    level: int = Field(description="of its heading")
    done: bool
    started: bool
    ready: bool = Field(description="whether it can be started now")
    is_plan: bool
    complete: bool = Field(description="whether nothing required or recommended is missing")
    depends_on: list[int]
    unlocks: list[int]
    sections: list[SectionModel]


class ExportModel(_Model):
    """A document with its tasks, in the order of the text."""

    version: Literal[1] = 1
    format: str
    tasks: list[TaskModel]


def export(arguments: argparse.Namespace) -> int:
    """Print a document's plans, or the schema of that."""
    reconfigure(encoding="utf-8")
    if arguments.schema:
        json.dump(ExportModel.model_json_schema(), sys.stdout, indent=2)
        sys.stdout.write("\n")
        return OK
    if arguments.file is None:
        return fail("export needs a FILE, or --schema")
    try:
        document = Documents(trusted=arguments.trust_project).parse(arguments.file)
    except DocumentError as problem:
        return fail(str(problem))
    sys.stdout.write(export_document(document).model_dump_json(indent=2) + "\n")
    return OK


def export_document(document: Document) -> ExportModel:
    """The whole document as its model."""
    now = set(ready(document))
    tasks = [_task(document, index, index in now) for index in range(len(document.tasks))]
    return ExportModel(format=document.format.name, tasks=tasks)


def _task(document: Document, index: int, is_ready: bool) -> TaskModel:
    task, graph = document.tasks[index], document.graph
    start = document.start_of(index)
    return TaskModel(
        index=index,
        id=task.id or None,
        name=task.name,
        groups=list(graph.keys[index].groups),
        line=start + task.heading.line + 1,
        level=task.level,
        done=task.done,
        started=task.started,
        ready=is_ready,
        is_plan=task.is_plan,
        complete=is_complete(task, document.format),
        depends_on=list(graph.prerequisites[index]),
        unlocks=list(graph.dependents[index]),
        sections=[_section(section, task, start) for section in task.sections],
    )


def _section(section: Section, task: Task, start: int) -> SectionModel:
    least = min((item.depth for item in section.items), default=0)
    return SectionModel(
        key=section.key,
        title=task.lines[section.title.line][section.title.start : section.title.end].strip(),
        line=start + section.line + 1,
        kind=section.spec.kind,
        number=section.number,
        name=section.name or None,
        text=content_text(section, task.lines),
        items=[
            ItemModel(
                line=start + item.line + 1,
                text=task.lines[item.line][item.text :].strip(),
                depth=item.depth - least,
                box=None if item.box is None else _box(item.box),
            )
            for item in section.items
        ],
        sections=[_section(child, task, start) for child in section.children],
    )


def _box(mark: str) -> Literal["open", "ticked", "started"]:
    if mark in "xX":
        return "ticked"
    return "open" if mark == " " else "started"
