"""The built-in formats, which come from the package's TOML; `check` of a project without settings needs no more."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, cast

from plansmith.plan.format import Format, FormatError, build_format

DEFAULT_FORMAT: Final = "detailed-plan"
BUILT_IN: Final = (DEFAULT_FORMAT,)
_FOLDER: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "formats")


@lru_cache(maxsize=len(BUILT_IN))
def load_format(name: str = DEFAULT_FORMAT) -> Format:
    """A built-in format, the same value each time; `FormatError` where there is none of that name."""
    return build_format(format_table(name))


@lru_cache(maxsize=len(BUILT_IN))
def format_table(name: str = DEFAULT_FORMAT) -> Mapping[str, Any]:
    """The table of a built-in format, not to be changed; `FormatError` where there is none of that name."""
    if name not in BUILT_IN:
        raise FormatError(f"there is no built-in format “{name}”")
    try:
        # A release has it as its build has read it.
        return cast("Mapping[str, Any]", import_module("plansmith.workspace.built_formats").TABLES[name])
    except ModuleNotFoundError:
        pass
    from plansmith.workspace.toml_text import parse_toml

    with open(os.path.join(_FOLDER, f"{name}.toml"), encoding="utf-8", newline="") as file:
        table, mistake = parse_toml(file.read())
    if mistake is not None:
        raise FormatError(mistake.message)
    return table
