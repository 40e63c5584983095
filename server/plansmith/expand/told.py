"""The breakdown and its workspace in words: the tasks, the stack with its real commands, the layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import Format, fold_title
from plansmith.plan.tree import Gap, Task
from plansmith.workspace.ecosystem import Command, Ecosystem
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .redact import is_secret_file, redact
from .room import size

_MOST_PROJECTS: Final = 6
_MOST_PACKAGES: Final = 50
_MOST_SCRIPTS: Final = 15
_LONGEST_VALUE: Final = 160
_LONGEST_NAME: Final = 160


def label_of(task: Task, fmt: Format) -> str:
    """The task as a request speaks of it: how it is referred to, and its name."""
    name = " ".join(task.name.split())[:_LONGEST_NAME]
    if not task.id:
        return f"“{name}”"
    reference = fmt.reference_to(task.id)
    return f"{reference}: {name}" if name else reference


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
            parts.append(f"- {title}: {', '.join(map(code_span, paths[:8]))}")
    return redact("\n".join(parts)).text


def describe_layout(files: WorkspaceFiles, limit: int) -> str:
    """The files by folder, as deep as `limit` bytes allow; deeper folders are told by their number of files."""
    shown = sorted(path for path in files.paths if not is_secret_file(path))
    deepest = max((path.count("/") for path in shown), default=0)
    text = ""
    for depth in range(1, deepest + 2):
        deeper = _layout(shown, depth)
        if text and size(deeper) > limit:
            break
        text = deeper
        if size(text) > limit:
            break
    return text


def _state(task: Task) -> str:
    if task.done:
        return "done"
    if task.started:
        return "started"
    return "has a plan" if task.is_plan else ""


def _short_label(task: Task, fmt: Format) -> str:
    return fmt.reference_to(task.id) if task.id else f"“{' '.join(task.name.split())[:60]}”"


def _is_below(lines: Sequence[str], heading: int, other: int) -> bool:
    """Whether line `other` is a task that stands below a heading, before the next one of its level or a higher one."""
    if not lines[other].startswith("- "):
        return False
    level = _level(lines[heading])
    return all(lines[n].startswith("- ") or _level(lines[n]) > level for n in range(heading + 1, other))


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def _project(ecosystem: Ecosystem) -> str:
    """One project: what it is, its commands, where its files are, its packages."""
    what = " ".join(filter(None, (ecosystem.language, ecosystem.language_version))) or "Project"
    where = f" in {code_span(ecosystem.folder)}" if ecosystem.folder else ""
    by = f", by {code_span(ecosystem.manifest)}" if ecosystem.manifest else ""
    lines = [f"- {_one_line(what)}{where}{by}"]
    for title, value in (
        ("package manager", ecosystem.package_manager),
        ("test runner", ecosystem.test_runner),
        ("frameworks", ", ".join(ecosystem.frameworks)),
    ):
        if value:
            lines.append(f"  - {title}: {_one_line(value)}")
    for title, command in _commands(ecosystem):
        lines.append(f"  - {title}: {code_span(command.line)} ({_one_line(command.source)})")
    known = {command.line for _, command in _commands(ecosystem)}
    scripts = [name for name, command in ecosystem.scripts if command.line not in known][:_MOST_SCRIPTS]
    if scripts:
        lines.append(f"  - further commands of the project: {', '.join(map(code_span, scripts))}")
    for title, folder in (
        ("sources", ecosystem.source_folder),
        ("tests", ecosystem.test_folder),
        ("a test file", ecosystem.test_file("example")),
    ):
        if folder:
            lines.append(f"  - {title}: {code_span(folder)}")
    packages = [
        code_span(f"{package.name} {package.version}".strip()) + (" (dev)" if package.dev else "")
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
        lines.append(f"- {code_span(f'{folder}/' if folder else './')}: {'; '.join(filter(None, (shown, count)))}")
    return "\n".join(lines)


def code_span(text: str) -> str:
    """The text as a code span of one line."""
    return f"`{_one_line(text).replace('`', '')}`"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"
