"""The format as a model reads it: every section by its own spelling, so that what a project changed is asked for.

Nothing of the format is repeated here; a section that a user added, renamed or translated comes out like the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from plansmith.plan.examples import DEEPEST, at_level
from plansmith.plan.format import (
    CHECKLIST,
    CHOICE,
    CODE,
    FIELD,
    GROUP,
    LINE,
    LIST,
    OPTIONAL,
    STEP,
    STEPS,
    Format,
    SectionSpec,
)
from plansmith.plan.tree import Task

from .write import order_of, spec_of

_KINDS = {LINE: "line", CHOICE: "choice", LIST: "list", CHECKLIST: "checklist", CODE: "code"}


def describe_format(fmt: Format, level: int) -> str:
    """All sections of a plan whose task has a heading of `level`: spelling, kind, need, what it says, an example."""
    return "\n\n".join(_described(spec, fmt, level) for top in fmt.sections for spec in top.walk())


def describe_wanted(task: Task, fmt: Format, keys: Sequence[str], names: Mapping[str, str] | None = None) -> str:
    """The answer's outline for some keys of sections (steps by number), at the level of the task's own heading.

    A section that comes whole is shown with all that lies in it; headings that it lies below are repeated above it.
    `names` holds the names of steps that the task does not have, by their keys.
    """
    known = {section.key: section.name for section in task.walk() if section.name} | dict(names or {})
    lines: list[str] = []
    shown: set[str] = set()
    wanted = outermost(keys)
    for key in sorted(wanted, key=lambda key: order_of(fmt, key)):
        spec = spec_of(fmt, key)
        if spec is None:
            continue
        for parent in parents_of(key):
            above = spec_of(fmt, parent)
            if above is not None and parent not in shown:
                shown.add(parent)
                indent = "  " * parent.count(".")
                lines.append(f"{indent}- `{_spelled(above, task.level, parent, known)}` (repeated, as a heading only)")
        lines += _wanted(spec, task, key, "  " * key.count("."), known)
    return "\n".join(lines)


def describe_present(task: Task, fmt: Format, keys: Iterable[str] = ()) -> str:
    """The sections that the task has, without those of `keys`; one line for each."""
    wanted = set(keys)
    known = {section.key: section.name for section in task.walk() if section.name}
    lines = [
        f"{'  ' * section.key.count('.')}- `{_spelled(section.spec, task.level, section.key, known)}`"
        for section in task.walk()
        if section.key not in wanted and section.has_content
    ]
    return "\n".join(lines) if lines else "No section of a plan yet."


def task_heading(fmt: Format, level: int) -> str:
    """How a task's heading is spelled."""
    return f"{'#' * level} {fmt.task_heading('3', 'Name')}"


def describe_title(fmt: Format, key: str, level: int, names: Mapping[str, str]) -> str:
    """A section's heading or label as it is written below a task of `level`; the key itself where it is none."""
    spec = spec_of(fmt, key)
    return key if spec is None else _spelled(spec, level, key, names)


def outermost(keys: Iterable[str]) -> list[str]:
    """The keys without those that lie below another of them."""
    wanted = dict.fromkeys(keys)
    return [key for key in wanted if not any(parent in wanted for parent in parents_of(key))]


def parents_of(key: str) -> list[str]:
    """The keys of the sections that a section lies in, the outermost first."""
    parts = key.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def fence_for(text: str) -> str:
    """A fence that no fence in the text can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(longest + 1, 3)


def _described(spec: SectionSpec, fmt: Format, level: int) -> str:
    notes = [_KINDS[spec.kind]] if spec.kind in _KINDS else []
    if spec.kind == STEP:
        notes.append("numbered 1, 2, 3 …")
    notes.append(spec.need)
    if spec.choices:
        notes.append("one of " + ", ".join(f"`{choice}`" for choice in spec.choices))
    if spec.none:
        notes.append(f"`{fmt.none_text}` is an answer")
    indent = "  " * (spec.depth - 1)
    lines = [f"{indent}- `{_spelled(spec, level)}` ({', '.join(notes)})"]
    if spec.hover.strip():
        lines[0] += f": {' '.join(spec.hover.split())}"
    if spec.example and spec.kind not in (GROUP, STEPS, STEP):
        mark = fence_for(spec.example)
        block = [f"{mark}markdown", *at_level(spec.example.split("\n"), level), mark]
        lines += ["", *(f"{indent}  {line}".rstrip() for line in block)]
    return "\n".join(lines)


def _wanted(spec: SectionSpec, task: Task, key: str, indent: str, known: Mapping[str, str]) -> Iterator[str]:
    notes = [_KINDS[spec.kind]] if spec.kind in _KINDS else []
    if spec.kind == STEP and key not in known:
        notes.append("with a name of its own; then as many further steps as the task needs, each with all that follows")
    if spec.need == OPTIONAL:
        notes.append("where it helps")
    note = f" ({', '.join(notes)})" if notes else ""
    section = task.find(key)
    if section is not None and not section.has_content:
        note += ", whose title is there and has no content yet"
    yield f"{indent}- `{_spelled(spec, task.level, key, known)}`{note}"
    for child in spec.children:
        name = "1" if child.kind == STEP else child.name
        if task.find(f"{key}.{name}") is None:
            yield from _wanted(child, task, f"{key}.{name}", f"{indent}  ", known)


def _spelled(spec: SectionSpec, level: int, key: str = "", names: Mapping[str, str] | None = None) -> str:
    """The heading or label as it is written; a step with its number, and with its name if it has one."""
    title = spec.title
    if spec.kind == STEP:
        number = key.rpartition(".")[2] if key else "1"
        title = title.replace("{n}", number).replace("{name}", (names or {}).get(key) or "Name")
    if spec.form == FIELD:
        return f"**{title}**:"
    return f"{'#' * min(level + spec.depth, DEEPEST)} {title}"
