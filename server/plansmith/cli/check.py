"""The command `check`: the findings of the editor, for files and folders; it imports only what it needs."""

from __future__ import annotations

import argparse
import gc
import marshal
import os
import sys
from collections.abc import Sequence

from plansmith.plan.document import Document
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import clamp, split_lines
from plansmith.rules.fixing import fixed_text
from plansmith.rules.rule import Finding, Severity
from plansmith.rules.runner import Analysis, Report, left_out_message
from plansmith.workspace.configuration import Configuration, FileReport
from plansmith.workspace.discover import Configurations, Found, find_documents
from plansmith.workspace.source import DocumentError, read_document
from plansmith.workspace.write import WriteError, write_document

from . import COULD_NOT_RUN, FINDINGS, OK, fail
from .report import MAX_FINDINGS, Line, Outcome, gravest, summary, write

_FORK_FROM = 64  # documents; fewer are checked sooner than a second process starts
_STDIN = "-"
_STDIN_NAME = "<stdin>"

# What one process found: findings, problems, and how many fixes were applied.
_Part = tuple[list[Line], list[str], int]


def check(arguments: argparse.Namespace) -> int:
    """Check files and folders, write the findings to stdout and the rest to stderr."""
    configurations = Configurations(trusted=arguments.trust_project)
    paths = [path for path in arguments.paths if path != _STDIN]
    discovered = find_documents(paths, configurations)
    # Nothing of what was made so far is ever garbage: the collector need not look at it again.
    gc.freeze()
    lines, problems, fixed = _check_documents(discovered.documents, arguments)
    count = len(discovered.documents)
    if _STDIN in arguments.paths:
        if arguments.fix:
            return fail("--fix can't change stdin; name a file")
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return fail(f"stdin is not UTF-8 at byte {error.start}")
        lines += _check_text(_STDIN_NAME, text, configurations.of(os.path.join(os.getcwd(), "stdin.md")), Scanner())
        count += 1
    for configuration in configurations.loaded:
        for report in configuration.reports:
            if report.unread:
                problems.append(f"{os.path.relpath(report.path)}: {report.unread}")
            else:
                lines = _configuration_lines(report) + lines
    problems = [*discovered.problems, *problems]
    outcome = Outcome(lines, problems, count, fixed)
    write(outcome, arguments.format)
    sys.stdout.flush()
    for problem in problems:
        fail(problem)
    if arguments.format == "text" and (lines or fixed or not problems):
        sys.stderr.write(f"plansmith: {summary(outcome)}\n")
    if problems:
        return COULD_NOT_RUN
    worst = gravest(lines)
    if worst is None or arguments.fail_on == "never":
        return OK
    return FINDINGS if worst <= Severity[arguments.fail_on.upper()] else OK


def _check_documents(documents: Sequence[Found], arguments: argparse.Namespace) -> _Part:
    jobs = arguments.jobs or _processors()
    if jobs == 1 or len(documents) < _FORK_FROM or not hasattr(os, "fork"):
        return _check_part(documents, fix=arguments.fix)
    # Neighbours go to one process: what it remembers of lines serves them all.
    size = -(-len(documents) // jobs)
    parts = [documents[start : start + size] for start in range(0, len(documents), size)]
    children = [_fork(part, fix=arguments.fix) for part in parts[1:]]
    lines, problems, fixed = _check_part(parts[0], fix=arguments.fix)
    for number, child in enumerate(children, 1):
        more, trouble, count = _collect(child, parts[number], fix=arguments.fix)
        lines += more
        problems += trouble
        fixed += count
    return lines, problems, fixed


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fork(part: Sequence[Found], *, fix: bool) -> tuple[int, int]:
    """Check a part in a child; returns its process id and the end of the pipe that it answers in."""
    source, sink = os.pipe()
    child = os.fork()
    if child:
        os.close(sink)
        return child, source
    status = 1
    try:
        os.close(source)
        lines, problems, fixed = _check_part(part, fix=fix)
        data = marshal.dumps(([tuple(line) for line in lines], problems, fixed))
        with open(sink, "wb") as pipe:
            pipe.write(data)
        status = 0
    finally:
        # Not a second run of what the parent does at its exit.
        os._exit(status)


def _collect(child: tuple[int, int], part: Sequence[Found], *, fix: bool) -> _Part:
    """What a child found; where it died, its part is checked here."""
    process, source = child
    with open(source, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    if status or not data:
        return _check_part(part, fix=fix)
    lines, problems, fixed = marshal.loads(data)
    return [tuple.__new__(Line, line) for line in lines], problems, fixed


def _check_part(documents: Sequence[Found], *, fix: bool) -> _Part:
    lines: list[Line] = []
    problems: list[str] = []
    fixed = 0
    scanner = Scanner()
    gc.disable()
    for path, configuration in documents:
        try:
            source = read_document(path)
            if not configuration.covers(path):
                continue
            text = source.text
            if fix and not configuration.is_unread:
                better, count = fixed_text(text, configuration.checker(path))
                if better != text:
                    write_document(path, better, source.data)
                    text = better
                    fixed += count
        except (DocumentError, WriteError) as problem:
            problems.append(str(problem))
            continue
        lines += _check_text(path, text, configuration, scanner)
    gc.enable()
    return lines, problems, fixed


def _check_text(path: str, text: str, configuration: Configuration, scanner: Scanner) -> list[Line]:
    checker = configuration.checker("" if path == _STDIN_NAME else path)
    document = Document(text, checker.format, scanner)
    report = Analysis(document, checker).report()
    return report_lines(path, document, report)


def report_lines(path: str, document: Document, report: Report) -> list[Line]:
    """A document's findings with their places in the file."""
    lines = []
    new = tuple.__new__  # half the time of Line(…), and lines are many
    text, last = document.lines, len(document.lines) - 1
    for index, findings in report.tasks:
        start = document.start_of(index) + 1
        for (line, column, end_line, end), message, fix, section, _, _, severity, rule in findings:
            end_line += start
            if end_line > last + 1:
                end_line, end = last + 1, len(text[last])
            place = (path, line + start, column + 1, end_line, end + 1)
            lines.append(new(Line, (*place, int(severity or 1), rule, message, fix is not None, section)))
    if report.left_out:
        message = left_out_message(len(lines), report.left_out)
        lines.append(Line(path, 1, 1, 1, 1, int(Severity.INFORMATION), MAX_FINDINGS, message, False, ""))
    return lines


def _configuration_lines(report: FileReport) -> list[Line]:
    text, _ = split_lines(report.text)
    path = os.path.relpath(report.path)
    return [_configuration_line(path, text, finding) for finding in report.findings]


def _configuration_line(path: str, text: Sequence[str], finding: Finding) -> Line:
    line, start = clamp(text, finding.span.line, finding.span.start)
    end_line, end = clamp(text, finding.span.end_line, finding.span.end)
    severity = int(finding.severity or Severity.ERROR)
    return Line(path, line + 1, start + 1, end_line + 1, end + 1, severity, finding.rule, finding.message, False, "")
