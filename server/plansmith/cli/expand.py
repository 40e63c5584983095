"""The command `expand`: the engine of the editor, on a file; what is finished is written as the run goes on."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from plansmith.expand import expansion
from plansmith.expand.draft import Draft
from plansmith.expand.engine import UnfinishedError
from plansmith.expand.errors import OF_ONE_TASK, OF_US, ModelError
from plansmith.expand.keep import COMPLETE, PARTIAL, KeptPlan
from plansmith.expand.offline import guidelines_offline
from plansmith.expand.place import guidelines
from plansmith.expand.resume import Growing, KeptText
from plansmith.expand.schedule import in_order
from plansmith.expand.write import plan_text
from plansmith.expand.writers import Drafts, KeptWriter, ModelWriter, OfflineWriter, Writer, writer_for
from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.named_files import RootFiles
from plansmith.workspace.source import DocumentError, Source
from plansmith.workspace.stack import detect_stack
from plansmith.workspace.user import load_user_settings
from plansmith.workspace.write import WriteError

from . import COULD_NOT_RUN, OK, discard, fail
from .documents import Documents
from .result import Result
from .shelf import Shelf, end_when_terminated, print_text, say


def expand(arguments: argparse.Namespace) -> int:
    """Expand one task or all, and print the document, print the difference, or change the file."""
    try:
        source, configuration = Documents(trusted=arguments.trust_project).read(arguments.file)
    except DocumentError as problem:
        return fail(str(problem))
    document = Document(source.text, configuration.format)
    if not document.tasks:
        return fail(expansion.no_task_message(document, f"in {arguments.file}"))
    if arguments.task is None and not arguments.all:
        return fail(_which(document, arguments.file))
    running = _Expansion(arguments, configuration, source, document)
    try:
        return asyncio.run(running.run())
    except ModelError as problem:
        return fail(f"{problem}{_cure(problem)}")
    except WriteError as problem:
        return fail(str(problem))
    except asyncio.CancelledError:
        fail("ended from outside")
        return 128 + running.ended_by  # as shells have it


class _Expansion:
    """One run over a file."""

    def __init__(
        self, arguments: argparse.Namespace, configuration: Configuration, source: Source, document: Document
    ) -> None:
        self._arguments = arguments
        self._path = arguments.file
        self._write = arguments.write
        self._diff = arguments.diff
        self._configuration = configuration
        self._checker = configuration.checker(self._path)
        self._result = Result(self._path, source, document, write=self._write)
        self._files = read_workspace_files(Path(configuration.root))
        self._stack = detect_stack(self._files)
        self._settings = load_user_settings(os.environ)
        self._shelf = Shelf(self._path, self._settings.cache_folder, is_written=self._write)
        self._count = self._over = 0
        self._conflicts: list[tuple[int, _Told]] = []
        self._stopped: ModelError | None = None
        self._status = OK
        self.ended_by = int(signal.SIGTERM)

    async def run(self) -> int:
        """Expand one task or all; returns the exit status."""
        end_when_terminated(self._ended)
        document, name = self._result.document, self._arguments.task
        if name is None:
            # Which task is which does not change by what is inserted into them.
            indexes = expansion.incomplete_tasks(document)
        else:
            found = expansion.find_task(document, name)
            if found is None:
                return fail(expansion.no_task_message(document, f"of {self._path} is called “{name}”"))
            indexes = [found]
        for mistake in self._settings.mistakes:
            say(mistake)
        writer = await self._writer()
        for problem in writer.problems if isinstance(writer, ModelWriter) else ():
            say(problem)
        try:
            if isinstance(writer, ModelWriter):
                self._check_before_paying(indexes)
            asks = name is None and bool(indexes)
            if asks and isinstance(writer, ModelWriter) and not await self._may_begin(writer, indexes):
                return COULD_NOT_RUN
            try:
                await self._expand_all(indexes, writer)
            finally:
                # Whatever ended the run: what is finished is in the file.
                self._result.save()
        finally:
            if isinstance(writer, ModelWriter):
                await writer.model.close()
            if writer.usage is not None and writer.usage.requests:
                requests = expansion.counted(writer.usage.requests, "request")
                say(f"{writer.usage.told_in}, {writer.usage.output:,} out, in {requests}")
        if name is None:
            # Where nothing could be expanded, the document stays as it is.
            if self._stopped is None and (self._status == OK or self._result.is_grown):
                self._add_guidelines()
            if not indexes:
                say("every task has a complete plan; nothing was changed")
        return self._show(is_paid=isinstance(writer, ModelWriter))

    def _ended(self, number: int) -> None:
        self.ended_by = number

    def _check_before_paying(self, indexes: Sequence[int]) -> None:
        """Raise `WriteError` where what is to be paid for could neither be written nor kept."""
        document = self._result.document
        if not self._write or not any(
            expansion.wanted_keys(document.tasks[index], document.format) for index in indexes
        ):
            return
        self._result.check_writable()
        problem = self._shelf.problem()
        if problem:
            raise WriteError(f"{problem}; nothing was asked; set cache-folder to a folder that can be written")

    def _show(self, *, is_paid: bool) -> int:
        """Print what there is to print; the exit status."""
        try:
            self._result.show(diff=self._diff)
        except OSError as problem:
            discard(sys.stdout)
            if not is_paid and isinstance(problem, BrokenPipeError):
                return COULD_NOT_RUN
            reason = problem.strerror or type(problem).__name__
            where = ""
            if self._shelf.has_lost:
                is_printed = print_text(sys.stderr, self._result.text)
                where = f", nor kept{'; what came is printed here' if is_printed else ''}"
            elif is_paid:
                where = "; what was paid for is kept, and the same command goes on with it"
            return fail(f"the document could not be printed: {reason[:1].lower()}{reason[1:]}{where}")
        return self._status

    async def _writer(self) -> Writer:
        """Who writes, by the user's own settings; only a trusted project's files are told to a model."""
        settings = self._settings
        if self._arguments.kept:
            may_tell = self._configuration.trusted and settings.send != "document"
            return KeptWriter(self._see_files if may_tell else lambda: None)
        root = Path(self._configuration.root)
        place = os.path.relpath(os.path.abspath(self._path), root).replace(os.sep, "/")
        if self._arguments.offline:
            return OfflineWriter(self._stack, self._files, place)
        return await writer_for(
            self._result.document, settings, os.environ, self._stack, self._files, root,
            trusted=self._configuration.trusted, place=place, see_files=self._see_files,
        )  # fmt: skip

    def _see_files(self) -> Files:
        """The files as `check` sees them, as they are now."""
        return RootFiles(self._configuration.root, self._configuration.code_root).of(self._path)

    async def _may_begin(self, writer: ModelWriter, indexes: Sequence[int]) -> bool:
        """Say about what it will cost, and ask above the user's limit."""
        document, settings = self._result.document, self._settings
        whole = set() if self._arguments.anew else self._shelf.whole()
        wanted = [
            (index, expansion.wanted_keys(document.tasks[index], document.format))
            for index in indexes
            if document.graph.keys[index] not in whole
        ]
        tokens = await writer.estimate(document, wanted)
        cost = f"expanding {expansion.counted(len(wanted), 'task')} takes about {tokens:,} tokens of {settings.model}"
        if tokens <= settings.ask_above or self._arguments.yes:
            say(cost)
            return True
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
            say(f"{cost}, more than ask-above allows ({settings.ask_above:,}); pass --yes, or raise it")
            return False
        try:
            sys.stderr.write(f"plansmith: {cost}; go on? [y/N] ")
            sys.stderr.flush()
            return sys.stdin.readline().strip().lower() in ("y", "yes")
        except OSError:  # the terminal has gone
            return False

    async def _expand_all(self, indexes: Sequence[int], writer: Writer) -> None:
        document = self._result.document
        needed = {index: frozenset(document.graph.prerequisites[index]) for index in indexes}
        self._count = len(indexes)

        async def one(index: int) -> None:
            if self._stopped is not None:
                return
            outcome = await self._expand(index, writer)
            if outcome.conflict is None:
                self._tell(index, outcome)
            else:
                self._conflicts.append((index, outcome))

        most = self._settings.concurrency if isinstance(writer, ModelWriter) else 1
        await in_order(indexes, needed.__getitem__, one, most)
        for index, outcome in self._conflicts:
            # Last, because what is written above the line that it names moves that line.
            where = self._result.conflict(index, outcome.conflict or ())
            self._tell(index, outcome._replace(message=f"{where}{outcome.message}"))
        if self._stopped is not None and self._over < self._count:
            left = self._count - self._over
            say(f"{expansion.counted(left, 'task')} {'was' if left == 1 else 'were'} not asked for")

    def _tell(self, index: int, outcome: _Told) -> None:
        self._over += 1
        self._status = OK if outcome.ok and self._status == OK else COULD_NOT_RUN
        number = f"[{self._over}/{self._count}] " if self._count > 1 else ""
        if outcome.message:
            say(f"{number}{self._result.document.tasks[index].label}: {outcome.message}")

    async def _expand(self, index: int, writer: Writer) -> _Told:
        document = self._result.document
        task = document.tasks[index]
        keys = expansion.wanted_keys(task, document.format)
        if not keys:
            return _Told("the plan is complete; nothing was changed")
        # Nobody is asked for what has no place anyway.
        if self._result.place(index, ()).conflict:
            return _Told("", ok=False, conflict=())
        uses_kept = not self._arguments.anew and not isinstance(writer, OfflineWriter)
        kept = self._shelf.find(document, index, whole=isinstance(writer, KeptWriter)) if uses_kept else None
        if kept is not None:
            keys = kept.keys_among(keys)
            say(f"{task.label}: {'using' if kept.status == COMPLETE else 'going on with'} the plan that was kept")
        elif isinstance(writer, KeptWriter):
            return _Told("no whole plan of it is kept", ok=False)
        growing = Growing()
        try:
            drafts_for = await writer.write(
                document, index, keys, self._checker,
                lambda message: say(f"{task.label}: {message}"), KeptText.of(kept), growing,
            )  # fmt: skip
        except UnfinishedError as problem:
            if not isinstance(writer, ModelWriter):
                return _Told(str(problem), ok=False)
            if not problem.text.strip():
                return _Told(str(problem), ok=False)
            where = self._shelf.keep(document, index, problem.text, str(problem), problem.status, keys, kept)
            return _Told(f"{problem}\n{where}", ok=False)
        except ModelError as problem:
            return self._trouble(problem)
        except asyncio.CancelledError:
            come = growing.more_than(kept)
            if come:
                where = self._shelf.keep(document, index, come, "It was interrupted", PARTIAL, keys, kept)
                say(f"{task.label}: {where}")
            raise
        return self._insert(index, keys, drafts_for, writer, kept)

    def _insert(
        self, index: int, keys: Sequence[str], drafts_for: Drafts, writer: Writer, kept: KeptPlan | None
    ) -> _Told:
        """Insert drafts into the document as it stands now; what was paid for and is not written down is kept."""
        document = self._result.document
        drafts = drafts_for(document, index)
        placement = self._result.place(index, drafts)
        is_paid = isinstance(writer, ModelWriter)

        def shelve(reason: str, *, is_shown: bool = False) -> str:
            text = plan_text(drafts, document.format)
            return self._shelf.keep(document, index, text, reason, COMPLETE, keys, kept, is_shown=is_shown)

        if placement.conflict:
            where = f"\n{shelve(placement.conflict)}" if is_paid else ""
            return _Told(where, ok=False, conflict=drafts)
        try:
            self._result.insert(index, placement.edits)
            # What was paid for is in the file before anything else begins; the embedded planner writes all again.
            self._result.save(at_once=not isinstance(writer, OfflineWriter))
        except WriteError as problem:
            if is_paid:
                say(shelve(str(problem)))
            raise
        if isinstance(writer, ModelWriter):
            writer.finished(document, index)
        if is_paid and not self._write:
            shelve("It was shown, and not written", is_shown=True)
        elif kept is not None and self._write:
            self._shelf.remove(kept)
        return _Told(f"{expansion.counted(len(placement.added), 'section')} written")

    def _trouble(self, problem: ModelError) -> _Told:
        """What is said of an error; one that says something of the other tasks too ends the run, and is said once."""
        if problem.kind in OF_ONE_TASK:
            return _Told(str(problem), ok=False)
        is_told = self._stopped is not None
        self._stopped = problem
        return _Told("" if is_told else f"{problem}{_cure(problem)}", ok=False)

    def _add_guidelines(self) -> None:
        document = self._result.document
        if not self._configuration.add_guidelines or not document.tasks:
            return
        edit = guidelines(document, guidelines_offline(self._stack, document.format))
        if edit is not None:
            self._result.add_below(edit)
            self._result.save()
            say(f"{document.format.guidelines_title} added")


class _Told(NamedTuple):
    """How a task ended."""

    message: str
    ok: bool = True
    conflict: Sequence[Draft] | None = None  # the drafts that have no place; the message then goes after the reason


def _cure(problem: ModelError) -> str:
    """What else can be done about an error that every model would meet."""
    return "" if problem.kind in OF_US else "; --offline asks no model"


def _which(document: Document, path: str) -> str:
    labels = ", ".join(f"{task.id or task.name}" for task in document.tasks[:10])
    return f"name a task with --task, or take --all; {path} has {labels}" + (", …" if len(document.tasks) > 10 else "")
