"""What a model is told besides the format, within a budget of bytes, and what is left out is said.

Order of precedence for what all tasks of a run share (`SharedContext`): the tasks' titles, the stack with its
commands, the document's text besides its tasks, the steering notes, the text of an only task, the layout. For one
task (`TaskContext`): its own text, the finished plans that it builds on, the files that it names in the order in which
it names them, the files of the other finished plans. Each part has a limit of its own, and takes no more than the
parts before it have left.

In a workspace that is not trusted nothing but the document itself is told. Every text has its secrets taken out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import Format, fold_title
from plansmith.plan.scanner import Scanner
from plansmith.plan.tree import Gap, Task
from plansmith.workspace.folders import parents
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .clues import find_names
from .finished import FinishedPlan, files_of_plans, whole_plans
from .paths import Places
from .read_texts import FileText, Texts, read_texts
from .room import Room, size
from .told import describe_layout, describe_stack, describe_tasks, label_of

_KIB: Final = 1024
_OWN_TEXT: Final = "the task's own text"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is told, in bytes of UTF-8 if not said otherwise."""

    shared: int = 64 * _KIB
    tasks: int = 24 * _KIB
    stack: int = 6 * _KIB
    about: int = 16 * _KIB
    notes: int = 24 * _KIB
    note: int = 12 * _KIB  # of one file of notes
    layout: int = 6 * _KIB
    task: int = 64 * _KIB
    text: int = 40 * _KIB
    finished: int = 6 * _KIB
    file: int = 12 * _KIB  # of one file that the task names
    file_lines: int = 300
    files: int = 12  # in number


@dataclass(frozen=True, slots=True)
class SharedContext:
    """What all requests of one run share, made once: each part is Markdown, "" where there is nothing to tell."""

    format: Format
    level: int  # of the headings of most tasks
    tasks: str = ""
    stack: str = ""
    about: str = ""
    notes: str = ""
    layout: str = ""
    only: str = ""
    """The text of the task, where the document has one: all requests share it."""
    left_out: tuple[str, ...] = ()
    """What there was no room for, and what was refused: a line each."""

    @property
    def size(self) -> int:
        """The bytes of all parts together."""
        return sum(map(size, (self.tasks, self.stack, self.about, self.notes, self.layout, self.only)))


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What is told of one task."""

    task: Task
    label: str
    text: str
    finished: str = ""
    files: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all parts together."""
        return sum(map(size, (self.text, self.finished, self.files)))


def gather_shared(
    document: Document,
    files: WorkspaceFiles | None,
    stack: Stack,
    root: Path | None,
    *,
    trusted: bool,
    place: str = "",
    limits: Limits | None = None,
) -> SharedContext:
    """Gather what all tasks share; reads the steering notes, so not on an event loop.

    `place` is the document's own path from the root, "" where it has none.
    """
    if not trusted or files is None or root is None:
        return shared_context(document, Stack(), None, Texts(), limits or Limits())
    texts = read_texts(root, files, (path for path in note_paths(files, place) if path != place))
    return shared_context(document, stack, files, texts, limits or Limits())


def gather_task(
    document: Document,
    index: int,
    files: WorkspaceFiles | None,
    root: Path | None,
    *,
    trusted: bool,
    place: str = "",
    finished: Sequence[FinishedPlan] = (),
    limits: Limits | None = None,
) -> TaskContext:
    """Gather what concerns one task, by its index; reads the files that it names, so not on an event loop."""
    limits = limits or Limits()
    texts = Texts()
    if trusted and files is not None and root is not None:
        named = [path for path in named_paths(document.tasks[index], files, place) if path != place]
        texts = read_texts(root, files, named)
    return task_context(document, index, texts, finished, limits)


# All below is pure.


def shared_context(
    document: Document, stack: Stack, files: WorkspaceFiles | None, notes: Texts, limits: Limits
) -> SharedContext:
    """Put together what all tasks share, from what was read."""
    room = Room(limits.shared)
    tasks = room.put("the list of tasks", describe_tasks(document), limits.tasks)
    about_stack = room.put("the stack", describe_stack(stack), limits.stack)
    about = room.fenced("the document's text", _besides_tasks(document), limits.about)
    told_notes = room.files(_once(notes), limits.notes, limits.note, 10_000)
    room.refuse(notes)
    only = room.fenced(_OWN_TEXT, _text_of(document.tasks[0]), limits.text) if len(document.tasks) == 1 else ""
    layout = describe_layout(files, room.share(limits.layout)) if files is not None else ""
    return SharedContext(
        document.format,
        _usual_level(document),
        tasks=tasks,
        stack=about_stack,
        about=about,
        notes=told_notes,
        layout=room.put("the layout", layout, limits.layout),
        only=only,
        left_out=tuple(room.left_out),
    )


