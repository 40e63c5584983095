"""What `expand` keeps between two runs, so that nothing is paid for twice; and how a run is ended and heard."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from plansmith.expand.keep import COMPLETE, Keep, KeptPlan, Status
from plansmith.plan.document import Document
from plansmith.plan.graph import TaskKey

from . import say as say_line

TERMINATED: Final = 143
"""The exit status of a run that was ended by SIGTERM, as shells have it."""


def say(message: str) -> None:
    """Tell the user something, on stderr."""
    for line in message.split("\n"):
        say_line(line)


def end_when_terminated() -> None:
    """Let SIGTERM cancel the current task, as Ctrl-C does, so that what has come is kept."""
    task = asyncio.current_task()
    assert task is not None
    # Windows has no such signals, and other threads than the main one get none.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


class Shelf:
    """The kept plans of one file."""

    def __init__(self, path: str, cache_folder: str, *, is_written: bool) -> None:
        """`is_written` says whether the run changes the file."""
        self._plans = Keep(cache_folder)
        self._uri = Path(os.path.abspath(path)).as_uri()
        self._is_written = is_written

    def find(self, document: Document, index: int, *, whole: bool = False) -> KeptPlan | None:
        """The newest plan of a task; with `whole` one that can be inserted as it is."""
        key = document.graph.keys[index]
        plans = [plan for plan in self._plans.of(self._uri) if plan.task == key]
        return next((plan for plan in plans if not whole or plan.status == COMPLETE), None)

    def whole(self) -> set[TaskKey]:
        """The tasks that cost nothing."""
        return self._plans.whole(self._uri)

    def keep(
        self,
        document: Document,
        index: int,
        text: str,
        reason: str,
        status: Status,
        keys: Sequence[str],
        before: KeptPlan | None,
    ) -> str:
        """Keep a plan, in place of the one that it goes on with; says where it is."""
        plan = self._plans.keep(
            self._uri, document.graph.keys[index], text, reason=reason, status=status, wanted=keys,
            heading=document.tasks[index].heading.text,
        )  # fmt: skip
        if before is not None:
            self._plans.remove(before.name)
        path = self._plans.path(plan)
        if not path:
            return f"it can't be kept: {self._plans.folder or 'no cache folder'} can't be written"
        return f"kept in {path}; the same command goes on with it"

    def remove(self, plan: KeptPlan) -> None:
        """Forget a plan that stands in the file now."""
        self._plans.remove(plan.name)
