"""What stands around a document: the workspace's files, and the stack that they show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack, detect_stack


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files around a document, None where there is no workspace, and their stack."""

    files: WorkspaceFiles | None = None
    stack: Stack = field(default_factory=Stack)


def read_surroundings(root: Path) -> Surroundings:
    """Read the workspace below `root`, within bounds."""
    files = read_workspace_files(root)
    return Surroundings(files, detect_stack(files))
