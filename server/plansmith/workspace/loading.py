"""Where the configuration of a root comes from: its file, or the defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping

from plansmith.workspace.configuration import Configuration
from plansmith.workspace.roots import configuration_file


def load_configuration(
    root: str | os.PathLike[str], *, trusted: bool, texts: Mapping[str, str] | None = None
) -> Configuration:
    """Read the configuration of a root.

    `trusted` says whether the user trusts the project; only then may it name a format file.
    `texts` holds the unsaved texts of open files by their absolute paths.
    """
    root = os.path.abspath(root)
    path = configuration_file(root)
    if path is None:
        return Configuration(root, trusted, code_root=root)
    # Many projects have none, and don't pay for reading one.
    from plansmith.workspace.configuration_file import read_configuration

    return read_configuration(path, root, trusted=trusted, texts=texts or {})
