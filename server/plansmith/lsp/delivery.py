"""Edits on their way: the client applies them, and only the text that it then shows is believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from plansmith.expand.draft import Draft
from plansmith.expand.place import place
from plansmith.plan.document import Document
from plansmith.plan.graph import TaskKey
from plansmith.plan.text import Edit, apply_edits, moved
from plansmith.rules.fixing import difference

from .arrival import Arrival
from .edits import above_the_end
from .session import OpenDocument, TaskAnchor

if TYPE_CHECKING:
    from .server import PlansmithServer

TRIES: Final = 5  # a client may refuse or drop an edit because the author typed meanwhile
_ARRIVAL = 2.0  # seconds for an applied edit to show in a didChange
_PAUSE = 0.3  # seconds between an edit that was dropped and the change that made it stale; Neovim takes 0.15
_TELLING = 1.0  # seconds in which a client tells of the change for which it refused an edit; eglot takes 0.5
_UNTOLD = 0.2  # seconds after a change, in which Neovim may hold back the next one


class Delivery:
    """Brings edits into one open document."""

    def __init__(self, server: PlansmithServer, opened: OpenDocument) -> None:
        """One edit is on its way at a time."""
        self._server = server
        self._opened = opened

    async def wait_for_a_pause(self) -> None:
        """Let an author who types come to a rest, where an edit could come to nothing or land at a moved place.

        What puts such an edit right afterwards is a second undo step.
        """
        opened = self._opened
        if not opened.client.refuses_stale and opened.changed_within(_UNTOLD):
            await opened.rests(_UNTOLD, _ARRIVAL)

    async def deliver(self, edits: Sequence[Edit], label: str) -> Arrival | None:
        """Have edits applied, and wait until the text shows them; None if it does not."""
        opened = self._opened
        version = opened.version
        edits = above_the_end(opened.document, edits)
        arrival = Arrival(opened.document, edits)
        if not await self._server.apply(opened, edits, label):
            # The change that made the edit stale is on its way, or here already and followed by others.
            await opened.shows(lambda: opened.version != version, _TELLING)
            await opened.rests(_UNTOLD, _ARRIVAL)
            return None
        patience = _ARRIVAL
        if opened.checks_versions:
            # Whatever changes the text next is the edit, or made it stale; an edit can be told of in parts.
            await opened.shows(lambda: opened.version != version, _ARRIVAL)
            patience = _PAUSE
        if not await opened.shows(lambda: arrival.is_in(opened.document), patience):
            return None
        # VS Code forgets to ask for lenses where the focus leaves the text right after a change.
        self._server.refresh_lenses()
        return arrival

    async def settle(self, anchor: TaskAnchor, drafts: Sequence[Draft], arrival: Arrival) -> bool:
        """Put right what was inserted at a place that had moved; False if that did not come about.

        What puts it right removes text. A client without versions could remove what the author typed meanwhile: it
        is never asked to.
        """
        opened = self._opened
        for _ in range(TRIES):
            if arrival.is_exact(opened.document):
                # The last change was ours.
                opened.forget_changes()
                return True
            await self.wait_for_a_pause()
            after = self._as_it_should_be(anchor, drafts, arrival)
            if after is None or after == opened.document.text:
                return True
            if not opened.checks_versions:
                return False
            edits = difference(opened.document.text, after)
            following = await self.deliver(edits, f"Put the plan of {anchor.label} in its place")
            if following is not None and following.is_exact(opened.document):
                return True
        return False

    def _as_it_should_be(self, anchor: TaskAnchor, drafts: Sequence[Draft], arrival: Arrival) -> str | None:
        """The text with the drafts where they belong; None where what was inserted can't be told apart."""
        document = self._opened.document
        removals = arrival.removals(document)
        if removals is None:
            return None
        author = Document(apply_edits(document.text, removals), document.format)
        line = anchor.line
        for removal in reversed(removals):
            line = None if line is None else moved(line, removal)
        index = find_anchored(author, line, anchor.key)
        if index is None:
            return None
        placement = place(author, index, drafts)
        return None if placement.conflict else apply_edits(author.text, placement.edits)


def find_anchored(document: Document, line: int | None, key: TaskKey) -> int | None:
    """The task that starts at a line, else the one of an identity."""
    if line is not None and line < len(document.lines):
        index = document.task_at(line)
        if index is not None and document.start_of(index) == line:
            return index
    return document.graph.find(key)
