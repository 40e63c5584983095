"""What a model is told besides the format, within a budget of bytes, and what is left out is said.

Order of precedence for what all tasks of a run share (`SharedContext`): the tasks' titles, the stack with its
commands, the document's text besides its tasks, the steering notes, the layout. For one task (`TaskContext`): its own
text, the finished plans that it builds on, the files that it names in the order in which it names them, the files of
the other finished plans. Each part has a limit of its own, and takes no more than the parts before it have left.

In a workspace that is not trusted nothing but the document itself is told. Every text has its secrets taken out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import CODE, Format, fold_title
from plansmith.plan.graph import TaskKey
from plansmith.plan.queries import content_text
from plansmith.plan.scanner import Scanner
from plansmith.plan.tree import Gap, Section, Task
from plansmith.workspace.ecosystem import Command, Ecosystem
from plansmith.workspace.snapshot import WorkspaceFiles, parents
from plansmith.workspace.stack import Stack

from .clues import find_names
from .format_text import fence_for, task_reference
from .paths import Places
from .read_texts import FileText, Texts, read_texts
from .redact import is_secret_file, redact
from .wording import DECIDE

_KIB: Final = 1024


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
    left_out: tuple[str, ...] = ()
    """What there was no room for, and what was refused: a line each."""

    @property
    def size(self) -> int:
        """The bytes of all parts together."""
        return sum(map(_size, (self.tasks, self.stack, self.about, self.notes, self.layout)))


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
        return sum(map(_size, (self.text, self.finished, self.files)))


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
        named = [path for path in named_paths(document.tasks[index], files) if path != place]
        texts = read_texts(root, files, named)
    return task_context(document, index, texts, finished, limits)


# All below is pure.


def shared_context(
    document: Document, stack: Stack, files: WorkspaceFiles | None, notes: Texts, limits: Limits
) -> SharedContext:
    """Put together what all tasks share, from what was read."""
    room = _Room(limits.shared)
    tasks = room.put("the list of tasks", describe_tasks(document), limits.tasks)
    about_stack = room.put("the stack", describe_stack(stack), limits.stack)
    about = room.fenced("the document's text", _besides_tasks(document), limits.about)
    told_notes = room.files(_once(notes), limits.notes, limits.note, 10_000)
    room.refuse(notes)
    layout = describe_layout(files, room.share(limits.layout)) if files is not None else ""
    return SharedContext(
        document.format,
        _usual_level(document),
        tasks=tasks,
        stack=about_stack,
        about=about,
        notes=told_notes,
        layout=room.put("the layout", layout, limits.layout),
        left_out=tuple(room.left_out),
    )


def task_context(
    document: Document, index: int, files: Texts, finished: Sequence[FinishedPlan], limits: Limits
) -> TaskContext:
    """Put together what concerns one task, from what was read."""
    task = document.tasks[index]
    room = _Room(limits.task)
    text = room.fenced("the task's own text", "\n".join(task.lines[: task.end]), limits.text)
    graph = document.graph
    needed = {graph.keys[other] for other in graph.prerequisites[index]}
    own = graph.keys[index]
    first = [plan for plan in finished if plan.key in needed and plan.key != own]
    others = [plan for plan in reversed(finished) if plan.key not in needed and plan.key != own]
    plans = room.plans(first, limits.finished)
    told = room.files(dict(list(files.found.items())[: limits.files]), limits.task, limits.file, limits.file_lines)
    for path in list(files.found)[limits.files :]:
        room.left_out.append(f"`{path}`: more than {limits.files} files are named")
    room.refuse(files)
    plans = _joined([plans, room.paths(others, limits.finished - _size(plans) - 2)])
    return TaskContext(task, label_of(task, document.format), text, plans, told, tuple(room.left_out))


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


def label_of(task: Task, fmt: Format) -> str:
    """The task as a request speaks of it: how it is referred to, and its name."""
    name = " ".join(task.name.split())[:_LONGEST_NAME]
    if not task.id:
        return f"“{name}”"
    reference = task_reference(fmt, task.id)
    return f"{reference}: {name}" if name else reference


# Shared parts


def describe_tasks(document: Document) -> str:
    """One line for each task: what it is called, how far it is, what it waits for; groups as they stand."""
    graph, fmt = document.graph, document.format
    lines: list[str] = []
    index = 0
    for unit in document.units:
        if isinstance(unit, Gap):
            if unit.headings and fold_title(unit.headings[0].text) != fold_title(fmt.guidelines_title):
                heading = unit.headings[0]
                lines.append(f"{'#' * heading.level} {' '.join(heading.text.split())[:_LONGEST_NAME]}")
            continue
        if not isinstance(unit, Task):
            continue
        notes = [_state(unit)] if _state(unit) else []
        needed = [_short_label(document.tasks[other], fmt) for other in graph.prerequisites[index]]
        if needed:
            notes.append(f"after {', '.join(needed)}")
        lines.append(f"- {label_of(unit, fmt)}" + (f" ({'; '.join(notes)})" if notes else ""))
        index += 1
    # A heading that no task follows says nothing of tasks.
    kept = [
        line
        for number, line in enumerate(lines)
        if line.startswith("- ") or any(_is_below(lines, number, other) for other in range(number + 1, len(lines)))
    ]
    return redact("\n".join(kept)).text


def describe_stack(stack: Stack) -> str:
    """The projects of the workspace with the commands that their own files give, the main one first."""
    parts = [_project(ecosystem) for ecosystem in stack.ecosystems[:_MOST_PROJECTS]]
    if not parts and stack.otherwise.scripts:
        parts = [_project(stack.otherwise)]
    if len(stack.ecosystems) > _MOST_PROJECTS:
        parts.append(f"- … and {len(stack.ecosystems) - _MOST_PROJECTS} smaller projects")
    for title, paths in (
        ("Continuous integration", stack.workflows),
        ("Containers", stack.docker_files),
        ("Environment variables are listed in", stack.environment_templates),
    ):
        if paths:
            parts.append(f"- {title}: {', '.join(map(_code_span, paths[:8]))}")
    return redact("\n".join(parts)).text


def describe_layout(files: WorkspaceFiles, limit: int) -> str:
    """The files by folder, as deep as `limit` bytes allow; deeper folders are told by their number of files."""
    shown = sorted(path for path in files.paths if not is_secret_file(path))
    deepest = max((path.count("/") for path in shown), default=0)
    text = ""
    for depth in range(1, deepest + 2):
        deeper = _layout(shown, depth)
        if text and _size(deeper) > limit:
            break
        text = deeper
        if _size(text) > limit:
            break
    return text


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


def named_paths(task: Task, files: WorkspaceFiles) -> list[str]:
    """The files of the workspace that a task names, in the order in which it names them."""
    places = Places(files)
    paths: dict[str, None] = {}
    for path in find_names("\n".join(task.lines[: task.end])).paths:
        resolved = places.resolve(path.removeprefix("./"))
        if files.is_file(resolved):
            paths[resolved] = None
    return list(paths)


_NOTES: Final = (
    "AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md", "GEMINI.md", "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md", "CONTRIBUTING.rst", "CONTRIBUTING", "DEVELOPMENT.md",
    "HACKING.md",
)  # fmt: skip
_MOST_PROJECTS: Final = 6
_MOST_PACKAGES: Final = 50
_MOST_SCRIPTS: Final = 15
_MOST_DECLARATIONS: Final = 20
_LONGEST_DECLARATION: Final = 160
_LONGEST_NAME: Final = 160
_LONGEST_VALUE: Final = 160
_DECLARATION = re.compile(
    r"\s{0,4}(?:(?:export|default|public|protected|abstract|static|async|pub(?:\([a-z]+\))?|final|unsafe)\s+)*"
    r"(?:def|class|interface|type|function|fn|func|struct|enum|trait|impl|record|protocol|message|service)\s+[\w(<]"
    r"|\s{0,4}export\s+const\s+\w|\s*CREATE\s+(?:TABLE|INDEX|VIEW|TYPE)\s",
    re.I,
)


class _Room:
    """What is left of a budget; each part takes no more than its own limit and what the others have left."""

    def __init__(self, size: int) -> None:
        self._left = max(size, 0)
        self.left_out: list[str] = []

    def share(self, limit: int) -> int:
        return max(min(limit, self._left), 0)

    def put(self, what: str, text: str, limit: int) -> str:
        """The text, cut where there is no room for more of it."""
        kept = _cut(text, self.share(limit))
        if kept != text:
            self.left_out.append(f"{what}: {'only a part' if kept else 'nothing of it'} has room")
        return self._spend(kept)

    def fenced(self, what: str, text: str, limit: int) -> str:
        """A foreign text in a fence, without its secrets."""
        clean = redact(text)
        self._count(what, clean.secrets)
        if not clean.text.strip():
            return ""
        mark = fence_for(clean.text)
        frame = f"{mark}markdown\n", f"\n{mark}"
        body = _cut(clean.text.strip("\n"), self.share(limit) - _size("".join(frame)))
        if body != clean.text.strip("\n"):
            self.left_out.append(f"{what}: {'only a part' if body else 'nothing of it'} has room")
        return self._spend(f"{frame[0]}{body}{frame[1]}") if body else ""

    def files(self, texts: dict[str, FileText], limit: int, each: int, lines: int) -> str:
        """Files with their lines told, in their order, as far as there is room."""
        total = self.share(limit)
        pieces: list[str] = []
        for path, file in texts.items():
            clean = redact(file.text, path)
            self._count(f"`{path}`", clean.secrets)
            used = _size("\n\n".join(pieces)) + 2 if pieces else 0
            piece, note = _file(path, FileText(clean.text, file.is_whole), min(each, total - used), lines)
            if piece:
                pieces.append(piece)
            if note:
                self.left_out.append(f"`{path}`: {note}")
        return self._spend("\n\n".join(pieces))

    def plans(self, plans: Sequence[FinishedPlan], limit: int) -> str:
        """Finished plans, as far as there is room."""
        total = self.share(limit)
        pieces: list[str] = []
        for plan in plans:
            body = redact("\n".join(part for part in (plan.files, *plan.interfaces) if part)).text
            if not body:
                continue
            mark = fence_for(body)
            piece = f"{plan.label}:\n\n{mark}markdown\n{body}\n{mark}"
            if _size("\n\n".join([*pieces, piece])) > total:
                self.left_out.append(f"the finished plan of {plan.label}: no room")
            else:
                pieces.append(piece)
        return self._spend("\n\n".join(pieces), separator=True)

    def paths(self, plans: Sequence[FinishedPlan], limit: int) -> str:
        """The files of finished plans, a line for each plan, as far as there is room."""
        total = self.share(limit)
        lines: list[str] = []
        for plan in plans:
            if not plan.paths:
                continue
            line = redact(f"- {plan.label}: {', '.join(map(_code_span, plan.paths))}").text
            if _size("\n".join([*lines, line])) > total:
                self.left_out.append(f"the finished plan of {plan.label}: no room")
            else:
                lines.append(line)
        return self._spend("\n".join(lines))

    def refuse(self, texts: Texts) -> None:
        """Say which files were not read, and why."""
        self.left_out += [f"`{path}`: {why}" for path, why in texts.refused.items()]

    def _count(self, what: str, count: int) -> None:
        if count:
            self.left_out.append(f"{what}: {count} {'secret was' if count == 1 else 'secrets were'} taken out")

    def _spend(self, text: str, *, separator: bool = False) -> str:
        # Plans come in two portions, with a blank line between them.
        self._left -= _size(text) + (2 if separator and text else 0)
        return text


def _file(path: str, file: FileText, limit: int, most_lines: int) -> tuple[str, str]:
    """A file in a fence with its lines told, and what is to be said of what is left out."""
    lines = file.text.rstrip("\n").split("\n")
    mark = fence_for(file.text)
    language = path.rpartition(".")[2] if "." in path.rpartition("/")[2] else ""
    total = f"{len(lines)}" if file.is_whole else f"more than {len(lines)}"
    head = f"`{path}` (lines 1–{len(lines)} of {total}):\n\n{mark}{language}\n"
    room = limit - _size(head) - _size(f"\n{mark}")
    kept = 0
    for line in lines[:most_lines]:
        room -= _size(line) + 1
        if room < 0:
            break
        kept += 1
    if not kept or not file.text.strip():
        return "", "no room" if file.text.strip() else ""
    is_all = kept == len(lines) and file.is_whole
    told = f"all {kept} lines" if is_all else f"lines 1–{kept} of {total}"
    body = "\n".join(lines[:kept])
    piece = f"`{path}` ({told}):\n\n{mark}{language}\n{body}\n{mark}"
    return piece, "" if is_all else f"only {told}"


def _cut(text: str, limit: int) -> str:
    """The text, or as many of its first lines as have room together with a line that says so."""
    if _size(text) <= limit:
        return text
    lines = text.split("\n")
    room = limit - _size(f"\n… ({len(lines)} more lines are left out)")
    kept: list[str] = []
    for line in lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(line)
    if not kept:
        first = lines[0].encode()[: max(room + _size(lines[0]) + 1, 0)].decode(errors="ignore")
        if len(first) < 40:
            return ""
        kept = [first]
    return "\n".join([*kept, f"… ({len(lines) - len(kept)} more lines are left out)"])


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


def _state(task: Task) -> str:
    if task.done:
        return "done"
    if task.started:
        return "started"
    return "has a plan" if task.is_plan else ""


def _short_label(task: Task, fmt: Format) -> str:
    return task_reference(fmt, task.id) if task.id else f"“{' '.join(task.name.split())[:60]}”"


def _is_below(lines: Sequence[str], heading: int, other: int) -> bool:
    """Whether line `other` is a task that stands below a heading, before the next one of its level or a higher one."""
    if not lines[other].startswith("- "):
        return False
    level = _level(lines[heading])
    return all(lines[n].startswith("- ") or _level(lines[n]) > level for n in range(heading + 1, other))


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def _usual_level(document: Document) -> int:
    counts = Counter(task.level for task in document.tasks)
    # Of two that are as frequent the higher one counts.
    return min(counts, key=lambda level: (-counts[level], level)) if counts else 2


def _project(ecosystem: Ecosystem) -> str:
    """One project: what it is, its commands, where its files are, its packages."""
    what = " ".join(filter(None, (ecosystem.language, ecosystem.language_version))) or "Project"
    where = f" in {_code_span(ecosystem.folder)}" if ecosystem.folder else ""
    by = f", by {_code_span(ecosystem.manifest)}" if ecosystem.manifest else ""
    lines = [f"- {_one_line(what)}{where}{by}"]
    for title, value in (
        ("package manager", ecosystem.package_manager),
        ("test runner", ecosystem.test_runner),
        ("frameworks", ", ".join(ecosystem.frameworks)),
    ):
        if value:
            lines.append(f"  - {title}: {_one_line(value)}")
    for title, command in _commands(ecosystem):
        lines.append(f"  - {title}: {_code_span(command.line)} ({_one_line(command.source)})")
    known = {command.line for _, command in _commands(ecosystem)}
    scripts = [name for name, command in ecosystem.scripts if command.line not in known][:_MOST_SCRIPTS]
    if scripts:
        lines.append(f"  - further commands of the project: {', '.join(map(_code_span, scripts))}")
    for title, folder in (
        ("sources", ecosystem.source_folder),
        ("tests", ecosystem.test_folder),
        ("a test file", ecosystem.test_file("example")),
    ):
        if folder:
            lines.append(f"  - {title}: {_code_span(folder)}")
    packages = [
        _code_span(f"{package.name} {package.version}".strip()) + (" (dev)" if package.dev else "")
        for package in sorted(ecosystem.dependencies, key=lambda package: package.dev)
    ]
    if packages:
        more = f" and {len(packages) - _MOST_PACKAGES} more" if len(packages) > _MOST_PACKAGES else ""
        lines.append(f"  - packages: {', '.join(packages[:_MOST_PACKAGES])}{more}")
    return "\n".join(lines)


def _commands(ecosystem: Ecosystem) -> list[tuple[str, Command]]:
    single = ecosystem.test_file("example")
    found = (
        ("install", ecosystem.install_command),
        ("all tests", ecosystem.test_command),
        ("one test file", ecosystem.test_file_command(single) if single else None),
        ("coverage", ecosystem.coverage_command),
        ("lint", ecosystem.lint_command),
        ("layout", ecosystem.format_command),
        ("types", ecosystem.type_check_command),
        ("build", ecosystem.build_command),
        ("run", ecosystem.run_command),
        ("add a package", ecosystem.add_command("NAME")),
        ("add a development package", ecosystem.add_command("NAME", dev=True)),
    )
    return [(title, command) for title, command in found if command is not None]


def _layout(paths: Iterable[str], depth: int) -> str:
    """One line for each folder of at most `depth` levels: its files, or how many there are further down."""
    here: dict[str, list[str]] = {}
    below: Counter[str] = Counter()
    for path in paths:
        parts = path.split("/")
        if len(parts) <= depth:
            here.setdefault("/".join(parts[:-1]), []).append(parts[-1])
        else:
            below["/".join(parts[:depth])] += 1
    lines = []
    for folder in sorted({*here, *below}):
        told = here.get(folder, [])
        shown = f"{', '.join(told[:60])}{f' and {len(told) - 60} more' if len(told) > 60 else ''}"
        count = f"{below[folder]} files further down" if below[folder] else ""
        lines.append(f"- {_code_span(f'{folder}/' if folder else './')}: {'; '.join(filter(None, (shown, count)))}")
    return "\n".join(lines)


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


def _code(section: Section, task: Task) -> list[str]:
    return [line for fence in section.fences for line in task.lines[fence.line + 1 : fence.close or fence.end]]


def _code_span(text: str) -> str:
    return f"`{_one_line(text).replace('`', '')}`"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _size(text: str) -> int:
    return len(text.encode("utf-8", errors="replace"))
