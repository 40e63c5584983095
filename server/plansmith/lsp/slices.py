"""Long work on the event loop, some lines at a time: between two slices others have their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

LONG: Final = 2_000  # lines; what takes no more is done at once
_SLICE: Final = 500  # lines


async def in_slices(work: Iterable[int]) -> None:
    """Do work that tells of each piece how many lines it was."""
    lines = 0
    for piece in work:
        lines += piece
        if lines >= _SLICE:
            lines = 0
            await asyncio.sleep(0)
