"""Plans of the offline planner, as the tests look at them: drafts, and the document with them in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import dedent
from typing import NamedTuple

from plansmith.expand.draft import Draft
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.offline import plan_offline
from plansmith.expand.place import place
from plansmith.plan.document import Document
from plansmith.plan.format import Format
from plansmith.plan.text import Edit, apply_edits
from plansmith.rules.rule import Finding, Severity
from plansmith.rules.runner import Analysis, Checker
from plansmith.workspace.formats import load_format
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack, detect_stack


class Workspace(NamedTuple):
    """Files and what they say of the stack."""

    files: WorkspaceFiles | None
    stack: Stack


class Plan:
    """The drafts of one task by their keys."""

    def __init__(self, document: Document, index: int, drafts: Sequence[Draft]) -> None:
        self.document = document
        self.index = index
        self.drafts = list(drafts)
        self.by_key = {each.key: each for draft in drafts for each in draft.walk()}

    def __getitem__(self, key: str) -> str:
        return "\n".join(self.by_key[key].body)

    def __contains__(self, key: str) -> bool:
        return key in self.by_key

    def items(self, key: str) -> list[str]:
        """The upper items of a list, without their marker and box."""
        lines = [line[2:] for line in self.by_key[key].body if line.startswith("- ")]
        return [line[4:] if line.startswith(("[ ] ", "[x] ")) else line for line in lines]

    @property
    def steps(self) -> list[str]:
        """The names of the steps."""
        return [draft.name for draft in self.by_key.values() if draft.name]

    @property
    def text(self) -> str:
        """All bodies and names."""
        return "\n".join(line for draft in self.by_key.values() for line in (draft.name, *draft.body))


def workspace(texts: Mapping[str, str] | None = None, paths: Sequence[str] = ()) -> Workspace:
    """A workspace in memory; without arguments nothing is known of it."""
    if texts is None:
        return Workspace(None, detect_stack(WorkspaceFiles()))
    files = WorkspaceFiles.of({path: dedent(text).lstrip("\n") for path, text in texts.items()}, paths)
    return Workspace(files, detect_stack(files))


def planned(
    text: str,
    index: int = 0,
    where: Workspace | None = None,
    keys: Sequence[str] | None = None,
    fmt: Format | None = None,
    here: str = "",
) -> Plan:
    """The plan of one task of a text; by default for all that it lacks."""
    where = where or workspace()
    document = Document(dedent(text).lstrip("\n"), fmt or load_format())
    wanted = wanted_keys(document.tasks[index], document.format) if keys is None else keys
    return Plan(document, index, plan_offline(document, index, wanted, where.stack, where.files, here=here))


def expanded(document: Document, index: int, where: Workspace) -> tuple[Document, set[int]]:
    """The document with the plan of one task in place, and the numbers of the lines that were put in."""
    wanted = wanted_keys(document.tasks[index], document.format)
    placement = place(document, index, plan_offline(document, index, wanted, where.stack, where.files))
    after = Document(apply_edits(document.text, placement.edits), document.format)
    return after, inserted_lines(placement.edits)


def inserted_lines(edits: Sequence[Edit]) -> set[int]:
    """The numbers of the lines that insertions make, in the text after them."""
    found: set[int] = set()
    added = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        count = edit.text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
        first = edit.span.line + added + (edit.span.start > 0)
        found.update(range(first, edit.span.line + added + count + (edit.span.start > 0)))
        added += count
    return found


def grave_findings(document: Document, lines: set[int]) -> list[str]:
    """The findings above hint in some lines, each with its line."""
    report = Analysis(document, Checker(document.format)).report()
    return [_told(document, finding) for finding in report.findings if _is_grave(document, finding, lines)]


def _is_grave(document: Document, finding: Finding, lines: set[int]) -> bool:
    line = document.start_of(finding.task) + finding.span.line
    return line in lines and finding.severity is not None and finding.severity < Severity.HINT


def _told(document: Document, finding: Finding) -> str:
    line = document.lines[document.start_of(finding.task) + finding.span.line]
    return f"{finding.rule}: {finding.message} | {line}"
