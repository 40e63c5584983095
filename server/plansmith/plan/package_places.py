"""The packages of a task, each where it is named: in Dependencies Added, and in commands that install it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from .inline import CodeSpan, code_spans
from .packages import INSTALL_NEEDLES, Package, find_packages, read_package, same_package
from .paths import ACTIONS, path_at
from .scanner import CODE_KINDS, FENCE_BODY
from .text import Span, on_line
from .tree import Section, Task

DEPENDENCIES: Final = "dependencies"
_INSTALLING: Final = frozenset((ACTIONS, "steps.step.code", "steps.step.configuration"))


class PackagePlace(NamedTuple):
    """A package where a task names it; the span is of its name alone, relative to the task's first line."""

    name: str  # in the one spelling for all that mean the same
    span: Span
    is_listed: bool  # in Dependencies Added; else a command installs it


def find_package_places(task: Task) -> tuple[PackagePlace, ...]:
    """All packages of a task, in the order of its text; kept with the task."""
    known: tuple[PackagePlace, ...] | None = task.memo.get("packages")
    if known is None:
        found = [place for section in task.outline for place in _in_section(section, task)]
        known = task.memo["packages"] = tuple(sorted(set(found), key=_place))
    return known


def package_at(task: Task, line: int, column: int) -> PackagePlace | None:
    """The package that a place of a task lies in or at the end of."""
    for place in find_package_places(task):
        if place.span.line == line and place.span.start <= column <= place.span.end:
            return place
    return None


def find_mentions(task: Task, name: str) -> list[tuple[Span, bool]]:
    """All places of a task that name a package, also code that is no more than its name; and whether they list it.

    `name` is in the one spelling for all that mean the same.
    """
    places = [place for place in find_package_places(task) if place.name == name]
    found = [(place.span, place.is_listed) for place in places]
    for number, line in enumerate(task.lines):
        if "`" not in line or number == task.heading.line or task.tokens[number][0] in CODE_KINDS:
            continue
        for code in code_spans(line):
            span = _only_name(line, number, code)
            if (
                span is not None
                and same_package(line[span.start : span.end]) == name
                and path_at(task, number, span.start) is None
                and not any(span.line == place.span.line and span.start == place.span.start for place in places)
            ):
                found.append((span, False))
    return sorted(found)


def name_at(task: Task, line: int, column: int) -> PackagePlace | None:
    """The code at a place, if it is no more than what could be a package's name, and no path."""
    text = task.lines[line] if 0 <= line < len(task.lines) else ""
    if "`" not in text or line == task.heading.line or task.tokens[line][0] in CODE_KINDS:
        return None
    for code in code_spans(text):
        span = _only_name(text, line, code) if code.start <= column <= code.end else None
        if span is not None and path_at(task, line, span.start) is None:
            return PackagePlace(same_package(text[span.start : span.end]), span, False)
    return None


def source_of(tasks: Sequence[Task], index: int, name: str, *, is_listed: bool = False) -> tuple[int, Span] | None:
    """The earliest place in a task or those before it whose command installs a package, or that lists it."""
    for owner, task in enumerate(tasks[: index + 1]):
        for place in find_package_places(task):
            if place.name == name and place.is_listed == is_listed:
                return owner, place.span
    return None


def _only_name(line: str, number: int, code: CodeSpan) -> Span | None:
    """The name in a code span that holds nothing but a package, with or without its version."""
    text = line[code.code_start : code.code_end]
    words = text.split()
    package = read_package(words[0]) if len(words) == 1 else Package("")
    if not package.name or (package.name != words[0] and not package.version):
        return None
    start = code.code_start + text.index(package.name)
    return on_line(number, start, start + len(package.name))


def _in_section(section: Section, task: Task) -> Iterator[PackagePlace]:
    key = section.spec.key
    if key == DEPENDENCIES:
        yield from _listed(section, task)
    else:
        for span, package in installed_packages(section, task):
            yield PackagePlace(same_package(package.name), span, False)


def installed_packages(section: Section, task: Task) -> Iterator[tuple[Span, Package]]:
    """The packages that commands of a section install, each with the place of its name; none outside of steps."""
    if section.spec.key not in _INSTALLING:
        return
    for number in range(section.line, section.end):
        line = task.lines[number]
        if any(needle in line for needle in INSTALL_NEEDLES):
            yield from _installed(line, number, is_code=task.tokens[number][0] == FENCE_BODY)


def _listed(section: Section, task: Task) -> Iterator[PackagePlace]:
    """What the items begin with, in code."""
    for item in section.top_items:
        line = task.lines[item.line]
        codes = code_spans(line, item.text) if "`" in line else []
        if codes and not line[item.text : codes[0].start].strip(" *_"):
            name = read_package(line[codes[0].code_start : codes[0].code_end].strip()).name
            place = line.find(name, codes[0].code_start)
            if name:
                yield PackagePlace(same_package(name), on_line(item.line, place, place + len(name)), True)


def _installed(line: str, number: int, *, is_code: bool) -> Iterator[tuple[Span, Package]]:
    commands = [(0, line)] if is_code else [(code.code_start, line[: code.code_end]) for code in code_spans(line)]
    for start, text in commands:
        column = start
        for package in find_packages(text[start:].strip().removeprefix("$ ")):
            place = line.find(package.name, column)
            if place >= 0:
                column = place + len(package.name)
                yield on_line(number, place, column), package


def _place(place: PackagePlace) -> Span:
    return place.span
