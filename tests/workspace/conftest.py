"""Real file trees: a mapping of paths to texts becomes files, and files become a stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Command, Stack, detect_stack

Tree = Callable[[Mapping[str, str]], Path]
Detect = Callable[[Mapping[str, str]], Stack]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Write files below a root of their own; a path with a final slash is an empty folder."""
    root = tmp_path / "root"
    root.mkdir()

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = root / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return root

    return write


@pytest.fixture
def read(tree: Tree) -> Callable[[Mapping[str, str]], WorkspaceFiles]:
    return lambda files: read_workspace_files(tree(files))


@pytest.fixture
def detect(tree: Tree) -> Detect:
    """Detect a tree's stack, and hold it to the law: every command's evidence is a file there."""

    def detect(files: Mapping[str, str]) -> Stack:
        found = read_workspace_files(tree(files))
        stack = detect_stack(found)
        for command in commands_of(stack):
            sources = [path for path in found.paths if f"{command.source} ".startswith(f"{path} ")]
            assert sources, f"no file is the evidence for {command}"
            assert found.is_folder(command.folder)
        return stack

    return detect


def commands_of(stack: Stack) -> Iterator[Command]:
    for ecosystem in (*stack.ecosystems, stack.otherwise):
        for field in fields(ecosystem):
            value = getattr(ecosystem, field.name)
            if isinstance(value, Command):
                yield value
        for _, command in ecosystem.scripts:
            yield command
