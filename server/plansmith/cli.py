"""The command line imports at module level only what every command needs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from plansmith import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser().parse_args(argv)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="plansmith",
        description="Expand and check the tasks of a Markdown breakdown.",
    )
    top.add_argument("--version", action="version", version=f"plansmith {__version__}")
    return top
