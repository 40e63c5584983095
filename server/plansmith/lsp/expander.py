"""One expansion in an open document: find the task where it is now, write what it lacks, see that it arrived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from plansmith.expand import expansion
from plansmith.expand.draft import Draft
from plansmith.expand.engine import UnfinishedError
from plansmith.expand.errors import ModelError
from plansmith.expand.expansion import Outcome
from plansmith.expand.offline import guidelines_offline
from plansmith.expand.place import Placement, guidelines, place, replace
from plansmith.expand.write import render
from plansmith.expand.writers import ModelWriter, Writer
from plansmith.plan.document import Document
from plansmith.plan.graph import TaskKey
from plansmith.plan.text import Edit, apply_edits, moved
from plansmith.rules.fixing import difference

from .arrival import Arrival
from .edits import above_the_end
from .progress import Progress
from .session import OpenDocument, TaskAnchor

if TYPE_CHECKING:
    from .server import PlansmithServer

_TRIES = 5  # a client may refuse or drop an edit because the author typed meanwhile
_ARRIVAL = 2.0  # seconds for an applied edit to show in a didChange
_REST = 0.5  # seconds without a change; Neovim tells of typing after 0.15
_PAUSE = 0.3  # seconds after a refused edit, for the change that made it stale to arrive


class Expander:
    """Writes into one open document."""

    def __init__(self, server: PlansmithServer, opened: OpenDocument, progress: Progress) -> None:
        """`progress` is told what is being written."""
        self._server = server
        self._opened = opened
        self._progress = progress
        self._writer: Writer | None = None

    async def expand(self, anchor: TaskAnchor) -> Outcome:
        """Write all that the task lacks."""
        index = self._locate(anchor)
        if index is None:
            return self._gone(anchor)
        document = self._opened.document
        keys = expansion.wanted_keys(document.tasks[index], document.format)
        if not keys:
            label = document.tasks[index].label
            return Outcome(expansion.NOTHING_MISSING, f"The plan of {label} is complete; nothing was changed")
        return await self._insert(anchor, keys)

    async def write(self, anchor: TaskAnchor, key: str) -> Outcome:
        """Write one section that the task lacks."""
        index = self._locate(anchor)
        if index is None:
            return self._gone(anchor)
        document = self._opened.document
        problem = expansion.section_problem(document.tasks[index], document.format, key)
        if problem:
            there = document.tasks[index].find(key) is not None
            return Outcome(expansion.NOTHING_MISSING if there else expansion.CONFLICT, problem)
        return await self._insert(anchor, [key])

    async def regenerate(self, anchor: TaskAnchor, key: str) -> Outcome:
        """Replace one section of the task."""

        def make(document: Document, index: int, drafts: Sequence[Draft]) -> Placement:
            return replace(document, index, key, drafts[0])

        index = self._locate(anchor)
        if index is None:
            return self._gone(anchor)
        task = self._opened.document.tasks[index]
        if task.find(key) is None:
            return Outcome(expansion.CONFLICT, f"{task.label} has no section “{key}” to replace")
        return await self._insert(anchor, [key], make)

    async def expand_all(self) -> Outcome:
        """Expand every task without a complete plan, each in an edit of its own."""
        opened = self._opened
        indexes = expansion.incomplete_tasks(opened.document)
        anchors = [opened.anchor(index) for index in indexes]
        added: list[str] = []
        done = 0
        trouble: list[Outcome] = []
        try:
            for number, anchor in enumerate(anchors):
                index = self._locate(anchor)
                label = opened.document.tasks[index].label if index is not None else anchor.label
                percentage = 100 * number // len(anchors)
                self._progress.report(f"{label} ({number + 1} of {len(anchors)})", percentage)
                outcome = await self.expand(anchor)
                added += [f"{label}: {key}" for key in outcome.added]
                done += outcome.status == expansion.APPLIED
                if outcome.status in (expansion.CONFLICT, expansion.FAILED):
                    trouble.append(outcome)
        finally:
            for anchor in anchors:
                opened.release(anchor)
        if await self._add_guidelines():
            added.append("guidelines")
        if trouble:
            rest = f"; {len(trouble)} could not be: {trouble[0].message}"
            status = expansion.APPLIED if done else trouble[0].status
            return Outcome(status, f"{done} of {len(anchors)} tasks expanded{rest}", tuple(added))
        if not added:
            return Outcome(expansion.NOTHING_MISSING, "Every task has a complete plan; nothing was changed")
        return Outcome(expansion.APPLIED, f"{done} tasks expanded", tuple(added))

    async def _insert(
        self,
        anchor: TaskAnchor,
        keys: Sequence[str],
        make: Callable[[Document, int, Sequence[Draft]], Placement] = place,
    ) -> Outcome:
        opened = self._opened
        index = self._locate(anchor)
        if index is None:
            return self._gone(anchor)
        try:
            writer = await self._writer_of_run()
            write = writer.write(opened.document, index, keys, opened.analysis.checker, self._reporter(anchor))
            drafts_for = await write
        except UnfinishedError as problem:
            self._keep(anchor, keys, problem)
            return Outcome(expansion.FAILED, f"{anchor.label}: {problem}", usage=problem.usage.as_dict())
        except ModelError as problem:
            message = f"{anchor.label}: {problem} (or set the provider to offline)"
            return Outcome(expansion.FAILED, message, usage=problem.usage.as_dict())
        usage = writer.usage.as_dict() if writer.usage else None
        drafts: Sequence[Draft] = ()
        for _ in range(_TRIES):
            index = self._locate(anchor)
            if index is None:
                break
            document = opened.document
            label = document.tasks[index].label
            drafts = drafts_for(document, index)
            placement = make(document, index, drafts)
            if placement.conflict:
                self._keep_drafts(anchor, keys, drafts, usage, placement.conflict)
                return Outcome(expansion.CONFLICT, placement.conflict, usage=usage)
            if not placement.edits:
                return Outcome(expansion.NOTHING_MISSING, f"The plan of {label} is complete; nothing was changed")
            self._progress.report(f"Writing {label}")
            arrival = await self._deliver(placement.edits, f"Expand {label}")
            if arrival is None:
                continue
            if make is place and not await self._settle(anchor, drafts, arrival):
                return Outcome(
                    expansion.FAILED, f"The plan of {label} landed elsewhere as you typed; undo and try again"
                )
            count = len(placement.added)
            sections = "section" if count == 1 else "sections"
            self._note(writer, anchor)
            return Outcome(expansion.APPLIED, f"{label}: {count} {sections} written", tuple(placement.added), usage)
        if self._locate(anchor) is None:
            gone = self._gone(anchor)
            self._keep_drafts(anchor, keys, drafts or drafts_for(opened.document, 0), usage, gone.message)
            return Outcome(gone.status, gone.message, usage=usage)
        message = f"The editor did not take the plan of {anchor.label} in {_TRIES} tries; try again"
        self._keep_drafts(anchor, keys, drafts, usage, message)
        return Outcome(expansion.FAILED, message, usage=usage)

    async def _writer_of_run(self) -> Writer:
        """Who writes in this run; what all its requests share is gathered once."""
        if self._writer is None:
            self._writer = await self._server.writer(self._opened)
        return self._writer

    def _reporter(self, anchor: TaskAnchor) -> Callable[[str], None]:
        return lambda message: self._progress.report(f"{anchor.label}: {message}")

    def _note(self, writer: Writer, anchor: TaskAnchor) -> None:
        """Let the tasks that come later in this run know of the plan that stands now."""
        index = self._locate(anchor)
        if isinstance(writer, ModelWriter) and index is not None:
            writer.finished(self._opened.document, index)

    def _keep(self, anchor: TaskAnchor, keys: Sequence[str], problem: UnfinishedError) -> None:
        status: Literal["complete", "partial"] = "complete" if problem.complete else "partial"
        self._server.plans.keep(
            self._opened.uri, anchor.key, problem.text, reason=str(problem), status=status, wanted=tuple(keys)
        )

    def _keep_drafts(
        self, anchor: TaskAnchor, keys: Sequence[str], drafts: Sequence[Draft], usage: object, reason: str
    ) -> None:
        """Keep a plan that was paid for and has no place; what the embedded planner wrote it writes again."""
        if usage is None or not drafts:
            return
        fmt = self._opened.document.format
        text = "\n\n".join("\n".join(render(draft, fmt, 2)) for draft in drafts)
        self._server.plans.keep(
            self._opened.uri, anchor.key, text, reason=reason, status="complete", wanted=tuple(keys)
        )

    async def _deliver(self, edits: Sequence[Edit], label: str) -> Arrival | None:
        """Have edits applied, and wait until the text shows them; None if it does not."""
        opened = self._opened
        version = opened.version
        edits = above_the_end(opened.document, edits)
        arrival = Arrival(opened.document, edits)
        if not await self._server.apply(opened, edits, label):
            # The change that made the edit stale is on its way, or here already.
            await opened.shows(lambda: opened.version != version, _PAUSE)
            return None
        return arrival if await opened.shows(lambda: arrival.is_in(opened.document), _ARRIVAL) else None

    async def _settle(self, anchor: TaskAnchor, drafts: Sequence[Draft], arrival: Arrival) -> bool:
        """Put right what was inserted at a place that had moved; False if that did not come about.

        What puts it right removes text, and a client without versions would remove it at a place that has moved
        again: it is asked only once the author rests.
        """
        opened = self._opened
        for _ in range(_TRIES):
            if arrival.is_exact(opened.document):
                return True
            after = self._as_it_should_be(anchor, drafts, arrival)
            if after is None or after == opened.document.text:
                return True
            if not opened.checks_versions:
                if not await opened.rests(_REST, _ARRIVAL):
                    return False
                after = self._as_it_should_be(anchor, drafts, arrival)
                if after is None:
                    return False
            edits = difference(opened.document.text, after)
            following = await self._deliver(edits, f"Put the plan of {anchor.label} in its place")
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
        index = _task_from(author, line, anchor.key)
        if index is None:
            return None
        placement = place(author, index, drafts)
        return None if placement.conflict else apply_edits(author.text, placement.edits)

    async def _add_guidelines(self) -> bool:
        opened = self._opened
        if not opened.document.tasks or not self._server.session.configuration(opened.uri).add_guidelines:
            return False
        surroundings = await self._server.surroundings(opened.uri)
        body = guidelines_offline(surroundings.stack, opened.document.format)
        edit = guidelines(opened.document, body)
        return edit is not None and await self._deliver([edit], "Add Implementation Guidelines") is not None

    def _locate(self, anchor: TaskAnchor) -> int | None:
        return _task_from(self._opened.document, anchor.line, anchor.key)

    def _gone(self, anchor: TaskAnchor) -> Outcome:
        return Outcome(expansion.CONFLICT, f"{anchor.label} is no longer in the document; nothing was changed")


def _task_from(document: Document, line: int | None, key: TaskKey) -> int | None:
    """The task that starts at a line, else the one of an identity."""
    if line is not None and line < len(document.lines):
        index = document.task_at(line)
        if index is not None and document.start_of(index) == line:
            return index
    return document.graph.find(key)
