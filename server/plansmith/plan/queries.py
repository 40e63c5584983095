"""Questions about a parsed task: what is missing, what is empty, how far the work has come."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from .format import CHECKLIST, OPTIONAL, STEP, Format, SectionSpec
from .scanner import BLANK, HTML
from .tree import Section, Task


class Missing(NamedTuple):
    """A section that is not there."""

    spec: SectionSpec
    key: str  # with step numbers in place; "steps.1" where there is no step at all
    parent: Section | None  # None for the task itself


class Progress(NamedTuple):
    """How many boxes there are, and how many of them are ticked."""

    done: int
    total: int


def missing_sections(task: Task, fmt: Format) -> list[Missing]:
    """All sections that are not there below what is there, in the order of the format, optional ones too.

    What is below a missing section is not listed: it comes with it. A second section of the same key is not asked.
    """
    found = find_missing(task, fmt, {spec.need for spec in fmt.by_key.values()})
    return sorted(found, key=lambda missing: _order(missing, fmt))


def find_missing(task: Task, fmt: Format, needs: Container[str], *, twins: bool = False) -> list[Missing]:
    """The missing sections of some needs in the order of the text; with `twins` also below twin steps of one number."""
    found = _missing_in(fmt.root, "", None, task.sections, needs)
    seen: set[str] = set()
    for section in task.outline:
        spec = section.spec
        if not spec.children:
            continue
        key = section.key
        if key not in seen or (twins and spec.kind == STEP):
            seen.add(key)
            found += _missing_in(spec, key, section, section.children, needs)
    return found


def empty_sections(task: Task) -> list[Section]:
    """The sections that have a title and nothing else."""
    return [section for section in task.walk() if not section.has_content]


def content_text(section: Section, lines: tuple[str, ...]) -> str:
    """The section's own content up to its first child, as text without surrounding blanks."""
    line, column = section.content
    end = min([section.end, *(child.line for child in section.children)])
    if line >= end:
        return ""
    return "\n".join([lines[line][column:], *lines[line + 1 : end]]).strip()


def first_line(section: Section, task: Task) -> tuple[int, int, str]:
    """Where the section's content starts: line, column, and the text of that line; the text is "" without any."""
    line, column = section.content
    for number in range(line, section.end):
        start = column if number == line else 0
        text = task.lines[number][start:]
        if text.strip() and task.tokens[number][0] not in (BLANK, HTML):
            lead = len(text) - len(text.lstrip())
            return number, start + lead, text.strip()
    return line, column, ""


def is_none(section: Section, task: Task, fmt: Format) -> bool:
    """Whether the section's content is a None-value that its kind allows."""
    if not section.spec.none:
        return False
    text = content_text(section, task.lines)
    return "\n" not in text and fmt.is_none(text)


def progress(task: Task) -> Progress:
    """The boxes of all checklist sections of a task."""
    boxes = [
        item.is_ticked
        for section in task.walk()
        if section.spec.kind == CHECKLIST
        for item in section.items
        if item.box is not None
    ]
    return Progress(sum(boxes), len(boxes))


def actions_progress(task: Task) -> Progress:
    """The boxes of the steps' actions."""
    boxes = [
        item.is_ticked
        for section in task.walk()
        if section.spec.name == "actions"
        for item in section.items
        if item.box is not None
    ]
    return Progress(sum(boxes), len(boxes))


def is_complete(task: Task, fmt: Format) -> bool:
    """Whether nothing required or recommended is missing or empty."""
    if any(missing.spec.need != OPTIONAL for missing in missing_sections(task, fmt)):
        return False
    return all(section.spec.need == OPTIONAL for section in empty_sections(task))


def _missing_in(
    spec: SectionSpec, key: str, parent: Section | None, present: tuple[Section, ...], needs: Container[str]
) -> list[Missing]:
    there = {section.spec for section in present}
    prefix = f"{key}." if key else ""
    return [
        Missing(child, f"{prefix}{1 if child.kind == STEP else child.name}", parent)
        for child in spec.children
        if child not in there and child.need in needs
    ]


def _order(missing: Missing, fmt: Format) -> tuple[int, ...]:
    numbers: list[int] = []
    spec = fmt.root
    for part in missing.key.split("."):
        if part.isdigit() and spec.step is not None:
            spec = spec.step
            numbers.append(int(part))
        else:
            spec = next(child for child in spec.children if child.name == part)
            numbers.append(spec.order)
    return tuple(numbers)
