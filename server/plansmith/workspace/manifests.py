"""The packages of a workspace's manifests: those at the root and in the folders near it, judged by `stack`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from plansmith.workspace.folders import SKIPPED_FOLDERS
from plansmith.workspace.lazy_tree import FILE, FOLDER, Tree
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import detect_stack
from plansmith.workspace.stacks import MANIFEST, TextsToRead, is_foreign

MAX_DEPTH: Final = 3  # `services/api/package.json`, and one more
MAX_FOLDERS: Final = 300
_MAX_PATHS: Final = 20_000


def find_packages(tree: Tree) -> Iterator[str]:
    """The names of all packages in the manifests below a root, within bounds."""
    stack = detect_stack(read_manifests(tree))
    for ecosystem in stack.ecosystems:
        for dependency in ecosystem.dependencies:
            yield dependency.name


def read_manifests(tree: Tree) -> WorkspaceFiles:
    """The texts of the manifests, and the names of what lies beside them."""
    how_much = TextsToRead()
    paths: list[str] = []
    texts: dict[str, str] = {}
    pending = [("", 0)]
    for folder, depth in pending:
        names = tree.list(folder)
        if names is None or (folder and "pyvenv.cfg" in names):
            continue
        for name in sorted(names):
            path = f"{folder}/{name}" if folder else name
            kind = names[name]
            if kind == FOLDER:
                if depth < MAX_DEPTH and len(pending) < MAX_FOLDERS and name not in SKIPPED_FOLDERS and name[0] != ".":
                    pending.append((path, depth + 1))
            elif kind == FILE and len(paths) < _MAX_PATHS:
                paths.append(path)
                if how_much(path) == MANIFEST and not is_foreign(path):
                    text = _read(tree.absolute(path))
                    if text is not None:
                        texts[path] = text
    return WorkspaceFiles.of(texts, paths)


def _read(absolute: str) -> str | None:
    try:
        if not os.path.isfile(absolute):
            return None  # a pipe would block whoever opens it
        with open(absolute, "rb") as file:
            data = file.read(MANIFEST.size + 1)
    except OSError:
        return None
    return data.decode("utf-8-sig", errors="replace") if len(data) <= MANIFEST.size else None
