"""Prompts are files, found beside the package in a wheel and at the top of a checkout."""

from __future__ import annotations

from pathlib import Path


def prompts_folder() -> Path:
    """Return the folder that holds the prompts.

    A wheel carries it as `plansmith/prompts`; a checkout, and so an editable install,
    keeps it at the top, two levels above the package.
    Raises `FileNotFoundError` when neither is there, which means a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    shipped, checkout = package / "prompts", package.parents[1] / "prompts"
    for folder in (shipped, checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"Plansmith's prompts are in neither {shipped} nor {checkout}; install plansmith again"
    )
