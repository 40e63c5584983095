"""The command `check`: the findings of the editor, for files and folders; it imports only what it needs."""

from __future__ import annotations

import argparse
import marshal
import os
import sys
from collections.abc import Sequence
from typing import Any, TypeAlias

from plansmith.plan.document import Document
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import clamp, new, split_lines
from plansmith.rules.rule import Finding, Severity
from plansmith.rules.runner import Analysis, Report, left_out_message
from plansmith.workspace.configuration import Configuration, FileReport
from plansmith.workspace.discover import Configurations, Found, find_documents
from plansmith.workspace.named_files import RootFiles
from plansmith.workspace.source import DocumentError, read_document
from plansmith.workspace.write import WriteError, write_document

from . import COULD_NOT_RUN, FINDINGS, OK, fail
from .report import LEVELS, MAX_FINDINGS, Line, Outcome, as_text, encoded, gravest, readable, summary, write

_FORK_FROM = 64  # documents; fewer are checked sooner than a second process starts
_MOST_BATCHES = 256  # the queue names each by one byte
_BATCH = 4  # documents at least; at the end a process waits for what another has taken
_STDIN = "-"
_STDIN_NAME = "<stdin>"


_Dumped: TypeAlias = tuple[bytes, list[tuple[Any, ...]], list[int], list[str], int]


class _Part:
    """What was found in some documents; put into words at once where the output is text, which needs no more."""

    def __init__(self, *, as_text: bool) -> None:
        self.as_text = as_text
        self.text: list[bytes] = []
        self.lines: list[Line] = []
        self.counts = [0] * (len(Severity) + 1)  # of findings, by severity
        self.problems: list[str] = []
        self.fixed = 0

    def add(self, path: str, document: Document, report: Report) -> None:
        """Add a document's findings, with their places in the file."""
        counts = self.counts
        for _, findings in report.tasks:
            for finding in findings:
                counts[finding.severity or 1] += 1
        if report.left_out:
            counts[Severity.INFORMATION] += 1
        if self.as_text:
            self.text.append(encoded(report_text(path, document, report)))
        else:
            self.lines += report_lines(path, document, report)

    def dump(self) -> _Dumped:
        """Everything as values that another process can read."""
        return b"".join(self.text), [tuple(line) for line in self.lines], self.counts, self.problems, self.fixed

    def load(self, dumped: _Dumped) -> None:
        """Add what was found in other documents."""
        text, lines, counts, problems, fixed = dumped
        self.text.append(text)
        self.lines += [new(Line, line) for line in lines]
        self.counts = [ours + theirs for ours, theirs in zip(self.counts, counts, strict=True)]
        self.problems += problems
        self.fixed += fixed


class _Memory:
    """What a process keeps from document to document: lines that it has scanned, and folders that it has listed."""

    def __init__(self) -> None:
        self.scanner = Scanner()
        self._files: dict[str, RootFiles] = {}

    def files(self, configuration: Configuration) -> RootFiles:
        """The files that the plans of a root may name."""
        known = self._files.get(configuration.root)
        if known is None:
            known = self._files[configuration.root] = RootFiles(configuration.root, configuration.code_root)
        return known


def check(arguments: argparse.Namespace) -> int:
    """Check files and folders, write the findings to stdout and the rest to stderr."""
    configurations = Configurations(trusted=arguments.trust_project)
    paths = [path for path in arguments.paths if path != _STDIN]
    discovered = find_documents(paths, configurations)
    part = _Part(as_text=arguments.format == "text" and not sys.stdout.isatty())
    _check_documents(discovered.documents, part, arguments)
    count = len(discovered.documents)
    if _STDIN in arguments.paths:
        if arguments.fix:
            return fail("--fix can't change stdin; name a file")
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return fail(f"stdin is not UTF-8 at byte {error.start}")
        _check_text(_STDIN_NAME, text, configurations.of(os.path.join(os.getcwd(), "stdin.md")), _Memory(), part)
        count += 1
    lines: list[Line] = []
    problems = [*discovered.problems, *part.problems]
    for configuration in configurations.loaded:
        for report in configuration.reports:
            if report.unread:
                problems.append(f"{os.path.relpath(report.path)}: {report.unread}")
            else:
                lines = _configuration_lines(report) + lines
    for line in lines:
        part.counts[line.severity] += 1
    outcome = Outcome(lines + part.lines, part.text, part.counts, problems, count, part.fixed)
    write(outcome, arguments.format)
    sys.stdout.flush()
    for problem in problems:
        fail(problem)
    worst = gravest(outcome)
    if arguments.format == "text" and (worst or part.fixed or not problems):
        sys.stderr.write(f"plansmith: {summary(outcome)}\n")
    if problems:
        return COULD_NOT_RUN
    if worst is None or arguments.fail_on == "never":
        return OK
    return FINDINGS if worst <= Severity[arguments.fail_on.upper()] else OK


