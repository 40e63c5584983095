"""Who waits for whom, as far as the author has said so: what a plan's Prerequisites and Next Steps may claim.

A reference written there is a claim that the graph believes. So each line is read back before it is used, and
stays only if it speaks of exactly the tasks that it is meant to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.format import Format, fold_name
from plansmith.plan.graph import PREREQUISITES, UNKNOWN, link
from plansmith.plan.references import find_references, slug
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import on_line
from plansmith.plan.tree import Item, Reference, Section, Task

from .reading import NEEDS, Passage, read_passages
from .wording import code, decide, plain, quoted, sentences, short

_CUE = re.compile(
    r"\b(?:after|depend(?:s|ing)?\s+on|requires?|needs?|once|blocked\s+by|builds?\s+(?:up)?on|follows|following|uses?"
    r"|using|extends?|based\s+on|from|waits?\s+for|prerequisites?)\b",
    re.I,
)
_NO_CUE = re.compile(
    r"\b(?:before|unlike|not|no|never|without|independent|unblocks?|unlocks?|needed\s+by|used\s+by|replaces?|leads?\s+to"
    r"|follow(?:ed)?\s+by|later|similar|same|like|as\s+in|leave|belongs?\s+to|handled\s+by)\b",
    re.I,
)


_RANGE = re.compile(r"\d\s*(?:[-–—]|to)\s*#?\d")


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


def find_relations(document: Document, index: int, passages: Sequence[Passage]) -> Relations:
    """Read what the task and the others say of each other."""
    found = Relations()
    found.needed, found.unsure, found.unknown = _said_by(document, {index: passages})[index]
    found.things = _things(document, index, passages)
    _drop_circles(document, index, found)
    tasks, graph = document.tasks, document.graph
    later = range(index + 1, len(tasks))
    if tasks[index].done:
        found.following = next(iter(later), None)
    else:
        found.following = next((task for task in later if not tasks[task].done), None)
    waiting = set(graph.dependents[index])
    silent = [task for task in range(len(tasks)) if task != index and tasks[task].find(PREREQUISITES) is None]
    speaking = [task for task in silent if _may_speak_of(tasks[task], tasks[index], document.format)]
    for task, said in _said_by(document, {task: read_passages(tasks[task]) for task in speaking}).items():
        if index in said.needed and not _waits_for(document, index, task):
            waiting.add(task)
    found.waiting = sorted(waiting - {index} - set(found.needed))
    found.is_waiting_known = not [task for task in silent if task > index and task not in waiting]
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
    for target, sentence in found.unsure:
        items.append(decide(f"does this need {named(tasks[target])} first? The task says: {code(short(sentence, 90))}"))
    items += [decide(f"which task is meant by {code(name)}; no task here is called so") for name in found.unknown]
    items += [thing for thing in found.things if not reads_as(document, index, key, [f"- {thing}"])]
    if not items and index > 0:
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
    if found.is_waiting_known:
        return None
    later = [task for task in range(index + 1, len(tasks)) if tasks[task].find(PREREQUISITES) is None]
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
        word = document.format.reference_words[0] if document.format.reference_words else ""
        return f"{word} {task.id}".strip() if task.id[0].isdigit() else task.id
    name = task.name.strip()
    if not name or re.search(r"[\[\]<>`|\\]", name) or plain(name) != name:
        return ""
    return f"[{name}](#{slug(task.heading.text)})"


def reads_as(document: Document, index: int, key: str, lines: Sequence[str]) -> list[int]:
    """The tasks that lines in a section of this key would speak of; `UNKNOWN` for one that nobody carries."""
    candidates = _candidates(document, key, lines)
    return [target for target in _resolved(document, {index: candidates})[index] if target >= UNKNOWN]


def _reference(document: Document, index: int, target: int, key: str) -> str | None:
    """A reference with the task's name, else without; None where none is read back as that very task."""
    task = document.tasks[target]
    bare = bare_reference(task, document)
    name = plain(task.name, 90)
    for spelled in (f"{bare}: {name}" if task.id and name else bare, bare, name):
        if spelled and set(reads_as(document, index, key, [f"- {spelled}"])) == {target} == set(
            reads_as(document, index, key, [spelled])
        ):
            return spelled
    return None


def _question(task: Task) -> str:
    return decide(f"does this wait for {named(task)}?")


