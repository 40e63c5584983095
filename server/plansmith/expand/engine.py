"""A model writes: ask, normalise, verify, ask again for what is broken; a plan that can't be made valid is no plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.format import STEP, STEPS, Format
from plansmith.plan.text import visible
from plansmith.plan.tree import Task
from plansmith.rules.runner import Checker
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.user import UserSettings

from .context import SharedContext, TaskContext, gather_task
from .draft import Draft
from .errors import ModelError
from .file_lists import with_files_listed
from .finished import FinishedPlan
from .keep import PARTIAL, REFUSED, Status
from .model import Model, Request, Text, Usage
from .normalise import normalise
from .prompts import Prompts
from .request import estimate_tokens, repair_request, resume_request, section_request, task_request
from .resume import Growing, KeptText, joined, read_kept, renumbered
from .retry import Again, ask
from .verify import Verdict, has_text, merge, verify
from .watch import SectionWatch

REPAIRS: Final = 2  # times that broken sections are asked for again (design 5)
_PLAN_TOKENS: Final = 4_000
_SECTION_TOKENS: Final = 400

Report = Callable[[str], None]
SeeFiles = Callable[[], Files | None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote for a task: drafts that pass the rules, and what they cost."""

    drafts: tuple[Draft, ...]
    usage: Usage
    text: str  # the answer as it came, kept where the drafts can't be inserted


