"""The settings of a user whose model is a peer on loopback."""

from __future__ import annotations

from pathlib import Path


def asks(url: str, folder: Path, **settings: object) -> dict[str, str]:
    """The variables by which Plansmith asks the model at `url`, and keeps nothing outside `folder`."""
    return {
        "PLANSMITH_PROVIDER": "anthropic",
        "PLANSMITH_BASE_URL": url,
        "PLANSMITH_CONFIG_DIR": str(folder / "configuration"),
        "PLANSMITH_CACHE_FOLDER": str(folder / "cache"),
        **{f"PLANSMITH_{name.upper()}": str(value) for name, value in settings.items()},
    }
