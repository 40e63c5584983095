"""Cards: what is known of a section or a task, in few words, for whoever points at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from .document import Document
from .examples import example_of
from .format import CHOICE, SectionSpec
from .graph import UNKNOWN
from .package_places import find_package_places
from .packages import same_package
from .path_text import from_root
from .paths import listed_files
from .queries import actions_progress, content_text
from .states import blockers, state_of
from .tree import Section, Task

_MOST: Final = 8  # names in one fact
_LONGEST: Final = 300  # code points of a text


class Card(NamedTuple):
    """A title with a note, paragraphs of text, facts with their names, and an example in Markdown."""

    title: str
    note: str = ""
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    example: str = ""


def section_card(spec: SectionSpec, level: int, number: int | None = None) -> Card:
    """What a section means, whether it is asked for, and an example.

    `level` is that of its task's heading; `number` is that of a step.
    """
    facts = []
    others = (*spec.aliases, *spec.label_aliases)
    if spec.choices:
        facts.append(("One of", ", ".join(spec.choices)))
    if others:
        facts.append(("Also read as", ", ".join(others)))
    texts = (" ".join(spec.hover.split()),) if spec.hover.strip() else ()
    return Card(spec.called(number), spec.need, texts, tuple(facts), example_of(spec, level))


def task_card(document: Document, index: int) -> Card:
    """What a task is about, how complex it is, how it stands, what blocks it, and what it unlocks."""
    task = document.tasks[index]
    title = f"{task.label}: {task.name}" if task.id and task.name else task.label
    objective = _first(task, "objective")
    waiting = [other for other in document.graph.dependents[index] if not document.tasks[other].done]
    return Card(
        title,
        state_of(document, index),
        (short(objective),) if objective else (),
        tuple(_facts(document, task, blockers(document, index), waiting)),
    )


def path_card(document: Document, path: str, exists: bool | None) -> Card:
    """Whether a path is there, and which tasks create or change it; `exists` is None where nobody can say."""
    note = {True: "exists", False: "does not exist", None: ""}[exists]
    found: dict[str, list[int]] = {"Created by": [], "Changed by": []}
    wanted = from_root(path) or path
    for index, task in enumerate(document.tasks):
        files = listed_files(task)
        for fact, places in (("Created by", files.new), ("Changed by", files.modified)):
            if any((from_root(place.path) or place.path) == wanted for place in places):
                found[fact].append(index)
    facts = tuple((fact, listed(document, tasks)) for fact, tasks in found.items() if tasks)
    return Card(f"`{path}`", note, (), facts)


def package_card(document: Document, name: str, is_there: bool | None) -> Card:
    """Which tasks add a package, and whether a manifest has it already; `is_there` is None where nobody can say."""
    wanted = same_package(name)
    found: dict[str, list[int]] = {"Added by": [], "Installed by": []}
    for index, task in enumerate(document.tasks):
        places = [place for place in find_package_places(task) if place.name == wanted]
        if any(place.is_listed for place in places):
            found["Added by"].append(index)
        elif places:
            found["Installed by"].append(index)
    note = {True: "in the manifest", False: "in no manifest yet", None: ""}[is_there]
    facts = tuple((fact, listed(document, tasks)) for fact, tasks in found.items() if tasks)
    return Card(f"`{name}`", note, (), facts)


def listed(document: Document, tasks: Sequence[int]) -> str:
    """Tasks by their labels; those that no task is called are counted."""
    known = [document.tasks[index].label for index in tasks if index != UNKNOWN]
    more = len(known) - _MOST
    unknown = len(tasks) - len(known)
    parts = known[:_MOST]
    if more > 0:
        parts.append(f"{more} more")
    if unknown:
        parts.append(f"{unknown} that the document does not have")
    return ", ".join(parts)


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _facts(document: Document, task: Task, blocked: Sequence[int], waiting: Sequence[int]) -> Iterator[tuple[str, str]]:
    choice = next((section for section in task.sections if section.spec.kind == CHOICE), None)
    if choice is not None and (text := content_text(choice, task.lines)):
        yield choice.spec.title, short(text)
    progress = actions_progress(task)
    if progress.total:
        yield "Progress", f"{progress.done} of {progress.total} actions done"
    if blocked:
        yield "Blocked by", listed(document, blocked)
    if waiting:
        yield "Unlocks", listed(document, waiting)


def _first(task: Task, key: str) -> str:
    section: Section | None = task.find(key)
    return content_text(section, task.lines) if section is not None else ""
