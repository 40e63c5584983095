"""Commands that read: which tasks can be started, and who waits for whom."""

from __future__ import annotations

import argparse
import sys

from plansmith.plan.document import Document
from plansmith.plan.graph import ready
from plansmith.plan.mermaid import mermaid
from plansmith.plan.queries import actions_progress
from plansmith.workspace.source import DocumentError

from . import COULD_NOT_RUN, OK, fail
from .documents import Documents


def next_tasks(arguments: argparse.Namespace) -> int:
    """List the tasks that can be started now: not done, and waiting for nothing."""
    status = OK
    several = len(arguments.files) > 1
    documents = Documents(trusted=arguments.trust_project)
    for path in arguments.files:
        try:
            document = documents.parse(path)
        except DocumentError as problem:
            fail(str(problem))
            status = COULD_NOT_RUN
            continue
        tasks = document.tasks
        for index in ready([task.summary for task in tasks], document.graph):
            task = tasks[index]
            place = f"{path}:{document.start_of(index) + 1}: " if several else f"{document.start_of(index) + 1}: "
            name = f"{task.label}: {task.name}" if task.id and task.name else task.name or task.label
            sys.stdout.write(f"{place}{name}{_state(document, index)}\n")
    return status


def graph(arguments: argparse.Namespace) -> int:
    """Print the dependency graph as Mermaid."""
    try:
        document = Documents(trusted=arguments.trust_project).parse(arguments.file)
    except DocumentError as problem:
        return fail(str(problem))
    sys.stdout.write(mermaid(document))
    return OK


def _state(document: Document, index: int) -> str:
    task = document.tasks[index]
    progress = actions_progress(task)
    notes = []
    if task.started and progress.total:
        notes.append(f"{progress.done} of {progress.total} actions done")
    waiting = len(document.graph.dependents[index])
    if waiting:
        notes.append(f"unlocks {waiting}")
    return f" ({', '.join(notes)})" if notes else ""
