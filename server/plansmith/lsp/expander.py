"""Expansions in an open document: find the task where it is now, write what it lacks, see that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from plansmith.expand import expansion
from plansmith.expand.draft import Draft
from plansmith.expand.engine import UnfinishedError
from plansmith.expand.errors import OF_ONE_TASK, OF_US, ModelError
from plansmith.expand.expansion import Outcome
from plansmith.expand.keep import COMPLETE, PARTIAL, KeptPlan, Status
from plansmith.expand.model import Usage
from plansmith.expand.place import Placement, place, replace
from plansmith.expand.restore import restore
from plansmith.expand.resume import KeptText
from plansmith.expand.write import plan_text
from plansmith.expand.writers import Drafts, KeptWriter, ModelWriter, Writer
from plansmith.plan.document import Document
from plansmith.plan.files import Files

from .delivery import TRIES, Delivery, find_anchored
from .kept_plans import kept_uri, kept_words
from .partial import PartialPlan
from .progress import Progress
from .questions import ask_user
from .session import OpenDocument, TaskAnchor

if TYPE_CHECKING:
    from .server import PlansmithServer

Make = Callable[[Document, int, Sequence[Draft]], Placement]

USE_OFFLINE: Final = "Use the offline planner"
TRY_AGAIN: Final = "Try again"


class Expander:
    """One run: writes into one open document, by one writer."""

    def __init__(
        self, server: PlansmithServer, opened: OpenDocument, progress: Progress, *, offline: bool = False
    ) -> None:
        """`progress` is told what is being written; with `offline` the embedded planner writes."""
        self.server = server
        self.opened = opened
        self.progress = progress
        self._offline = offline
        self._writer: Writer | None = None
        self._spent = Usage()
        self._making = asyncio.Lock()
        self._asking = asyncio.Lock()
        self.stopped: ModelError | None = None
        """Why the run asks the model no more."""
        self._kept = ""  # how it is said that what came last is kept

    async def expand_alone(self, anchor: TaskAnchor) -> Outcome:
        """Write all that the task lacks; a whole plan of it that is kept is not paid for again."""
        index, provider = self.locate(anchor), self.server.provider
        kept = None
        if index is not None and not self._offline and not provider.is_offline:
            document = self.opened.document
            plan = provider.plans.of_task(kept_uri(self.opened.uri), document.graph.keys[index])
            keys = expansion.wanted_keys(document.tasks[index], document.format)
            if plan is not None and plan.status == COMPLETE and set(keys) <= set(plan.wanted):
                kept = plan
                self.progress.report(f"{anchor.label}: using the plan that was kept")
        return await self.expand(anchor, kept)

    async def expand(self, anchor: TaskAnchor, kept: KeptPlan | None = None) -> Outcome:
        """Write all that the task lacks; with `kept`, go on with what was begun."""
        index = self.locate(anchor)
        if index is None:
            return self._gone(anchor)
        document = self.opened.document
        keys = expansion.wanted_keys(document.tasks[index], document.format)
        if kept is not None:
            keys = kept.keys_among(keys)
        if not keys:
            return self._complete(document.tasks[index].label)
        return await self._insert(anchor, keys, kept=kept)

    async def write(self, anchor: TaskAnchor, key: str) -> Outcome:
        """Write one section that the task lacks."""
        index = self.locate(anchor)
        if index is None:
            return self._gone(anchor)
        document = self.opened.document
        problem = expansion.section_problem(document.tasks[index], document.format, key)
        if problem:
            there = document.tasks[index].find(key) is not None
            return Outcome(expansion.NOTHING_MISSING if there else expansion.CONFLICT, problem)
        return await self._insert(anchor, [key])

    async def regenerate(self, anchor: TaskAnchor, key: str) -> Outcome:
        """Replace one section of the task."""

        def make(document: Document, index: int, drafts: Sequence[Draft]) -> Placement:
            return replace(document, index, key, drafts[0])

        index = self.locate(anchor)
        if index is None:
            return self._gone(anchor)
        task = self.opened.document.tasks[index]
        if task.find(key) is None:
            return Outcome(expansion.CONFLICT, f"{task.label} has no section “{key}” to replace")
        return await self._insert(anchor, [key], make)

    async def insert_kept(self, anchor: TaskAnchor, plan: KeptPlan) -> Outcome:
        """Insert a plan that was kept; nobody is asked."""
        self._writer = KeptWriter(self._see_files)
        return await self.expand(anchor, plan)

    async def restore_kept(self, plan: KeptPlan) -> Outcome:
        """Insert a plan that was kept and whose task is gone, with the task's heading."""
        opened = self.opened
        delivery = Delivery(self.server, opened)
        checker, text, files = opened.analysis.checker, KeptText(plan.text), self._see_files()
        async with opened.one_edit:
            for _ in range(TRIES):
                await delivery.wait_for_a_pause()
                try:
                    placement = restore(opened.document, plan.task, plan.heading, plan.wanted, text, checker, files)
                except UnfinishedError as problem:
                    return Outcome(expansion.FAILED, f"{plan.called}: {problem}")
                if placement.conflict:
                    return Outcome(expansion.CONFLICT, placement.conflict)
                if await delivery.deliver(placement.edits, f"Insert {plan.called}") is not None:
                    self.server.provider.plans.remove(plan.name)
                    return Outcome(expansion.APPLIED, f"{plan.called}: inserted with its task", placement.added)
        return Outcome(expansion.FAILED, f"The editor did not take the kept plan in {TRIES} tries; try again")

    async def continue_kept(self, anchor: TaskAnchor, plan: KeptPlan) -> Outcome:
        """Have the model write what a plan that was kept lacks."""
        if self.server.provider.is_offline:
            message = "Continuing a plan asks a model, and none is configured; set a key, or expand the task anew"
            return Outcome(expansion.FAILED, message)
        return await self.expand(anchor, plan)

    def cancelled(self) -> Outcome:
        """How the run ended when it was cancelled."""
        kept = f"; {self._kept}" if self._kept else ""
        return Outcome(expansion.CANCELLED, f"Cancelled; nothing more was changed{kept}", usage=self.usage())

    def usage(self) -> dict[str, int] | None:
        """What the run has cost; None where no model was asked."""
        total = self._spent.copy()
        if self._writer is not None and self._writer.usage is not None:
            total.add(self._writer.usage)
        is_model = isinstance(self._writer, ModelWriter)
        return total.as_dict() if is_model or total.requests else None

    async def writer(self) -> Writer:
        """Who writes in this run; what all its requests share is gathered once."""
        async with self._making:
            if self._writer is None:
                self._writer = await self.server.provider.writer(self.opened, offline=self._offline)
            return self._writer

    def locate(self, anchor: TaskAnchor) -> int | None:
        """The task's index in the text as it stands now."""
        return find_anchored(self.opened.document, anchor.line, anchor.key)

    async def _insert(
        self, anchor: TaskAnchor, keys: Sequence[str], make: Make = place, kept: KeptPlan | None = None
    ) -> Outcome:
        opened, index = self.opened, self.locate(anchor)
        if index is None:
            return self._gone(anchor)
        if any(self.locate(other) == index for other in opened.being_written):
            return Outcome(expansion.CONFLICT, f"{anchor.label} is being expanded already; wait for that, or cancel it")
        # Nobody is asked for what has no place anyway.
        conflict = place(opened.document, index, ()).conflict
        if conflict:
            return Outcome(expansion.CONFLICT, conflict)
        opened.being_written.append(anchor)
        try:
            written = await self._have_written(anchor, keys, kept)
            if isinstance(written, Outcome):
                return written
            drafts_for, writer = written
            paid = isinstance(writer, ModelWriter)
            try:
                async with opened.one_edit:
                    outcome = await self._arrive(anchor, keys, drafts_for, make)
            except BaseException:
                if paid:
                    self._keep_drafts(anchor, keys, drafts_for, "It was not inserted: the run was cancelled")
                raise
        finally:
            opened.being_written.remove(anchor)
        if outcome.status == expansion.APPLIED:
            self._note(anchor, writer)
        elif paid and outcome.status != expansion.NOTHING_MISSING:
            words = self._keep_drafts(anchor, keys, drafts_for, outcome.message)
            outcome = replaced(outcome, message=f"{outcome.message}; {words}")
        is_used = paid or (isinstance(writer, KeptWriter) and outcome.status == expansion.APPLIED)
        if kept is not None and is_used:
            # It stands in the document, or in the plan that is kept now.
            self.server.provider.plans.remove(kept.name)
        return outcome

    async def _have_written(
        self, anchor: TaskAnchor, keys: Sequence[str], kept: KeptPlan | None
    ) -> tuple[Drafts, Writer] | Outcome:
        """The drafts and who wrote them, or how it ended without any; what had come is kept."""
        while True:
            writer: Writer | None = None
            partial = PartialPlan(self.server, self.opened.uri, anchor.label)
            try:
                if self.stopped is not None:
                    raise self.stopped
                writer = await self.writer()
                index = self.locate(anchor)
                if index is None:
                    return self._gone(anchor)
                text = KeptText.of(kept)
                document, checker = self.opened.document, self.opened.analysis.checker
                if not isinstance(writer, ModelWriter):
                    return await writer.write(document, index, keys, checker, self._reporter(anchor), text), writer
                async with self.server.provider.places:
                    index = self.locate(anchor)
                    if index is None:
                        return self._gone(anchor)
                    drafts = await writer.write(
                        self.opened.document, index, keys, checker, self._reporter(anchor), text, partial.growing
                    )
                self.server.provider.trouble = None
                return drafts, writer
            except UnfinishedError as problem:
                message = f"{anchor.label}: {problem}"
                if isinstance(writer, ModelWriter) and problem.text.strip():
                    message += f"; {self._keep(anchor, keys, problem.text, str(problem), problem.status, kept)}"
                return Outcome(expansion.FAILED, message, usage=self.usage())
            except ModelError as problem:
                if await self._goes_on(problem, writer):
                    continue
                message = f"{anchor.label}: {problem}"
                if problem.kind not in OF_US and "offline planner" not in message:
                    message += " (or use the offline planner)"
                return Outcome(expansion.FAILED, message, usage=self.usage())
            except asyncio.CancelledError:
                come = partial.growing.more_than(kept)
                if come:
                    self._keep(anchor, keys, come, "It was cancelled before its end", PARTIAL, kept)
                raise
            finally:
                partial.end()

    async def _goes_on(self, problem: ModelError, writer: Writer | None) -> bool:
        """Whether the user wants it tried otherwise; asked once for all tasks of the run that meet the same trouble."""
        if problem.kind in OF_US:
            if problem.kind not in OF_ONE_TASK:
                self.stopped = problem
            return False
        self.server.provider.trouble = problem
        async with self._asking:
            if self.stopped is not None:
                return False
            if self._writer is not writer:
                return True
            choice = None
            if self.server.session.client.asks_aside:
                self.progress.report("Waiting for your answer")
                choice = await ask_user(self.server, str(problem), (USE_OFFLINE, TRY_AGAIN), types.MessageType.Error)
            if choice is None:
                self.stopped = problem
                return False
            if self._writer is not None and self._writer.usage is not None:
                self._spent.add(self._writer.usage)
            self._writer = None
            if choice == USE_OFFLINE:
                self._offline = True
            else:
                # The cure may stand in the user's settings.
                self.server.provider.reload()
            return True

    async def _arrive(self, anchor: TaskAnchor, keys: Sequence[str], drafts_for: Drafts, make: Make) -> Outcome:
        """Insert drafts in one edit, at their place in the text as it stands then."""
        opened = self.opened
        delivery = Delivery(self.server, opened)
        for _ in range(TRIES):
            await delivery.wait_for_a_pause()
            index = self.locate(anchor)
            if index is None:
                return self._gone(anchor)
            document = opened.document
            label = document.tasks[index].label
            drafts = drafts_for(document, index)
            placement = make(document, index, drafts)
            if placement.conflict:
                return Outcome(expansion.CONFLICT, placement.conflict, usage=self.usage())
            if not placement.edits:
                return self._complete(label)
            self.progress.report(f"Writing {label}")
            guarded = opened.checks_versions
            arrival = await delivery.deliver(placement.edits, f"Expand {label}")
            if arrival is None:
                continue
            if make is place:
                message = f"The plan of {label} landed elsewhere as you typed; undo and try again"
                is_right = await delivery.settle(anchor, drafts, arrival)
            else:
                message = f"You typed while a section of {label} was replaced: if it took your text, undo and try again"
                is_right = guarded or arrival.is_exact(opened.document)
            if not is_right:
                return Outcome(expansion.FAILED, message, usage=self.usage())
            words = f"{label}: {expansion.counted(len(placement.added), 'section')} written"
            return Outcome(expansion.APPLIED, words, tuple(placement.added), self.usage())
        message = f"The editor did not take the plan of {anchor.label} in {TRIES} tries; try again"
        return Outcome(expansion.FAILED, message, usage=self.usage())

    def _see_files(self) -> Files | None:
        return self.server.provider.judged_files(self.opened)

    def _reporter(self, anchor: TaskAnchor) -> Callable[[str], None]:
        return lambda message: self.progress.report(f"{anchor.label}: {message}")

    def _note(self, anchor: TaskAnchor, writer: Writer) -> None:
        """Let the tasks that come later in this run know of the plan that stands now."""
        index = self.locate(anchor)
        if isinstance(writer, ModelWriter) and index is not None:
            writer.finished(self.opened.document, index)

    def _keep(
        self,
        anchor: TaskAnchor,
        keys: Sequence[str],
        text: str,
        reason: str,
        status: Status,
        before: KeptPlan | None = None,
    ) -> str:
        """Keep a text that was paid for; one that it goes on with, `before`, is a part of it. Says how it is used."""
        plans, document, index = self.server.provider.plans, self.opened.document, self.locate(anchor)
        key = document.graph.keys[index] if index is not None else anchor.key
        heading = document.tasks[index].heading.text if index is not None else anchor.heading
        plan = plans.keep(
            kept_uri(self.opened.uri), key, text, reason=reason, status=status, wanted=tuple(keys), heading=heading
        )
        if before is not None:
            plans.remove(before.name)
        self._kept = kept_words(plans, plan)
        return self._kept

    def _keep_drafts(self, anchor: TaskAnchor, keys: Sequence[str], drafts_for: Drafts, reason: str) -> str:
        """Keep a plan that passes the rules and has no place; says how it is used."""
        document = self.opened.document
        text = plan_text(drafts_for(document, 0), document.format)
        return self._keep(anchor, keys, text, reason, COMPLETE)

    def _complete(self, label: str) -> Outcome:
        message = f"The plan of {label} is complete; nothing was changed"
        return Outcome(expansion.NOTHING_MISSING, message, usage=self.usage())

    def _gone(self, anchor: TaskAnchor) -> Outcome:
        message = f"{anchor.label} is no longer in the document; nothing was changed"
        return Outcome(expansion.CONFLICT, message, usage=self.usage())
