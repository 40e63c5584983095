"""Commands that read: which tasks can be started, and who waits for whom."""

from __future__ import annotations

import argparse
import sys

from plansmith.expand.expansion import no_task_message
from plansmith.plan.critical_path import critical_path
from plansmith.plan.document import Document
from plansmith.plan.mermaid import mermaid
from plansmith.plan.queries import actions_progress
from plansmith.plan.states import ready
from plansmith.workspace.source import DocumentError

from . import COULD_NOT_RUN, OK, fail, reconfigure, say
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
        startable = ready(document)
        if not startable:
            sys.stdout.flush()  # what is said of a file stands after the tasks of those before it
            say(_nothing_to_start(document, path))
        critical = set(critical_path(document))
        for index in startable:
            task = tasks[index]
            place = f"{path}:{document.start_of(index) + 1}: " if several else f"{document.start_of(index) + 1}: "
            name = f"{task.label}: {task.name}" if task.id and task.name else task.name or task.label
            sys.stdout.write(f"{place}{name}{_state(document, index, is_critical=index in critical)}\n")
    return status


def _nothing_to_start(document: Document, path: str) -> str:
    left = sum(not task.done for task in document.tasks)
    if not document.tasks:
        return no_task_message(document, f"in {path}")
    if not left:
        return f"{path}: every task is done"
    who = "the open task waits" if left == 1 else f"the {left} open tasks wait"
    return f"{path}: no task can be started: {who} for what can't be done; `plansmith check` says for what"


def graph(arguments: argparse.Namespace) -> int:
    """Print the dependency graph as Mermaid."""
    try:
        document = Documents(trusted=arguments.trust_project).parse(arguments.file)
    except DocumentError as problem:
        return fail(str(problem))
    if not document.tasks:
        say(no_task_message(document, f"in {arguments.file}"))
    reconfigure(encoding="utf-8")
    sys.stdout.write(mermaid(document))
    return OK


def _state(document: Document, index: int, *, is_critical: bool) -> str:
    task = document.tasks[index]
    progress = actions_progress(task)
    notes = []
    if task.started and progress.total:
        notes.append(f"{progress.done} of {progress.total} actions done")
    waiting = len(document.graph.dependents[index])
    if waiting:
        notes.append(f"unlocks {waiting}")
    if is_critical:
        notes.append("on the critical path")
    return f" ({', '.join(notes)})" if notes else ""
