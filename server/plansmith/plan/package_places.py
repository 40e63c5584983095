"""The packages of a task, each where it is named: in Dependencies Added, and in commands that install it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .inline import code_spans
from .packages import INSTALL_NEEDLES, Package, find_packages, read_package, same_package
from .paths import ACTIONS
from .scanner import FENCE_BODY
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
