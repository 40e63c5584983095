"""The growing text of a plan, for clients that show it: `plansmith/partialPlan`, a few times a second."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from plansmith.expand.resume import Growing

if TYPE_CHECKING:
    from .server import PlansmithServer

PARTIAL_PLAN: Final = "plansmith/partialPlan"
_PAUSE: Final = 0.2  # seconds between two of them


class PartialPlan:
    """Tells the client of one plan: `{uri, task, text, done}`, the whole text each time; the last one is `done`."""

    def __init__(self, server: PlansmithServer, uri: str, task: str) -> None:
        """`task` is the task as messages speak of it."""
        self._server = server
        self._uri = uri
        self._task = task
        self._next = 0.0
        self._is_shown = False
        self.growing = Growing(self._heard)

    def _heard(self, growing: Growing) -> None:
        if not self._server.session.client.shows_partial_plans:
            return
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self._is_shown = True
            self._tell(done=False)

    def end(self) -> None:
        """The text grows no more."""
        if self._is_shown:
            self._is_shown = False
            self._tell(done=True)

    def _tell(self, *, done: bool) -> None:
        params = {"uri": self._uri, "task": self._task, "text": self.growing.text, "done": done}
        body = {"jsonrpc": "2.0", "method": PARTIAL_PLAN, "params": params}
        self._server.protocol.send_bytes(json.dumps(body).encode())
