"""Every task of a document: several at once, each after those that it builds on, each in an edit of its own."""

from __future__ import annotations

from typing import Final

from plansmith.expand import expansion
from plansmith.expand.errors import ModelError
from plansmith.expand.expansion import Outcome
from plansmith.expand.offline import guidelines_offline
from plansmith.expand.place import guidelines
from plansmith.expand.schedule import in_order
from plansmith.expand.writers import ModelWriter

from .delivery import TRIES, Delivery
from .expander import Expander
from .kept_plans import kept_uri
from .questions import ask_user
from .session import TaskAnchor

GO_ON: Final = "Expand all"
NOT_NOW: Final = "Not now"


class WholeDocument:
    """One run over all tasks without a complete plan."""

    def __init__(self, expander: Expander) -> None:
        """The expander writes each task."""
        self._expander = expander
        self._count = 0
        self._begun = 0
        self._over = 0
        self._done = 0
        self._added: list[str] = []
        self._trouble: list[Outcome] = []

    async def expand(self) -> Outcome:
        """Expand the tasks, and add the guidelines where they are missing."""
        opened, expander = self._expander.opened, self._expander
        document = opened.document
        indexes = expansion.incomplete_tasks(document)
        anchors = {index: opened.anchor(index) for index in indexes}
        needed = {index: frozenset(document.graph.prerequisites[index]) for index in indexes}
        self._count = len(indexes)
        try:
            refusal = await self._ask_first(indexes) if indexes else None
            if refusal is not None:
                return refusal
            # The embedded planner never waits for anybody, so that one at a time is as fast.
            most = expander.server.provider.settings.concurrency if await self._is_model() else 1
            await in_order(indexes, lambda index: needed[index], lambda index: self._one(anchors[index]), most)
        finally:
            for anchor in anchors.values():
                opened.release(anchor)
        # Where nothing could be expanded, the document stays as it is.
        is_any = self._done or not self._trouble
        if expander.stopped is None and is_any and await self._add_guidelines():
            self._added.append("guidelines")
        return self._outcome()

    def cancelled(self) -> Outcome:
        """How the run ended when it was cancelled, with what was written until then."""
        if not self._added:
            return self._expander.cancelled()
        message = f"Cancelled; {self._done} of {self._count} tasks expanded"
        return Outcome(expansion.CANCELLED, message, tuple(self._added), self._expander.usage())

    async def _is_model(self) -> bool:
        try:
            return isinstance(await self._expander.writer(), ModelWriter)
        except ModelError:
            return False  # the first task tells

    async def _ask_first(self, indexes: list[int]) -> Outcome | None:
        """Show about what it will cost, and ask above the user's limit; how it ended where it is not to begin."""
        expander, settings = self._expander, self._expander.server.provider.settings
        if not await self._is_model():
            return None
        writer = await expander.writer()
        assert isinstance(writer, ModelWriter)
        document, plans = expander.opened.document, expander.server.provider.plans
        whole = plans.whole(kept_uri(expander.opened.uri))
        wanted = [
            (index, expansion.wanted_keys(document.tasks[index], document.format))
            for index in indexes
            if document.graph.keys[index] not in whole
        ]
        tokens = await writer.estimate(document, wanted)
        tasks = expansion.counted(len(wanted), "task")
        expander.progress.report(f"{tasks}, about {tokens:,} tokens", 0)
        if tokens <= settings.ask_above:
            return None
        cost = f"Expanding {tasks} takes about {tokens:,} tokens of {settings.model}"
        if not expander.server.session.client.asks:
            message = f"{cost}, more than ask-above allows ({settings.ask_above:,}); raise it, or expand single tasks"
            return Outcome(expansion.FAILED, message)
        if await ask_user(expander.server, f"{cost}. Go on?", (GO_ON, NOT_NOW)) == GO_ON:
            return None
        return Outcome(expansion.CANCELLED, f"{cost}; nothing was asked and nothing changed")

    async def _one(self, anchor: TaskAnchor) -> None:
        expander, opened = self._expander, self._expander.opened
        if expander.stopped is not None:
            return
        index = expander.locate(anchor)
        label = opened.document.tasks[index].label if index is not None else anchor.label
        self._begun += 1
        expander.progress.report(f"{label} ({self._begun} of {self._count})", 100 * self._over // self._count)
        key = opened.document.graph.keys[index] if index is not None else anchor.key
        kept = expander.server.provider.plans.of_task(kept_uri(opened.uri), key) if await self._is_model() else None
        outcome = await expander.expand(anchor, kept)
        self._over += 1
        self._added += [f"{label}: {key}" for key in outcome.added]
        self._done += outcome.status == expansion.APPLIED
        if outcome.status in (expansion.CONFLICT, expansion.FAILED):
            self._trouble.append(outcome)

    async def _add_guidelines(self) -> bool:
        """Add the section that a document has once; whether it was missing and is there now."""
        opened, server = self._expander.opened, self._expander.server
        if not opened.document.tasks or not server.session.configuration(opened.uri).add_guidelines:
            return False
        surroundings = await server.surroundings(opened.uri)
        body = guidelines_offline(surroundings.stack, opened.document.format)
        async with opened.one_edit:
            delivery = Delivery(server, opened)
            for number in range(TRIES):
                await delivery.wait_for_a_pause()
                edit = guidelines(opened.document, body)
                if edit is None:
                    return number > 0  # what was given up on has come all the same
                if await delivery.deliver([edit], "Add Implementation Guidelines") is not None:
                    return True
        return False

    def _outcome(self) -> Outcome:
        usage = self._expander.usage()
        if self._trouble:
            first, left = self._trouble[0], self._count - self._done
            status = expansion.APPLIED if self._done else first.status
            message = f"{self._done} of {self._count} tasks expanded; {left} could not be: {first.message}"
            return Outcome(status, message, tuple(self._added), usage)
        if not self._added:
            message = "Every task has a complete plan; nothing was changed"
            return Outcome(expansion.NOTHING_MISSING, message, usage=usage)
        return Outcome(
            expansion.APPLIED, f"{expansion.counted(self._done, 'task')} expanded", tuple(self._added), usage
        )
