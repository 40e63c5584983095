"""A model writes: ask, normalise, verify, ask again for what is broken; a plan that can't be made valid is no plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import STEP
from plansmith.rules.runner import Checker
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.user import UserSettings

from .context import SharedContext, TaskContext, gather_task
from .draft import Draft
from .errors import ModelError
from .finished import FinishedPlan
from .model import Model, Request, Text, Usage
from .normalise import normalise
from .prompts import Prompts
from .request import estimate_tokens, repair_request, section_request, task_request
from .retry import Again, ask
from .verify import Verdict, has_text, merge, verify
from .watch import SectionWatch

REPAIRS: Final = 2  # times that broken sections are asked for again (design 5)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote for a task: drafts that pass the rules, and what they cost."""

    drafts: tuple[Draft, ...]
    usage: Usage
    text: str  # the answer as it came, kept where the drafts can't be inserted


class UnfinishedError(Exception):
    """There is no valid plan; the message says why, and `text` is what is to be kept."""

    def __init__(self, message: str, text: str, usage: Usage, *, complete: bool) -> None:
        """`complete` says whether the text is a whole answer that the rules refuse, or a part of one."""
        super().__init__(message)
        self.text = text
        self.usage = usage
        self.complete = complete


class Engine:
    """One run of expansions through one model; what all its requests share was gathered when it began."""

    def __init__(
        self,
        model: Model,
        settings: UserSettings,
        prompts: Prompts,
        shared: SharedContext,
        files: WorkspaceFiles | None,
        root: Path | None,
        *,
        trusted: bool,
        place: str = "",
    ) -> None:
        """`place` is the document's own path from the root."""
        self._model = model
        self._settings = settings
        self._prompts = prompts
        self._shared = shared
        self._files = files
        self._root = root
        self._trusted = trusted
        self._place = place
        self.usage = Usage()

    async def write(
        self,
        document: Document,
        index: int,
        keys: Sequence[str],
        checker: Checker,
        report: Report,
        finished: Sequence[FinishedPlan] = (),
    ) -> Written:
        """Have the wanted sections of a task written; raises `UnfinishedError`, or `ModelError` where nothing came.

        `document` is a snapshot that nobody edits meanwhile. `report` is told in words what is being written.
        """
        context = await asyncio.to_thread(
            gather_task, document, index, self._files, self._root,
            trusted=self._trusted, place=self._place, finished=finished,
        )  # fmt: skip
        request = self._first(context, keys)
        answer = await self._ask(request, document, report)
        task = document.tasks[index]
        has_steps = any(section.spec.kind == STEP for section in task.outline)
        drafts = normalise(answer, task, document.format, checker, renumber=not has_steps)
        drafts = _wanted(drafts, keys)
        text = answer
        verdict = verify(document, index, drafts, keys, checker)
        for _ in range(REPAIRS):
            if not verdict.problems:
                break
            problems = [(problem.key, problem.message) for problem in verdict.problems]
            report(f"mending {', '.join(verdict.keys)}")
            request = repair_request(
                self._prompts, self._shared, context, drafts, problems, max_output=self._settings.max_output
            )
            answer = await self._ask(request, document, report, so_far=text)
            text = f"{text}\n\n{answer}"
            newer = normalise(answer, task, document.format, checker, renumber=False)
            drafts = _wanted(merge(drafts, _parts(newer, verdict.keys)), keys)
            verdict = verify(document, index, drafts, keys, checker)
        if not verdict.is_valid:
            raise UnfinishedError(_why(verdict), text, self.usage.copy(), complete=True)
        return Written(tuple(drafts), self.usage.copy(), text)

    def _first(self, context: TaskContext, keys: Sequence[str]) -> Request:
        limit = self._settings.max_output
        if len(keys) == 1:
            return section_request(self._prompts, self._shared, context, keys[0], max_output=limit)
        return task_request(self._prompts, self._shared, context, keys, max_output=limit)

    async def _ask(self, request: Request, document: Document, report: Report, so_far: str = "") -> str:
        """One answer, within the caps; its cost is counted however it ends."""
        settings = self._settings
        tokens = estimate_tokens(request)
        if tokens > settings.max_request_tokens:
            message = f"This request has about {tokens:,} tokens, more than max-request-tokens allows"
            raise ModelError("budget", f"{message} ({settings.max_request_tokens:,}); raise it, or shorten the task")
        spent = self.usage.input + self.usage.output
        if spent + tokens > settings.max_run_tokens:
            message = f"This run has used {spent:,} tokens; the next request would pass max-run-tokens"
            raise ModelError("budget", f"{message} ({settings.max_run_tokens:,}); go on in a new run, or raise it")
        watch = SectionWatch(document.format)
        written = 0
        report(f"asking {self._model.name}, about {tokens:,} tokens")

        def on_event(event: Text | Usage | Again) -> None:
            nonlocal watch, written
            if isinstance(event, Text):
                written += len(event.text)
                if watch.feed(event.text):
                    report(f"{watch.section} ({written // 4:,} tokens)")
            elif isinstance(event, Again):
                watch, written = SectionWatch(document.format), 0
                report(f"{event.reason}; attempt {event.attempt} of {event.attempts} in {event.wait:.0f} s")

        try:
            answer = await ask(self._model, request, on_event=on_event, retries=settings.retries)
        except ModelError as error:
            self.usage.add(error.usage)
            partial = "\n\n".join(part for part in (so_far, error.partial) if part.strip())
            if partial:
                raise UnfinishedError(str(error), partial, self.usage.copy(), complete=False) from error
            raise
        self.usage.add(answer.usage)
        if answer.cut:
            message = "The answer reached max-output before its end; continue the unfinished plan, or raise it"
            raise UnfinishedError(message, f"{so_far}\n\n{answer.text}".strip(), self.usage.copy(), complete=False)
        return answer.text


def _wanted(drafts: Iterable[Draft], keys: Sequence[str]) -> list[Draft]:
    """The drafts of the sections that were asked for, whole ones, wherever they stand in the answer."""
    found = {part.key: part for draft in drafts for part in draft.walk()}
    return [found[key] for key in keys if key in found and has_text(found[key])]


def _parts(drafts: Iterable[Draft], keys: Iterable[str]) -> list[Draft]:
    """Of a repaired answer, the sections that were asked for again."""
    wanted = set(keys)
    found = {part.key: part for draft in drafts for part in draft.walk()}
    return [part for key, part in found.items() if key in wanted and has_text(part)]


def _why(verdict: Verdict) -> str:
    if verdict.conflict:
        return verdict.conflict
    first = verdict.problems[0]
    more = f", and {len(verdict.problems) - 1} more" if len(verdict.problems) > 1 else ""
    return f"The model's plan does not pass the rules: {first.key}: {first.message}{more}; it is kept, not inserted"
