"""Real file trees: a mapping of paths to texts becomes files, and files become a stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from plansmith.workspace.files import WorkspaceFiles, read_workspace_files
from plansmith.workspace.stack import Stack, detect_stack

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
    return lambda files: detect_stack(read_workspace_files(tree(files)))
