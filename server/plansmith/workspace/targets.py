"""Targets of a Makefile and recipes of a justfile: named commands that any project can have.

They fill what the ecosystem's own files leave open, and never replace what those say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from plansmith.workspace.ecosystem import Command, Ecosystem
from plansmith.workspace.project import Project

TARGET_FILES = ("GNUmakefile", "makefile", "Makefile", "justfile", "Justfile", ".justfile")

# A pattern rule (%), a variable's assignment (:=), or a target with a `$` is no name to type.
_MAKE_TARGETS = re.compile(r"^([A-Za-z0-9][\w./ -]{0,200}?)[ \t]*::?(?![=:])", re.M)
_JUST_RECIPE = re.compile(r"^@?([A-Za-z_][\w-]*)((?:[ \t][^:\n=]*)?):(?!=)", re.M)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")

# `make install` puts a program on the system more often than it prepares a project.
_MEANINGS = {
    "install_command": ("setup", "bootstrap", "deps"),
    "test_command": ("test", "tests"),
    "coverage_command": ("coverage", "cov", "test-coverage"),
    "lint_command": ("lint",),
    "format_command": ("format", "fmt"),
    "type_check_command": ("typecheck", "type-check", "types"),
    "build_command": ("build",),
    "run_command": ("run", "dev", "serve", "start"),
}
_MAX_TARGETS = 100


def with_targets(ecosystem: Ecosystem, project: Project) -> Ecosystem:
    """The ecosystem with the targets of its folder as scripts, and for commands it lacks."""
    targets = dict(find_targets(project))
    if not targets:
        return ecosystem
    filled: dict[str, Command] = {}
    for field, names in _MEANINGS.items():
        if getattr(ecosystem, field) is None:
            command = next((targets[name] for name in names if name in targets), None)
            if command is not None:
                filled[field] = command
    known = {name for name, _ in ecosystem.scripts}
    more = tuple((name, command) for name, command in targets.items() if name not in known)
    return replace(ecosystem, scripts=(*ecosystem.scripts, *more), **filled)  # type: ignore[arg-type]


def find_targets(project: Project) -> Iterator[tuple[str, Command]]:
    """Names and commands, in the order of the file; make's before just's."""
    seen: set[str] = set()
    for tool, names, pattern in (
        ("make", TARGET_FILES[:3], _MAKE_TARGETS),
        ("just", TARGET_FILES[3:], _JUST_RECIPE),
    ):
        file = next((name for name in names if project.has(name)), None)
        if file is None:
            continue
        for match in pattern.finditer(project.text(file)):
            if tool == "just" and _needs_arguments(match[2]):
                continue
            for name in match[1].split():
                if _NAME.fullmatch(name) and name not in seen and len(seen) < _MAX_TARGETS:
                    seen.add(name)
                    yield name, project.command(f"{tool} {name}", file)


def _needs_arguments(parameters: str) -> bool:
    return any(not word.startswith("*") for word in parameters.split())
