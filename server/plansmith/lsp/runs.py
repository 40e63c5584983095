"""The expansions that run: each can be cancelled by its request, its progress token, its document, or all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

from .progress import Progress

Result = TypeVar("Result")


@dataclass(eq=False)
class Run:
    """One running expansion."""

    uri: str
    request: int | str | None
    progress: Progress
    task: asyncio.Task[object] | None = None


class Runs:
    """All running expansions."""

    def __init__(self) -> None:
        """None runs yet; `on_change` is called when one begins and when one has ended."""
        self.on_change: Callable[[], None] = lambda: None
        self._runs: set[Run] = set()

    def __len__(self) -> int:
        return len(self._runs)

    async def run(self, run: Run, work: Coroutine[object, object, Result], cancelled: Callable[[], Result]) -> Result:
        """Do `work` until it ends or is cancelled; then the result is what `cancelled` says."""
        task: asyncio.Task[Result] = asyncio.ensure_future(work)
        run.task = task
        self._runs.add(run)
        self.on_change()
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled():
                return cancelled()
            task.cancel()
            raise
        finally:
            self._runs.discard(run)
            self.on_change()

    def cancel(self, which: Callable[[Run], bool] = lambda _: True) -> int:
        """Cancel some of the runs; returns how many."""
        found = [run for run in self._runs if run.task is not None and not run.task.done() and which(run)]
        for run in found:
            assert run.task is not None
            run.task.cancel()
        return len(found)
