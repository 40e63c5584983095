"""Fixes as edits of a document; fix all: the safe ones together, again and again until none is left."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span, apply_edits, dominant_end, fitted, overlap, split_lines

from .rule import Fix
from .runner import Analysis, Checker

_PASSES: Final = 10  # a fix may open the way for another; a fix that never ends is a defect that this bounds


def fix_edits(fix: Fix, document: Document, start: int, end: str | None = None) -> list[Edit]:
    """The edits of a fix in its document, in the document's line ends; `start` is its task's first line.

    `end` is the line end that most lines have; who asks often counts it once.
    """
    end = end or dominant_end(document.ends)
    return [fitted(Edit(span.shifted(start), text), document.lines, document.ends, end) for span, text in fix.edits]


def fixed_text(text: str, checker: Checker) -> tuple[str, int]:
    """The text with all safe fixes applied, and how many there were."""
    count = 0
    for _ in range(_PASSES):
        document = Document(text, checker.format)
        edits, number = _safe_edits(document, checker)
        if not edits:
            break
        text = apply_edits(text, edits)
        count += number
    return text, count


def fix_all(document: Document, checker: Checker) -> list[Edit]:
    """The edits that apply all safe fixes to the document as it stands; they don't overlap."""
    before = document.text
    first, _ = _safe_edits(document, checker)
    if not first:
        return []
    after, _ = fixed_text(before, checker)
    if apply_edits(before, first) == after:
        return first
    return difference(before, after)


def _safe_edits(document: Document, checker: Checker) -> tuple[list[Edit], int]:
    """The edits of as many safe fixes as go together, and the number of fixes."""
    chosen: list[Edit] = []
    count = 0
    options = checker.options
    end = dominant_end(document.ends)
    unlimited = checker if options.max_findings >= 10**6 else checker.without_maximum()
    for index, findings in Analysis(document, unlimited).report().tasks:
        start = document.start_of(index)
        mine: list[Edit] = []
        for finding in findings:
            if finding.fix is None or not finding.fix.safe:
                continue
            edits = fix_edits(finding.fix, document, start, end)
            if not any(overlap(edit.span, other.span) for edit in edits for other in mine):
                mine += edits
                count += 1
        chosen += mine
    return sorted(chosen), count


def difference(before: str, after: str) -> list[Edit]:
    """The lines that differ, as edits of `before`."""
    old = _with_ends(before)
    new = _with_ends(after)
    edits = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            edits.append(Edit(Span(a, 0, b, 0), "".join(new[c:d])))
    return edits


def _with_ends(text: str) -> list[str]:
    lines, ends = split_lines(text)
    return [line + end for line, end in zip(lines, ends, strict=True)]