def task_context(
    document: Document, index: int, files: Texts, finished: Sequence[FinishedPlan], limits: Limits
) -> TaskContext:
    """Put together what concerns one task, from what was read."""
    task = document.tasks[index]
    room = Room(limits.task)
    text = room.fenced(_OWN_TEXT, _text_of(task), limits.text)
    graph = document.graph
    needed = {graph.keys[other] for other in graph.prerequisites[index]}
    own = graph.keys[index]
    first = [plan for plan in finished if plan.key in needed and plan.key != own]
    others = [plan for plan in reversed(finished) if plan.key not in needed and plan.key != own]
    whole = room.pieces(whole_plans(first), limits.finished, "\n\n")
    told = room.files(dict(list(files.found.items())[: limits.files]), limits.task, limits.file, limits.file_lines)
    for path in list(files.found)[limits.files :]:
        room.left_out.append(f"`{path}`: more than {limits.files} files are named")
    room.refuse(files)
    # Two bytes part them.
    rest = room.pieces(
        files_of_plans(others), min(limits.finished - size(whole), room.share(limits.finished)) - 2, "\n"
    )
    plans = "\n\n".join(part for part in (whole, rest) if part)
    return TaskContext(task, label_of(task, document.format), text, plans, told, tuple(room.left_out))


def note_paths(files: WorkspaceFiles, place: str = "") -> list[str]:
    """The files that say how work is done here: at the root, and in the folders that the document lies in."""
    by_name: dict[str, str] = {}
    for path in sorted(files.paths):
        by_name.setdefault(path.casefold(), path)
    folders = ["", *reversed(parents(place))] if place else [""]
    found = []
    for name in _NOTES:
        for folder in folders:
            known = by_name.get(f"{folder}/{name}".lstrip("/").casefold())
            if known is not None:
                found.append(known)
    return list(dict.fromkeys(found))


def named_paths(task: Task, files: WorkspaceFiles, place: str = "") -> list[str]:
    """The files of the workspace that a task names, in its order; `place` is the document's own path from the root."""
    places = Places(files, here=place.rpartition("/")[0])
    paths: dict[str, None] = {}
    for path in find_names(_text_of(task)).paths:
        resolved = places.resolve(path.removeprefix("./"))
        if files.is_file(resolved):
            paths[resolved] = None
    return list(paths)


_NOTES: Final = (
    "AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md", "GEMINI.md", "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md", "CONTRIBUTING.rst", "CONTRIBUTING", "DEVELOPMENT.md",
    "HACKING.md",
)  # fmt: skip


def _text_of(task: Task) -> str:
    return "\n".join(task.lines[: task.end])


def _besides_tasks(document: Document) -> str:
    """The document's text between its tasks: what it is about, and what its groups say."""
    front = len(Scanner().front_matter(document.lines))
    parts = []
    for start, unit in zip(document.starts, document.units, strict=True):
        if not isinstance(unit, Gap):
            continue
        if unit.headings and fold_title(unit.headings[0].text) == fold_title(document.format.guidelines_title):
            continue
        text = "\n".join(unit.lines[max(front - start, 0) :]).strip("\n")
        # A heading alone stands in the list of tasks.
        if any(line.strip() and not line.startswith("#") for line in text.split("\n")):
            parts.append(text)
    return "\n\n".join(parts)


def _usual_level(document: Document) -> int:
    counts = Counter(task.level for task in document.tasks)
    # Of two that are as frequent the higher one counts.
    return min(counts, key=lambda level: (-counts[level], level)) if counts else 2


def _once(notes: Texts) -> dict[str, FileText]:
    """Notes without those that only repeat or include another: `CLAUDE.md` is often a copy of `AGENTS.md`."""
    found: dict[str, FileText] = {}
    seen: set[str] = set()
    for path, file in notes.found.items():
        text = file.text.strip()
        if text and text not in seen and not re.fullmatch(r"@\S+", text):
            seen.add(text)
            found[path] = file
    return found
