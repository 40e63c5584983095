"""The root of a file is the nearest folder upwards with a configuration or `.git`; the search stops there."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION_FILE = "plansmith.toml"
PROJECT_FILE = "pyproject.toml"
MARKERS = (CONFIGURATION_FILE, PROJECT_FILE, ".git")
MAX_CONFIGURATION = 1024 * 1024  # bytes
_MAX_SEARCHED = 64 * MAX_CONFIGURATION

_TABLE = r"^[ \t]*\[+[ \t]*[\"']?tool[\"']?[ \t]*\.[ \t]*[\"']?plansmith[\"']?[ \t]*[.\]]"


def find_root(path: str | os.PathLike[str]) -> Path:
    """The root of a file or folder, which need not exist; its own folder where nothing marks one.

    Symbolic links stay as they are: the editor and the command line name a file by the same path.
    """
    from pathlib import Path

    return Path(root_of(path))


def root_of(path: str | os.PathLike[str]) -> str:
    """As `find_root`, without the price of `pathlib`."""
    absolute = os.path.abspath(path)
    own = absolute if os.path.isdir(absolute) else os.path.dirname(absolute)
    folder = own
    while not is_root(folder):
        above = os.path.dirname(folder)
        if above == folder:
            return own
        folder = above
    return folder


def is_root(folder: str) -> bool:
    """Whether a folder marks a root: a configuration, or `.git` as a folder or (in a worktree) a file."""
    return os.path.lexists(os.path.join(folder, ".git")) or configuration_file(folder) is not None


def configuration_file(root: str) -> str | None:
    """The file that configures this root: `plansmith.toml`, else a `pyproject.toml` with our table.

    What has such a name but can't be read counts as well, so that it is reported and not passed over.
    """
    own = os.path.join(root, CONFIGURATION_FILE)
    if os.path.lexists(own):
        return own
    project = os.path.join(root, PROJECT_FILE)
    return project if os.path.lexists(project) and _has_our_table(project) else None


def _has_our_table(path: str) -> bool:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would block whoever opens it
            return True
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIGURATION + 1)
            if len(data) > MAX_CONFIGURATION:
                # It is not read, but it is told whose it is.
                data += file.read(_MAX_SEARCHED)
                return _names_our_table(data.decode("utf-8", errors="replace"))
    except FileNotFoundError:
        return False
    except OSError:
        return True
    # Most have no word of us: they are not even parsed.
    if b"plansmith" not in data:
        return False
    from plansmith.workspace.toml_text import parse_toml

    text = data.decode("utf-8", errors="replace")
    found, mistake = parse_toml(text)
    if mistake is not None:
        # The header alone counts, so that the mistake is reported and not passed over.
        return _names_our_table(text)
    tool = found.get("tool")
    return isinstance(tool, dict) and "plansmith" in tool


def _names_our_table(text: str) -> bool:
    return re.search(_TABLE, text, re.MULTILINE) is not None
