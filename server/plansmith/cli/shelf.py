"""What `expand` keeps between two runs, so that nothing is paid for twice; and how a run is ended and heard.

What can't be kept is printed, as the last resort.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from plansmith.expand.keep import COMPLETE, Keep, KeptPlan, Status
from plansmith.plan.document import Document
from plansmith.plan.graph import TaskKey
from plansmith.plan.text import visible

from . import discard
from . import say as say_line

_ENDING: Final = ("SIGTERM", "SIGHUP")


def say(message: str) -> None:
    """Tell the user something, on stderr."""
    for line in message.split("\n"):
        say_line(line)


def end_when_terminated(ended: Callable[[int], None]) -> None:
    """Let SIGTERM, and a terminal that goes away, cancel the current task, as Ctrl-C does: what has come is kept.

    `ended` is told the number of the signal.
    """
    task = asyncio.current_task()
    assert task is not None

    def end(number: int) -> None:
        ended(number)
        task.cancel()

    for number in (getattr(signal, name) for name in _ENDING if hasattr(signal, name)):
        if signal.getsignal(number) == signal.SIG_IGN:
            continue  # as under `nohup`
        # Windows has no such signals, and other threads than the main one get none.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(number, end, number)


class Shelf:
    """The kept plans of one file."""

    def __init__(self, path: str, cache_folder: str, *, is_written: bool) -> None:
        """`is_written` says whether the run changes the file."""
        self._plans = Keep(cache_folder)
        self._uri = Path(os.path.abspath(path)).as_uri()
        self._is_written = is_written
        self.has_lost = False
        """Whether a plan that was to be shown alone could not be kept too."""

    def problem(self) -> str:
        """Why no plan can be kept; "" where they can."""
        problem = self._plans.problem()
        return f"plans can't be kept in {self._plans.folder or 'the cache folder'}: {problem}" if problem else ""

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
        *,
        is_shown: bool = False,
    ) -> str:
        """Keep a plan, in place of the one that it goes on with; says where it is.

        One that can't be kept is printed, unless `is_shown`: then that is done elsewhere.
        """
        plan = self._plans.keep(
            self._uri, document.graph.keys[index], text, reason=reason, status=status, wanted=keys,
            heading=document.tasks[index].heading.text,
        )  # fmt: skip
        path = self._plans.path(plan)
        if path:
            if before is not None:
                self._plans.remove(before.name)
            return f"kept in {path}; the same command goes on with it"
        words = f"it can't be kept: {self._plans.folder or 'no cache folder'} can't be written"
        if is_shown:
            self.has_lost = True
            return words
        return f"{words}; what came is printed" if self._print(text) else f"{words}, nor printed"

    def _print(self, text: str) -> bool:
        """Print a text, beside the document where that is printed too; whether anybody takes it."""
        streams = (sys.stdout, sys.stderr) if self._is_written else (sys.stderr,)
        return any(print_text(stream, text) for stream in streams)

    def remove(self, plan: KeptPlan) -> None:
        """Forget a plan that stands in the file now."""
        self._plans.remove(plan.name)


def print_text(stream: TextIO | None, text: str) -> bool:
    """Print a text as it is, but for what could steer a terminal; whether that went well."""
    if stream is None:
        return False
    try:
        stream.write(
            f"{visible(text)}\n".encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8")
        )
        stream.flush()
    except (OSError, ValueError):
        discard(stream)
        return False
    return True
