"""The one place where an expansion reads files: never out of the root, never what is ignored, never a secret's file.

A path is judged twice: as it is spelled, and as it resolves, since a link may lead anywhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from plansmith.workspace.folders import SKIPPED_FOLDERS
from plansmith.workspace.snapshot import WorkspaceFiles, clean_path

from .redact import is_secret_file

MAX_READ: Final = 256 * 1024  # bytes of one file


class FileText(NamedTuple):
    """The text of a file, or its beginning."""

    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read, by path, and why the rest was not."""

    found: Mapping[str, FileText] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def read_texts(root: Path, files: WorkspaceFiles, paths: Iterable[str], size: int = MAX_READ) -> Texts:
    """Read at most `size` bytes of each file; paths are relative to the root.

    A path that is no file of the snapshot is in neither result: it may be one that a task is to create.
    """
    home = os.path.realpath(root)
    found: dict[str, FileText] = {}
    refused: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        if not files.is_file(path):
            continue
        why = _refused(path, files)
        target = os.path.realpath(os.path.join(home, path))
        if not why:
            inside = _inside(target, home)
            why = "it lies outside of the workspace" if inside is None else _refused(inside, files)
        if why:
            refused[path] = why
            continue
        read = _read(target, size)
        if isinstance(read, FileText):
            found[path] = read
        else:
            refused[path] = read
    return Texts(found, refused)


def _refused(path: str, files: WorkspaceFiles) -> str:
    if clean_path(path) is None:
        return "it lies outside of the workspace"
    if is_secret_file(path):
        return "by its name it holds secrets"
    if files.is_ignored(path) or not SKIPPED_FOLDERS.isdisjoint(path.split("/")):
        return "it is ignored"
    return ""


def _inside(target: str, home: str) -> str | None:
    prefix = home.rstrip(os.sep) + os.sep
    return target[len(prefix) :].replace(os.sep, "/") if target.startswith(prefix) else None


def _read(target: str, size: int) -> FileText | str:
    """The file's text, or why there is none."""
    try:
        # Without O_NONBLOCK a pipe blocks whoever opens it; without O_NOFOLLOW a link made just now leads out.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(target, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "it is no regular file"
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(size + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return "it can't be read"
    is_whole = len(data) <= size
    data = data[:size]
    if b"\0" in data:
        return "it is no text"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # The cut may go through a character, at most three bytes from the end.
        if is_whole or problem.start < len(data) - 3:
            return "it is no text"
        text = data[: problem.start].decode("utf-8-sig")
    return FileText(text.replace("\r\n", "\n").replace("\r", "\n"), is_whole)