def _candidates(document: Document, key: str, lines: Sequence[str]) -> list[Reference]:
    """What may be a reference in some lines, as if they stood in a section of this key."""
    items = tuple(
        Item(number, 0, "-", 2, 2, None, 0, number + 1) for number, line in enumerate(lines) if line.startswith("- ")
    )
    nowhere = on_line(0, 0, 0)
    section = Section(
        document.format.root, key, nowhere, 0, 0, 0, "", (0, 0), len(lines), False, True, None, None, "", False, False,
        items, (), (),
    )  # fmt: skip
    text = tuple(lines)
    found = list(find_references(section, text, tuple(Scanner().scan(text)), document.format))
    names = {task.summary.name for task in document.tasks} if any(each.kind == "name" for each in found) else ()
    return [candidate for candidate in found if candidate.kind != "name" or candidate.text in names]


def _resolved(document: Document, candidates: Mapping[int, Sequence[Reference]]) -> dict[int, list[int]]:
    """The target of each candidate, by the task that it stands in; all by one linking of the document."""
    if not any(candidates.values()):
        return {index: [] for index in candidates}
    summaries = [task.summary for task in document.tasks]
    for index, spoken in candidates.items():
        # Of no section that makes anybody wait: only the targets are asked for.
        references = tuple((candidate.kind, candidate.text, "") for candidate in spoken)
        summaries[index] = summaries[index]._replace(references=references)
    graph = link(summaries, [key.groups for key in document.graph.keys])
    return {index: list(graph.targets[index]) for index in candidates}


class _Said(NamedTuple):
    """What a task's text says: the tasks it needs, those of which it only speaks, and the names of no task."""

    needed: list[int]
    unsure: list[tuple[int, str]]
    unknown: list[str]


def _said_by(document: Document, passages: Mapping[int, Sequence[Passage]]) -> dict[int, _Said]:
    """What the texts of some tasks say, by the task."""
    lines = {index: _lines(of_task) for index, of_task in passages.items()}
    candidates = {index: _candidates(document, PREREQUISITES, spoken) for index, spoken in lines.items()}
    targets = _resolved(document, candidates)
    return {
        index: _judged(document, index, lines[index], zip(candidates[index], targets[index], strict=True))
        for index in passages
    }


def _judged(document: Document, index: int, lines: Sequence[str], references: Iterable[tuple[Reference, int]]) -> _Said:
    needed: dict[int, None] = {}
    unsure: dict[int, str] = {}
    unknown: dict[str, None] = {}
    for candidate, target in references:
        line = lines[candidate.span.line]
        if target == UNKNOWN:
            word = f"{document.format.reference_words[0]} " if candidate.text[:1].isdigit() else ""
            unknown.setdefault(f"{word}{candidate.text}")
        elif target < 0 or target == index:
            continue
        elif line.startswith("- ") or (_CUE.search(line) and not _NO_CUE.search(line)):
            needed.setdefault(target)
        elif not _NO_CUE.search(line) and target < index:
            unsure.setdefault(target, line)
    return _Said(list(needed), [(task, text) for task, text in unsure.items() if task not in needed], list(unknown))


def _lines(passages: Sequence[Passage]) -> list[str]:
    """What the author says, sentence by sentence; what stands under a title such as “Blocked by”, as items."""
    found = []
    for passage in passages:
        if passage.key:
            continue
        is_needs = passage.role == NEEDS
        for text in [*passage.prose, *(part.raw for statement in passage.statements for part in statement.walk())]:
            found += [f"- {text}"] if is_needs else [f" {part}" for part in sentences(text)]
    return [line.replace("\n", " ") for line in found]


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


def _drop_circles(document: Document, index: int, found: Relations) -> None:
    """A reference that would close a circle is only asked for."""
    for target in list(found.needed):
        if _waits_for(document, target, index) or (target > index and _says_it_needs(document, target, index)):
            found.needed.remove(target)
            found.unsure.append((target, "both wait for each other"))


def _says_it_needs(document: Document, task: int, other: int) -> bool:
    """Whether a task's text says, directly or by others, that it needs another one."""
    seen = {task}
    queue = [task]
    for at in queue:
        said = _said_by(document, {at: read_passages(document.tasks[at])})[at]
        for target in (*said.needed, *document.graph.prerequisites[at]):
            if target == other:
                return True
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return False


def _waits_for(document: Document, task: int, other: int) -> bool:
    """Whether the graph has a way from one task to another, along their prerequisites."""
    seen = {task}
    queue = [task]
    for at in queue:
        for target in document.graph.prerequisites[at]:
            if target == other:
                return True
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return False


def _may_speak_of(task: Task, other: Task, fmt: Format) -> bool:
    """A cheap look: whether a task's text holds what a reference to the other one would hold."""
    lines = task.lines[task.heading.end : task.end]
    if not other.id:
        name = fold_name(other.name)
        return len(name) > 3 and any(name in line.casefold() for line in lines)
    number = other.id.casefold().rpartition("-")[2]
    return any(
        fmt.reference.search(line) is not None
        for line in lines
        if number in line.casefold() or _RANGE.search(line) is not None
    )