def _check_documents(documents: Sequence[Found], found: _Part, arguments: argparse.Namespace) -> None:
    jobs = arguments.jobs or _processors()
    if jobs == 1 or len(documents) < _FORK_FROM or not hasattr(os, "fork"):
        _check_part(documents, found, _Memory(), fix=arguments.fix)
        return
    size = max(_BATCH, -(-len(documents) // _MOST_BATCHES))
    work = _Work([documents[start : start + size] for start in range(0, len(documents), size)], found, arguments.fix)
    children = [_fork(work) for _ in range(jobs - 1)]
    done = work.do()
    for child in children:
        done |= _collect(child)
    # What a process took and did not finish before it died is checked here.
    for number, batch in enumerate(work.batches):
        found.load(done.get(number) or work.check(batch))


class _Work:
    """Batches of documents in a queue that all processes take from: a pipe that holds the number of each."""

    def __init__(self, batches: list[Sequence[Found]], found: _Part, fix: bool) -> None:
        """Fill the queue; `found` says in which form the findings are wanted."""
        self.batches = batches
        self._as_text = found.as_text
        self._fix = fix
        self._memory = _Memory()
        self._queue, sink = os.pipe()
        os.write(sink, bytes(range(len(batches))))
        os.close(sink)

    def do(self) -> dict[int, _Dumped]:
        """Check batches until none is left; by number what was found in them."""
        done = {}
        while taken := os.read(self._queue, 1):
            done[taken[0]] = self.check(self.batches[taken[0]])
        os.close(self._queue)
        return done

    def check(self, batch: Sequence[Found]) -> _Dumped:
        """Check one batch."""
        found = _Part(as_text=self._as_text)
        _check_part(batch, found, self._memory, fix=self._fix)
        return found.dump()


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fork(work: _Work) -> tuple[int, int]:
    """Work in a child, too; returns its process id and the end of the pipe that it answers in."""
    source, sink = os.pipe()
    child = os.fork()
    if child:
        os.close(sink)
        return child, source
    status = 1
    try:
        os.close(source)
        done = work.do()
        with open(sink, "wb") as pipe:
            marshal.dump(done, pipe)
        status = 0
    finally:
        # Not a second run of what the parent does at its exit.
        os._exit(status)


def _collect(child: tuple[int, int]) -> dict[int, _Dumped]:
    """What a child found; nothing where it died."""
    process, source = child
    with open(source, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    return {} if status or not data else marshal.loads(data)


def _check_part(documents: Sequence[Found], found: _Part, memory: _Memory, *, fix: bool) -> None:
    for path, configuration in documents:
        try:
            source = read_document(path)
            if not configuration.covers(path):
                continue
            text = source.text
            if fix and not configuration.is_unread:
                from plansmith.rules.fixing import fixed_text

                better, count = fixed_text(text, configuration.checker(path))
                if better != text:
                    write_document(path, better, source.data)
                    text = better
                    found.fixed += count
        except DocumentError as problem:
            found.problems.append(str(problem))
            continue
        except WriteError as problem:
            found.problems.append(str(problem))  # the findings that stay are told all the same
        _check_text(path, text, configuration, memory, found)


def _check_text(path: str, text: str, configuration: Configuration, memory: _Memory, found: _Part) -> None:
    is_file = path != _STDIN_NAME
    checker = configuration.checker(path if is_file else "")
    document = Document(text, checker.format, memory.scanner)
    files = memory.files(configuration).of(path) if is_file and document.is_ours else None
    found.add(path, document, Analysis(document, checker, files).report())


def report_text(path: str, document: Document, report: Report) -> str:
    """A document's findings as `write` shows its lines, made without the lines."""
    parts = []
    path = readable(path)
    for index, findings in report.tasks:
        start = document.start_of(index) + 1
        for finding in findings:
            line, column, _, _ = finding.span
            level = LEVELS[finding.severity or 1]
            parts.append(f"{path}:{line + start}:{column + 1}: {level}[{finding.rule}] {finding.message}\n")
    if report.left_out:
        parts.append(as_text(_left_out(path, len(parts), report)))
    return "".join(parts)


def report_lines(path: str, document: Document, report: Report) -> list[Line]:
    """A document's findings with their places in the file."""
    lines = []
    text, last = document.lines, len(document.lines) - 1
    for index, findings in report.tasks:
        start = document.start_of(index) + 1
        for finding in findings:
            line, column, end_line, end = finding.span
            end_line += start
            if end_line > last + 1:
                end_line, end = last + 1, len(text[last])
            place = (path, line + start, column + 1, end_line, end + 1)
            said = finding.rule, finding.message, finding.fix is not None, finding.section
            lines.append(new(Line, (*place, int(finding.severity or 1), *said)))
    if report.left_out:
        lines.append(_left_out(path, len(lines), report))
    return lines


def _left_out(path: str, shown: int, report: Report) -> Line:
    message = left_out_message(shown, report.left_out)
    return Line(path, 1, 1, 1, 1, int(Severity.INFORMATION), MAX_FINDINGS, message, False, "")


def _configuration_lines(report: FileReport) -> list[Line]:
    text, _ = split_lines(report.text)
    path = os.path.relpath(report.path)
    return [_configuration_line(path, text, finding) for finding in report.findings]


def _configuration_line(path: str, text: Sequence[str], finding: Finding) -> Line:
    line, start = clamp(text, finding.span.line, finding.span.start)
    end_line, end = clamp(text, finding.span.end_line, finding.span.end)
    severity = int(finding.severity or Severity.ERROR)
    return Line(path, line + 1, start + 1, end_line + 1, end + 1, severity, finding.rule, finding.message, False, "")
