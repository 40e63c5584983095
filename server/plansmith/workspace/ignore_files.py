"""Reading ignore files: those of a workspace's folders, and those above its root in the same repository."""

from __future__ import annotations

import os

from plansmith.workspace.ignore import IgnoreFile, IgnoreRules, parse_ignore_file
from plansmith.workspace.source import lenient_text, read_at_most

MAX_IGNORE_FILE = 64 * 1024  # bytes; the rest of a larger one is not read
MAX_FOLDERS_ABOVE = 32

Chain = tuple[IgnoreFile, ...]  # outermost first


def read_ignore_file(absolute: str, folder: str = "", above: str = "") -> IgnoreFile | None:
    """The value of one `.gitignore`; None without a file, or without a pattern in it."""
    # git does not follow a `.gitignore` that is a link, and neither do we.
    if os.path.islink(absolute) or not os.path.isfile(absolute):
        return None
    data = read_at_most(absolute, MAX_IGNORE_FILE)
    return parse_ignore_file(lenient_text(data), folder, above) if data else None


def ignore_files_above(root: str) -> Chain:
    """The ignore files between the repository's own folder and the root, outermost first.

    Empty if the root is a repository, lies in none, or is itself ignored: who opens an ignored
    folder as a workspace wants to see what is in it.
    """
    found: list[IgnoreFile] = []
    folder, above = root, ""
    for _ in range(MAX_FOLDERS_ABOVE):
        if os.path.lexists(os.path.join(folder, ".git")):
            found.reverse()
            return () if any(map(_ignores_root, found)) else tuple(found)
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        name = os.path.basename(folder)
        folder, above = parent, f"{name}/{above}" if above else name
        parsed = read_ignore_file(os.path.join(folder, ".gitignore"), above=above)
        if parsed is not None:
            found.append(parsed)
    return ()


def _ignores_root(file: IgnoreFile) -> bool:
    return IgnoreRules({"": file._replace(above="")}).ignores(f"{file.above}/")
