"""A plan that arrives is a valid plan: drafts stand in a copy of the document and pass the author's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.files import Files
from plansmith.plan.format import REQUIRED
from plansmith.plan.package_places import DEPENDENCIES
from plansmith.plan.text import Edit, apply_edits, split_lines
from plansmith.plan.tree import Task
from plansmith.rules.rule import Severity
from plansmith.rules.runner import Analysis, Checker

from .draft import Draft
from .place import place
from .write import spec_of

# Where what is found in an action is put right, the innermost first: there a list is asked for, not the action.
_CURED_IN: Final = {
    "unlisted-file": ("files",),
    "unlisted-dependency": (DEPENDENCIES,),
}


class Problem(NamedTuple):
    """What is wrong with a draft, in the words of a rule; or that a required section has none."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of placing drafts: what is wrong with them, or why there is no place for them at all."""

    problems: tuple[Problem, ...] = ()
    conflict: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The sections that have a problem, each once."""
        return tuple(dict.fromkeys(problem.key for problem in self.problems))

    @property
    def is_valid(self) -> bool:
        """Whether the drafts can be inserted as they are."""
        return not self.problems and not self.conflict


def verify(
    document: Document,
    index: int,
    drafts: Sequence[Draft],
    wanted: Iterable[str],
    checker: Checker,
    files: Files | None = None,
) -> Verdict:
    """Check drafts for a task as if they stood in its document.

    A section of `wanted` that the format requires and no draft brings is a problem; so is every error and every
    warning in an inserted line. `files` are what the rules about files see; without them those are silent.
    """
    fmt = document.format
    brought = {draft.key for draft in drafts if has_text(draft)}
    missing = [
        Problem(key, "This section is missing")
        for key in wanted
        if key not in brought and (spec := spec_of(fmt, key)) is not None and spec.need == REQUIRED
    ]
    placement = place(document, index, drafts)
    if placement.conflict:
        return Verdict(tuple(missing), placement.conflict)
    after = Document(apply_edits(document.text, placement.edits), fmt)
    inserted = inserted_lines(placement.edits)
    found = list(missing)
    drafted = {part.key for draft in drafts for part in draft.walk()}
    for task_index, findings in Analysis(after, checker.without_maximum(), files).report().tasks:
        start = after.start_of(task_index)
        for finding in findings:
            line = finding.span.line + start
            grave = finding.severity is not None and finding.severity <= Severity.WARNING
            if grave and line in inserted:
                cure = next((key for key in _CURED_IN.get(finding.rule, ()) if key in drafted), finding.section)
                key = _section_at(after.tasks[task_index], finding.span.line, cure)
                found.append(Problem(key, finding.message))
    known = {draft.key for draft in drafts}
    return Verdict(tuple(Problem(_asked(problem.key, known), problem.message) for problem in found))


def inserted_lines(edits: Iterable[Edit]) -> set[int]:
    """The lines that insertions add, as they are numbered afterwards; none that holds a word of the author's alone."""
    lines: set[int] = set()
    shift = 0
    for edit in sorted(edits, key=lambda edit: edit.span[:2]):
        pieces = split_lines(edit.text)[0]
        first, last = edit.span.line + shift, len(pieces) - 1
        # What stands before the edit and after it is in the lines of its ends.
        begins = 0 if pieces[0] or not edit.span.start else 1
        lines.update(range(first + begins, first + last + bool(pieces[-1])))
        shift += last
    return lines


def has_text(draft: Draft) -> bool:
    """Whether a draft says anything at all."""
    return any(part.body for part in draft.walk())


def merge(drafts: Sequence[Draft], newer: Sequence[Draft]) -> list[Draft]:
    """The drafts with some of them written anew, at any depth; new ones are added."""
    fresh = {draft.key: draft for draft in newer}
    merged = [_merged(draft, fresh) for draft in drafts]
    known = {part.key for draft in drafts for part in draft.walk()}
    return merged + [draft for draft in newer if draft.key not in known and not _has_parent(draft, known)]


def _merged(draft: Draft, fresh: dict[str, Draft]) -> Draft:
    if draft.key in fresh:
        newer = fresh[draft.key]
        # A section written anew brings its children, or leaves them as they were.
        return (
            newer
            if newer.children or not draft.children
            else Draft(draft.key, newer.body or draft.body, draft.children, newer.name or draft.name)
        )
    children = [_merged(child, fresh) for child in draft.children]
    known = {child.key for child in children}
    prefix = f"{draft.key}."
    added = [
        newer
        for key, newer in fresh.items()
        if key not in known and key.startswith(prefix) and "." not in key[len(prefix) :]
    ]
    return Draft(draft.key, draft.body, (*children, *added), draft.name)


def _has_parent(draft: Draft, known: set[str]) -> bool:
    return draft.key.rpartition(".")[0] in known


def _section_at(task: Task, line: int, section: str) -> str:
    """The key of what a finding speaks of: the section it names, else the innermost one around its line."""
    if section:
        return section
    around = [part.key for part in task.outline if part.line <= line < part.end]
    return max(around, key=lambda key: key.count("."), default="")


def _asked(key: str, known: set[str]) -> str:
    """The key to ask for: the section itself where a draft or a part of one has it."""
    return key or next(iter(sorted(known)), "")
