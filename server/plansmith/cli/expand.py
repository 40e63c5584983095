"""The command `expand`: the engine of the editor, on a file; each finished task is written at once."""

from __future__ import annotations

import argparse
import asyncio
import codecs
import difflib
import os
import sys
from pathlib import Path
from typing import Literal

from plansmith.expand import expansion
from plansmith.expand.claude import Claude, claude_for
from plansmith.expand.engine import UnfinishedError
from plansmith.expand.errors import ModelError
from plansmith.expand.keep import Keep
from plansmith.expand.offline import guidelines_offline
from plansmith.expand.place import guidelines, place
from plansmith.expand.writers import ModelWriter, Writer, writer_for
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.source import DocumentError, Source, read_document
from plansmith.workspace.stack import detect_stack
from plansmith.workspace.user import choose_provider, load_user_settings
from plansmith.workspace.write import WriteError, write_document

from . import COULD_NOT_RUN, OK, fail
from .documents import Documents


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
    names = [arguments.task] if arguments.task is not None else None
    try:
        status = asyncio.run(_Expansion(arguments, configuration, source, document).run(names))
    except (WriteError, ModelError) as problem:
        return fail(str(problem))
    return status


class _Expansion:
    """One run over a file."""

    def __init__(
        self, arguments: argparse.Namespace, configuration: Configuration, source: Source, document: Document
    ) -> None:
        self._path = arguments.file
        self._write = arguments.write
        self._diff = arguments.diff
        self._configuration = configuration
        self._before = source.text
        self._data = source.data
        self._document = document
        self._files = read_workspace_files(Path(configuration.root))
        self._stack = detect_stack(self._files)
        self._model: Claude | None = None

    async def run(self, names: list[str] | None) -> int:
        """Expand the tasks of these names, or all; returns the exit status."""
        document = self._document
        if names is None:
            # Which task is which does not change by what is inserted into them.
            indexes = expansion.incomplete_tasks(document)
        else:
            found = [expansion.find_task(document, name) for name in names]
            if None in found:
                return fail(
                    expansion.no_task_message(document, f"of {self._path} is called “{names[found.index(None)]}”")
                )
            indexes = [index for index in found if index is not None]
        status = OK
        writer = await self._writer()
        try:
            for number, index in enumerate(indexes, 1):
                message, ok = await self._expand(index, writer)
                self._say(f"[{number}/{len(indexes)}] {message}" if len(indexes) > 1 else message)
                if not ok:
                    status = COULD_NOT_RUN
        finally:
            if self._model is not None:
                await self._model.close()
        if writer.usage is not None:
            cost = writer.usage
            self._say(f"{cost.input:,} tokens in, {cost.output:,} out, in {cost.requests} requests")
        if names is None:
            self._add_guidelines()
            if not indexes:
                self._say("every task has a complete plan; nothing was changed")
        self._show()
        return status

    async def _writer(self) -> Writer:
        """Who writes, by the user's own settings; only a trusted project's files are told to a model."""
        settings = load_user_settings(os.environ)
        for mistake in settings.mistakes:
            self._say(mistake)
        self._keep = Keep(settings.cache_folder)
        if choose_provider(settings, os.environ) != "offline":
            self._model = claude_for(settings, os.environ)
        root = Path(self._configuration.root)
        place = os.path.relpath(os.path.abspath(self._path), root).replace(os.sep, "/")
        return await writer_for(
            self._document, settings, os.environ, self._stack, self._files, root,
            trusted=self._configuration.trusted, place=place, model=self._model,
        )  # fmt: skip

    async def _expand(self, index: int, writer: Writer) -> tuple[str, bool]:
        document = self._document
        task = document.tasks[index]
        keys = expansion.wanted_keys(task, document.format)
        if not keys:
            return f"the plan of {task.label} is complete; nothing was changed", True
        checker = self._configuration.checker(self._path)

        def report(message: str) -> None:
            self._say(f"{task.label}: {message}")

        try:
            drafts_for = await writer.write(document, index, keys, checker, report)
        except UnfinishedError as problem:
            status: Literal["complete", "partial"] = "complete" if problem.complete else "partial"
            uri, key = Path(os.path.abspath(self._path)).as_uri(), document.graph.keys[index]
            self._keep.keep(uri, key, problem.text, reason=str(problem), status=status, wanted=tuple(keys))
            return f"{task.label}: {problem}", False
        except ModelError as problem:
            return f"{task.label}: {problem}", False
        placement = place(document, index, drafts_for(document, index))
        if placement.conflict:
            return placement.conflict, False
        self._take(apply_edits(document.text, placement.edits))
        if isinstance(writer, ModelWriter):
            writer.finished(self._document, index)
        count = len(placement.added)
        return f"{task.label}: {count} {'section' if count == 1 else 'sections'} written", True

    def _add_guidelines(self) -> None:
        if not self._configuration.add_guidelines or not self._document.tasks:
            return
        edit = guidelines(self._document, guidelines_offline(self._stack, self._document.format))
        if edit is not None:
            self._take(apply_edits(self._document.text, [edit]))
            self._say(f"{self._document.format.guidelines_title} added")

    def _take(self, text: str) -> None:
        """Go on with the new text; with --write it is on disk before the next task begins."""
        if text == self._document.text:
            return
        if self._write:
            write_document(self._path, text, self._data)
            self._data = read_document(self._path).data
        self._document = Document(text, self._document.format)

    def _show(self) -> None:
        after = self._document.text
        if self._diff:
            sys.stdout.writelines(_difference(self._path, self._before, after))
        elif not self._write:
            mark = codecs.BOM_UTF8 if self._data.startswith(codecs.BOM_UTF8) else b""
            sys.stdout.buffer.write(mark + after.encode())
            sys.stdout.buffer.flush()

    def _say(self, message: str) -> None:
        sys.stderr.write(f"plansmith: {message}\n")
        sys.stderr.flush()


def _difference(path: str, before: str, after: str) -> list[str]:
    """A unified diff; a line without an end is followed by the usual remark."""
    lines = difflib.unified_diff(
        _lines(before),
        _lines(after),
        path,
        path,
    )
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _lines(text: str) -> list[str]:
    """The lines with their ends; a line feed alone ends one, as for every tool that reads a diff."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _which(document: Document, path: str) -> str:
    if not document.tasks:
        return expansion.no_task_message(document, f"in {path}")
    labels = ", ".join(f"{task.id or task.name}" for task in document.tasks[:10])
    return f"name a task with --task, or take --all; {path} has {labels}" + (", …" if len(document.tasks) > 10 else "")
