"""Who writes: the embedded planner or a model; the shells ask both the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from plansmith.plan.document import Document
from plansmith.plan.format import Format
from plansmith.plan.text import Edit, Span, apply_edits
from plansmith.plan.tree import Task
from plansmith.rules.runner import Checker
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack
from plansmith.workspace.user import UserSettings, choose_provider

from .claude import claude_for
from .context import Limits, gather_shared
from .draft import Draft
from .engine import Engine, SeeFiles, kept_drafts
from .finished import FinishedPlan, finished_plan
from .model import Model, Request, Usage
from .offline import plan_offline
from .overview import Overview
from .prompts import load_prompts
from .resume import Growing, KeptText

# Drafts for a task of the text as it stands: the embedded planner plans anew where the task has changed, a model's are
# what they are.
Drafts: TypeAlias = "Callable[[Document, int], Sequence[Draft]]"
Report: TypeAlias = "Callable[[str], None]"

_ROUNDS: Final = 3  # of planning, where the author goes on typing in the task


class OfflineWriter:
    """The embedded planner; it asks nobody."""

    usage: Usage | None = None

    def __init__(self, stack: Stack, files: WorkspaceFiles | None, place: str = "") -> None:
        """The stack and the files of the workspace; `place` is the document's own path from the root."""
        self._stack = stack
        self._files = files
        self._here = place.rpartition("/")[0]
        self._overview = Overview()
        self._planning = asyncio.Lock()  # the overview is read by one thread at a time

    async def write(
        self,
        document: Document,
        index: int,
        keys: Sequence[str],
        checker: Checker,
        report: Report,
        kept: KeptText | None = None,
        growing: Growing | None = None,
    ) -> Drafts:
        """Plan off the event loop, since a large task takes seconds; once more where its text changes meanwhile."""
        key = document.graph.keys[index]
        for _ in range(_ROUNDS):
            snapshot, planned = document.snapshot(), document.tasks[index]
            async with self._planning:
                drafts = await asyncio.to_thread(self._plan, snapshot, index, keys, self._overview)
            found = document.graph.find(key)
            if found is None or _stands(planned, snapshot, document, found):
                break
            index = found

        def drafts_for(now: Document, place: int) -> Sequence[Draft]:
            # What is left to plan here is what changed since, in the moment before the edit.
            return drafts if _stands(planned, snapshot, now, place) else self._plan(now, place, keys, Overview())

        return drafts_for

    def _plan(self, document: Document, index: int, keys: Sequence[str], overview: Overview) -> list[Draft]:
        return plan_offline(document, index, keys, self._stack, self._files, overview, self._here)


def _stands(task: Task, before: Document, now: Document, index: int) -> bool:
    """Whether a task is as it was, and all tasks are called as they were."""
    return now.tasks[index] is task and now.graph.names is before.graph.names


class KeptWriter:
    """A plan that was kept, and is whole; nobody is asked."""

    usage: Usage | None = None

    def __init__(self, see_files: SeeFiles = lambda: None) -> None:
        """`see_files` gives the files as the document's findings see them."""
        self._see_files = see_files

    async def write(
        self,
        document: Document,
        index: int,
        keys: Sequence[str],
        checker: Checker,
        report: Report,
        kept: KeptText | None = None,
        growing: Growing | None = None,
    ) -> Drafts:
        """The kept drafts; raises `UnfinishedError` where they don't pass the rules for the task as it stands."""
        snapshot = await asyncio.to_thread(Document, document.text, document.format)
        files = self._see_files()
        drafts = await asyncio.to_thread(kept_drafts, snapshot, index, keys, checker, kept or KeptText(""), files)
        return lambda _, __: drafts