class UnfinishedError(Exception):
    """There is no valid plan; the message says why, and `text` is what is to be kept."""

    def __init__(self, message: str, text: str, usage: Usage, *, complete: bool, is_cut: bool = True) -> None:
        """`complete` says whether the text is a whole answer that the rules refuse, or a part of one.

        A part whose last answer never began, not `is_cut`, ends with a whole section.
        """
        super().__init__(visible(message))
        self.text = text
        self.usage = usage
        self.complete = complete
        self.status: Status = REFUSED if complete or not is_cut else PARTIAL


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
        see_files: SeeFiles = lambda: None,
    ) -> None:
        """`place` is the document's own path from the root; `see_files` gives the files as its findings see them."""
        self.model = model
        self._settings = settings
        self._prompts = prompts
        self._shared = shared
        self._files = files
        self._root = root
        self._trusted = trusted
        self._place = place
        self._see_files = see_files
        self._reserved = 0  # tokens that requests on their way may cost at most
        self._waiting: list[asyncio.Future[None]] = []  # requests that wait for the end of others
        self.usage = Usage()

    async def write(
        self,
        document: Document,
        index: int,
        keys: Sequence[str],
        checker: Checker,
        report: Report,
        finished: Sequence[FinishedPlan] = (),
        kept: KeptText | None = None,
        growing: Growing | None = None,
    ) -> Written:
        """Have the wanted sections of a task written; raises `UnfinishedError`, or `ModelError` where nothing came.

        `document` is a snapshot that nobody edits meanwhile. `report` is told in words what is being written, and
        `growing` holds the text while it comes. Of a plan that was begun, `kept`, only the rest is asked for, and
        nothing where it is whole.
        """
        growing = growing or Growing()
        report = _cleaned(report)
        task = document.tasks[index]
        has_steps = _has_steps(task)
        context: TaskContext | None = None
        drafts: list[Draft] = []
        problems: list[tuple[str, str]] = []
        text, verdict = "", Verdict()
        if kept is not None:
            text, files = kept.text, self._see_files()
            judged = files if self._trusted else None
            drafts, verdict, problems = await asyncio.to_thread(
                _begun, document, index, keys, checker, kept, files, judged
            )
        if not drafts:
            context = await self._context(document, index, finished)
            text = await self._ask(self._first(context, keys), document, report, growing)
            drafts, verdict = await asyncio.to_thread(
                self._read, text, document, index, keys, keys, [], checker, self._see_files(), renumber=not has_steps
            )
            problems = [*verdict.problems]
        is_resumed = kept is not None and context is None
        for _ in range(REPAIRS + is_resumed):
            if not problems:
                break
            context = context or await self._context(document, index, finished)
            asked = list(dict.fromkeys(key for key, _ in problems))
            ask_for = resume_request if is_resumed else repair_request
            report(f"{'going on with' if is_resumed else 'mending'} {', '.join(asked)}")
            request = ask_for(
                self._prompts, self._shared, context, drafts, problems, max_output=self._settings.max_output
            )
            answer = await self._ask(request, document, report, growing, so_far=text)
            text, is_resumed = joined(text, answer), False
            drafts, verdict = await asyncio.to_thread(
                self._read, answer, document, index, keys, asked, drafts, checker, self._see_files(),
                renumber=not has_steps and _steps_key(document.format) in asked,
            )  # fmt: skip
            problems = [*verdict.problems]
        if not verdict.is_valid:
            raise UnfinishedError(_why(verdict), text, self.usage.copy(), complete=True)
        return Written(tuple(drafts), self.usage.copy(), text)

    async def request(
        self, document: Document, index: int, keys: Sequence[str], finished: Sequence[FinishedPlan] = ()
    ) -> Request:
        """The first request for some sections of a task, just as `write` sends it."""
        return self._first(await self._context(document, index, finished), keys)

    async def estimate(self, document: Document, wanted: Sequence[tuple[int, Sequence[str]]]) -> int:
        """About the tokens, input and output, of expanding some tasks, each by its index and the wanted keys.

        What the finished plans of the run will add is not known yet, nor what is asked for again.
        """
        total = 0
        for index, keys in wanted:
            total += estimate_tokens(await self.request(document, index, keys)) + self._output_of(keys)
        return total

    def _output_of(self, keys: Sequence[str]) -> int:
        """About the tokens of an answer, measured from plans of the usual length."""
        tokens = _PLAN_TOKENS if _steps_key(self._shared.format) in keys else len(keys) * _SECTION_TOKENS
        return min(tokens, self._settings.max_output)

    async def _context(self, document: Document, index: int, finished: Sequence[FinishedPlan]) -> TaskContext:
        return await asyncio.to_thread(
            gather_task, document, index, self._files, self._root,
            trusted=self._trusted, place=self._place, finished=finished,
        )  # fmt: skip

    def _first(self, context: TaskContext, keys: Sequence[str]) -> Request:
        limit = self._settings.max_output
        if len(keys) == 1:
            return section_request(self._prompts, self._shared, context, keys[0], max_output=limit)
        return task_request(self._prompts, self._shared, context, keys, max_output=limit)

    def _read(
        self,
        answer: str,
        document: Document,
        index: int,
        keys: Sequence[str],
        asked: Sequence[str],
        drafts: Sequence[Draft],
        checker: Checker,
        files: Files | None,
        *,
        renumber: bool,
    ) -> tuple[list[Draft], Verdict]:
        """The drafts with what an answer brings of the sections that were asked for, and the verdict on all.

        What is wrong is told to the model: so nothing of the files is, where nothing but the document may be sent.
        """
        newer = normalise(answer, document.tasks[index], document.format, checker, renumber=renumber)
        if drafts:
            newer = merge(drafts, _parts(renumbered(newer, drafts), asked, drafts))
        found = with_files_listed(_wanted(newer, keys), document, index, files)
        return found, verify(document, index, found, keys, checker, files if self._trusted else None)

    async def _ask(
        self, request: Request, document: Document, report: Report, growing: Growing, so_far: str = ""
    ) -> str:
        """One answer, within the caps; its cost is counted however it ends, also where nobody waits for it any more."""
        tokens = estimate_tokens(request)
        most = tokens + request.max_output
        watch = SectionWatch(document.format)
        written = 0
        counted, before = Usage(), 0  # what the provider counted by now, and the output of attempts that failed
        reserved = 0
        report(f"asking {self.model.name}, about {tokens:,} tokens")
        growing.begin(so_far)

        def on_event(event: Text | Usage | Again) -> None:
            nonlocal watch, written, counted, before
            if isinstance(event, Text):
                written += len(event.text)
                growing.add(event.text)
                if watch.feed(event.text):
                    report(f"{watch.section} ({written // 4:,} tokens)")
            elif isinstance(event, Usage):
                counted = event.copy()
            else:
                counted.output = before = max(counted.output, before + written // 4)
                watch, written = SectionWatch(document.format), 0
                growing.begin(so_far)
                report(f"{event.reason}; attempt {event.attempt} of {event.attempts} in {event.wait:.0f} s")

        try:
            await self._room(most)
            self._reserved += (reserved := most)
            answer = await ask(self.model, request, on_event=on_event, retries=self._settings.retries)
        except ModelError as error:
            self.usage.add(error.usage)
            partial = joined(so_far, error.partial)
            if partial.strip():
                raise UnfinishedError(
                    str(error), partial, self.usage.copy(), complete=False, is_cut=bool(error.partial.strip())
                ) from error
            raise
        except asyncio.CancelledError:
            # The count of the output comes with an answer's end: till then it is estimated.
            counted.output = max(counted.output, before + written // 4)
            self.usage.add(counted)
            raise
        finally:
            self._reserved -= reserved
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_result(None)
            self._waiting.clear()
        self.usage.add(answer.usage)
        if answer.cut:
            message = "The answer reached max-output before its end; continue the unfinished plan, or raise it"
            raise UnfinishedError(message, joined(so_far, answer.text), self.usage.copy(), complete=False)
        return answer.text

    async def _room(self, most: int) -> None:
        """Wait until a request of so many tokens fits into the run; `ModelError` where it never will.

        What requests on their way may cost at most is more than they will: their end is waited for.
        """
        settings = self._settings
        if most > settings.max_request_tokens:
            message = f"This request may cost {most:,} tokens, more than max-request-tokens allows"
            cure = "raise it, set max-output lower, or shorten the task"
            raise ModelError("request-budget", f"{message} ({settings.max_request_tokens:,}); {cure}")
        while self.usage.total + self._reserved + most > settings.max_run_tokens:
            if self.usage.total + most > settings.max_run_tokens:
                message = f"This run has used {self.usage.total:,} tokens; the next request could pass max-run-tokens"
                raise ModelError(
                    "run-budget", f"{message} ({settings.max_run_tokens:,}); go on in a new run, or raise it"
                )
            freed = asyncio.get_running_loop().create_future()
            self._waiting.append(freed)
            await freed


def _cleaned(report: Report) -> Report:
    """A report of what is being written; titles are the model's own words."""
    return lambda message: report(visible(message))


def _begun(
    document: Document,
    index: int,
    keys: Sequence[str],
    checker: Checker,
    kept: KeptText,
    files: Files | None,
    judged: Files | None,
) -> tuple[list[Draft], Verdict, list[tuple[str, str]]]:
    """Of a plan that was begun: the whole sections that are wanted, the verdict on them, and what to ask for.

    `files` are for its lists, `judged` for the rules about files.
    """
    task = document.tasks[index]
    begun = read_kept(kept, task, document.format, checker, renumber=not _has_steps(task))
    drafts = with_files_listed(_wanted(begun.drafts, keys), document, index, files)
    verdict = verify(document, index, drafts, keys, checker, judged)
    problems: list[tuple[str, str]] = [*verdict.problems]
    if begun.next_step and _steps_of(begun.next_step) in {part.key for draft in drafts for part in draft.walk()}:
        problems.append((begun.next_step, "The text broke off here"))
    return drafts, verdict, problems


def _has_steps(task: Task) -> bool:
    return any(section.spec.kind == STEP for section in task.outline)


def kept_drafts(
    document: Document,
    index: int,
    keys: Sequence[str],
    checker: Checker,
    kept: KeptText,
    files: Files | None = None,
) -> tuple[Draft, ...]:
    """The drafts of a kept plan that is whole, for a task as it stands now; `UnfinishedError` says why it is not."""
    drafts, verdict, problems = _begun(document, index, keys, checker, kept, files, files)
    if verdict.conflict:
        raise UnfinishedError(verdict.conflict, kept.text, Usage(), complete=not kept.is_cut)
    if problems:
        key, message = problems[0]
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        reason = f"The kept plan does not pass the rules: {key}: {message}{more}; continue it"
        raise UnfinishedError(reason, kept.text, Usage(), complete=not kept.is_cut)
    return tuple(drafts)


def _wanted(drafts: Iterable[Draft], keys: Sequence[str]) -> list[Draft]:
    """The drafts of the sections that were asked for, whole ones, wherever they stand in the answer."""
    found = {part.key: part for draft in drafts for part in draft.walk()}
    return [found[key] for key in keys if key in found and has_text(found[key])]


def _parts(newer: Iterable[Draft], asked: Iterable[str], drafts: Sequence[Draft]) -> list[Draft]:
    """Of a later answer, the sections that were asked for; after a new step all further ones."""
    wanted = set(asked)
    known = {part.key for draft in drafts for part in draft.walk()}
    parents = {parent for key in wanted - known if (parent := _steps_of(key))}
    return [
        part
        for draft in newer
        for part in draft.walk()
        if has_text(part) and (part.key in wanted or (part.key not in known and _steps_of(part.key) in parents))
    ]


def _steps_key(fmt: Format) -> str:
    """The key of the section that holds the steps; "" in a format without one."""
    return next((key for key, spec in fmt.by_key.items() if spec.kind == STEPS), "")


def _steps_of(key: str) -> str:
    """The key of the steps that a step is one of; "" for what is no step."""
    parent, _, number = key.rpartition(".")
    return parent if number.isdigit() else ""


def _why(verdict: Verdict) -> str:
    if verdict.conflict:
        return verdict.conflict
    first = verdict.problems[0]
    more = f", and {len(verdict.problems) - 1} more" if len(verdict.problems) > 1 else ""
    return f"The model's plan does not pass the rules: {first.key}: {first.message}{more}"
