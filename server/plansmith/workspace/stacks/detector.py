"""What an ecosystem tells about itself: the files to read, and the function that judges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plansmith.workspace.ecosystem import Ecosystem
from plansmith.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Detector:
    """One line of the table `DETECTORS`. Names are shell patterns of file names."""

    name: str
    manifests: tuple[str, ...]
    """A folder that has one of these is a project."""
    extensions: tuple[str, ...]
    """Of its source files; the project with more of them comes first."""
    detect: Callable[[Project], Ecosystem | None]
    """Pure and total; None if the manifest is there for something else."""
    weak_manifests: tuple[str, ...] = ()
    """Likewise, but only where no project of the kind encloses the folder: `docs/requirements.txt`
    belongs to the project around it."""
    texts: tuple[str, ...] = ()
    """Further files to read; `folder/pattern` is a path's end."""
    samples: tuple[str, ...] = ()
    """Files of which the beginnings of a few are read."""
    without_manifest: bool = False
    """Whether source files alone make a project, where nothing else does."""