class ModelWriter:
    """A model; each task of a run learns of the plans that were finished before it."""

    def __init__(self, engine: Engine, problems: tuple[str, ...] = ()) -> None:
        """One engine for a whole run; `problems` names the prompts that can't be used, a line each."""
        self._engine = engine
        self.problems = problems
        self._finished: list[FinishedPlan] = []

    @property
    def usage(self) -> Usage | None:
        """What the run has cost so far."""
        return self._engine.usage

    async def write(
        self,
        document: Document,
        index: int,
        keys: Sequence[str],
        checker: Checker,
        report: Report,
        kept: KeptText | None = None,
        growing: Growing | None = None,
    ) -> Drafts:
        """Have the model write, or go on with what is `kept`; raises `ModelError` and `UnfinishedError`."""
        snapshot = await asyncio.to_thread(_snapshot, document.text, document.format, index, keys)
        written = await self._engine.write(snapshot, index, keys, checker, report, tuple(self._finished), kept, growing)
        return lambda _, __: written.drafts

    async def request(self, document: Document, index: int, keys: Sequence[str]) -> Request:
        """The request that `write` would begin with."""
        snapshot = await asyncio.to_thread(_snapshot, document.text, document.format, index, keys)
        return await self._engine.request(snapshot, index, keys, tuple(self._finished))

    async def estimate(self, document: Document, wanted: Sequence[tuple[int, Sequence[str]]]) -> int:
        """About the tokens of expanding some tasks, each by its index and the wanted keys."""
        snapshot = await asyncio.to_thread(Document, document.text, document.format)
        return await self._engine.estimate(snapshot, wanted)

    @property
    def model(self) -> Model:
        """Who is asked."""
        return self._engine.model

    def finished(self, document: Document, index: int) -> None:
        """Note a plan that stands in the document now."""
        self._finished.append(finished_plan(document, index))


Writer: TypeAlias = "OfflineWriter | KeptWriter | ModelWriter"


async def writer_for(
    document: Document,
    settings: UserSettings,
    environment: Mapping[str, str],
    stack: Stack,
    files: WorkspaceFiles | None,
    root: Path | None,
    *,
    trusted: bool,
    place: str = "",
    model: Model | None = None,
    see_files: SeeFiles = lambda: None,
) -> Writer:
    """Who writes in a run over a document, by the user's settings; raises `ModelError` where there is no key.

    `model` is one that is open already; `place` is the document's own path from the root; `see_files` gives the files
    as the document's findings see them.
    """
    if choose_provider(settings, environment) == "offline":
        return OfflineWriter(stack, files, place)
    model = model or claude_for(settings, environment)
    sends = trusted and settings.send != "document"
    shared = await asyncio.to_thread(
        gather_shared, document, files, stack, root, trusted=sends, place=place, limits=_limits(settings)
    )
    user = Path(settings.prompts_folder).parent if settings.prompts_folder else None
    prompts = load_prompts(user, root / ".plansmith" if root else None, trusted=trusted)
    engine = Engine(model, settings, prompts, shared, files, root, trusted=sends, place=place, see_files=see_files)
    return ModelWriter(engine, prompts.problems)


def _limits(settings: UserSettings) -> Limits:
    """The budget shared out: a third for what all tasks share, the rest for the task."""
    shared = settings.context_budget // 3
    return Limits(shared=shared, task=settings.context_budget - shared)


def _snapshot(text: str, fmt: Format, index: int, keys: Sequence[str]) -> Document:
    """The text as it stands now, while the author goes on typing.

    The one section that is to be written anew is taken out, so that it is asked for as a missing one.
    """
    document = Document(text, fmt)
    task = document.tasks[index]
    section = task.find(keys[0]) if len(keys) == 1 else None
    if section is None or not section.has_content:
        return document
    start = document.start_of(index)
    last = start + section.end
    if last >= len(document.lines):
        end = Span(start + section.line, 0, len(document.lines) - 1, len(document.lines[-1]))
    else:
        end = Span(start + section.line, 0, last, 0)
    return Document(apply_edits(text, [Edit(end, "")]), fmt)
