"""Who waits for whom, as far as the author has said so: what a plan's Prerequisites and Next Steps may claim.

A reference written there is a claim that the graph believes. So each line is read back before it is used, and
stays only if it speaks of exactly the tasks that it is meant to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plansmith.plan.document import Document
from plansmith.plan.graph import PREREQUISITES, leads
from plansmith.plan.references import slug
from plansmith.plan.tree import Task

from .overview import Overview
from .reading import NEEDS, Passage
from .said import references_in
from .wording import code, decide, is_open, plain, quoted, short


@dataclass(slots=True)
class Relations:
    """What is known of one task among the others; tasks by their index in the document."""

    needed: list[int] = field(default_factory=list)
    unsure: list[tuple[int, str]] = field(default_factory=list)  # a task, and the sentence that speaks of it
    unknown: list[str] = field(default_factory=list)  # what the document has no task for
    things: list[str] = field(default_factory=list)  # other things that are needed first, in the author's words
    following: int | None = None
    waiting: list[int] = field(default_factory=list)
    is_waiting_known: bool = False
    silent_after: Sequence[int] = ()  # the later tasks that say nothing of what they need


def find_relations(overview: Overview, index: int) -> Relations:
    """Read what the task and the others say of each other."""
    document = overview.document
    graph = document.graph
    said = overview.said(index)
    found = Relations(list(said.needed), list(said.unsure), said.unknown)
    found.things = _things(document, index, overview.passages(index))
    _drop_circles(overview, index, found)
    if document.tasks[index].done:
        found.following = index + 1 if index + 1 < len(document.tasks) else None
    else:
        found.following = overview.open_after(index)
    waiting = set(graph.dependents[index])
    for task in overview.speakers(index):
        if index in overview.said(task).needed and not graph.waits_for(index, task):
            waiting.add(task)
    found.waiting = sorted(waiting - {index} - set(found.needed))
    found.silent_after = overview.silent_after(index)
    found.is_waiting_known = all(task in waiting for task in found.silent_after)
    return found


def prerequisites(document: Document, index: int, found: Relations, key: str = PREREQUISITES) -> list[str]:
    """The items of Prerequisites; none where it is known that nothing is needed."""
    tasks = document.tasks
    done = tasks[index].done
    items: list[str] = []
    for target in found.needed:
        if done and not tasks[target].done:
            items.append(decide(f"did this need {named(tasks[target])}, which is not done?"))
        else:
            items.append(_reference(document, index, target, key) or _question(tasks[target]))
    for target, sentence in found.unsure if not done else ():
        items.append(decide(f"does this need {named(tasks[target])} first? The task says: {code(short(sentence, 90))}"))
    items += [decide(f"which task is meant by {code(name)}; no task here is called so") for name in found.unknown]
    items += [thing for thing in found.things if not reads_as(document, index, key, [f"- {thing}"])]
    if not items and index > 0 and not done:
        items.append(decide(f"does this wait for {named(tasks[index - 1])}, the task before it?"))
    return items


def next_task(document: Document, index: int, found: Relations, key: str) -> str | None:
    """The line that names the task to go on with; None where there is none."""
    target = found.following
    if target is None and found.waiting:
        target = found.waiting[0]
    if target is None:
        return None
    spelled = _reference(document, index, target, key)
    return spelled or decide(f"how to go on; {named(document.tasks[target])} comes next in this document")


def unlocked(document: Document, index: int, found: Relations, key: str) -> str | None:
    """The line that names the tasks which wait for this one; None where it is known that none does."""
    tasks = document.tasks
    if found.waiting:
        spelled = [bare_reference(tasks[task], document) for task in found.waiting]
        if all(spelled):
            line = ", ".join(filter(None, spelled))
            if set(reads_as(document, index, key, [line])) == set(found.waiting):
                return line
        return decide(f"how to name the tasks that wait for it: {', '.join(named(tasks[t]) for t in found.waiting)}")
    if found.is_waiting_known or tasks[index].done:
        return None
    later = found.silent_after
    first = named(tasks[later[0]])
    if len(later) == 1:
        return decide(f"whether {first} waits for this")
    return decide(f"which of the {len(later)} later tasks without prerequisites wait for this, such as {first}")


def named(task: Task) -> str:
    """The task's name where it must not be read as a reference: in a code span."""
    label = task.label if task.id else ""
    name = plain(task.name, 70).replace("`", "")
    return code(f"{label}: {name}" if label and name else label or name or "the task without a name")


def bare_reference(task: Task, document: Document) -> str:
    """How a line speaks of a task, without its name where it has an id; "" where nothing would do."""
    if task.id:
        return document.format.reference_to(task.id)
    name = task.name.strip()
    if not name or is_open(name) or re.search(r"[\[\]<>`|\\]", name) or plain(name) != name:
        return ""
    return f"[{name}](#{slug(task.heading.text)})"


def reads_as(document: Document, index: int, key: str, lines: Sequence[str]) -> list[int]:
    """The tasks that lines in a section of this key would speak of; `UNKNOWN` for one that nobody carries."""
    return [target for _, target in references_in(document, index, key, lines)]


def _reference(document: Document, index: int, target: int, key: str) -> str | None:
    """A reference with the task's name, else without; None where none is read back as that very task."""
    task = document.tasks[target]
    bare = bare_reference(task, document)
    name = plain(task.name, 90)
    if is_open(name):
        name = ""  # repeated here, it would be a placeholder of this task
    for spelled in (f"{bare}: {name}" if task.id and name else bare, bare, name):
        if spelled and set(reads_as(document, index, key, [f"- {spelled}"])) == {target} == set(
            reads_as(document, index, key, [spelled])
        ):
            return spelled
    return None


def _question(task: Task) -> str:
    return decide(f"does this wait for {named(task)}?")


def _things(document: Document, index: int, passages: Sequence[Passage]) -> list[str]:
    """What the author lists as needed besides tasks."""
    found = []
    for passage in passages:
        if passage.role != NEEDS or passage.key:
            continue
        for text in [*passage.prose, *(statement.raw for statement in passage.statements)]:
            if document.format.is_none(text) or reads_as(document, index, PREREQUISITES, [f"- {text}"]):
                continue
            found.append(quoted(text))
    return found


def _drop_circles(overview: Overview, index: int, found: Relations) -> None:
    """A reference that would close a circle is only asked for."""
    graph = overview.document.graph
    for target in list(found.needed):
        if graph.waits_for(target, index) or (target > index and _says_it_needs(overview, target, index)):
            found.needed.remove(target)
            found.unsure.append((target, "both wait for each other"))


def _says_it_needs(overview: Overview, task: int, other: int) -> bool:
    """Whether a task's text says, directly or by others, that it needs another one."""
    graph = overview.document.graph
    return leads(task, other, lambda at: (*overview.said(at).needed, *graph.prerequisites[at]))
