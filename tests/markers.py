"""Texts that carry their own expectation: carets under the words, then `level[rule]: message`.

Such lines are taken out before the text is read. A mark may leave the message open (`error[rule]`);
a finding that goes on for n more lines is marked to the end of its first line, then `+n`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.resources import files as resources
from typing import Any, NamedTuple

from plansmith.plan.document import Document
from plansmith.plan.files import Files, ListedFiles
from plansmith.plan.format import Format, build_format
from plansmith.plan.text import Edit, apply_edits, split_lines
from plansmith.rules.fixing import fix_edits
from plansmith.rules.rule import Finding, Fix, Rule
from plansmith.rules.runner import Analysis, Checker, Options
from plansmith.rules.table import RULES
from plansmith.workspace.manifest import read_toml

_MARK = re.compile(
    r"(?P<blank>\s*)(?P<carets>\^+)(?:\+(?P<more>\d+))?\s+"
    r"(?P<label>(?:error|warning|information|hint)\[[\w-]+\])(?::\s+(?P<message>.*?))?\s*$"
)


class Mark(NamedTuple):
    """An expected finding: where it stands, and what it says; `message` is None where that is open."""

    line: int
    start: int
    end: int
    more: int  # how many further lines it goes on for; `end` is then the end of its first line
    label: str  # level[rule]
    message: str | None

    def __str__(self) -> str:
        more = f"+{self.more}" if self.more else ""
        message = "" if self.message is None else f": {self.message}"
        return f"{' ' * self.start}{'^' * (self.end - self.start)}{more} {self.label}{message}"


def dedent(text: str) -> str:
    """The text without the indent that all its lines share, nor the line break before its first line.

    `textwrap.dedent` would also strip lines of blanks, which some tests are about.
    """
    lines = text.removeprefix("\n").split("\n")
    if not lines[-1].strip():
        lines[-1] = ""
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)


def read_marks(text: str) -> tuple[str, list[Mark]]:
    """A text without its marks, and the marks."""
    lines: list[str] = []
    marks = []
    for line in dedent(text).split("\n"):
        mark = _MARK.fullmatch(line)
        if mark:
            start, end = mark.span("carets")
            more = int(mark["more"] or 0)
            marks.append(Mark(len(lines) - 1, start, end, more, mark["label"], mark["message"]))
        else:
            lines.append(line)
    return "\n".join(lines), marks


def read_cursor(text: str) -> tuple[str, int, int]:
    """A text without its `$0`, and the line and code-point column where that stood."""
    text = dedent(text)
    before, cursor, after = text.partition("$0")
    assert cursor, "the text has no cursor: $0"
    lines, _ = split_lines(before)
    return before + after, len(lines) - 1, len(lines[-1])


@cache
def built_in_format() -> Format:
    """The format that comes with Plansmith."""
    text = resources("plansmith").joinpath("formats/detailed-plan.toml").read_text("utf-8")
    data, problem = read_toml(text)
    assert problem is None
    return build_format(data)


def find(
    text: str,
    only: str | Collection[str] | None = None,
    *,
    fmt: Format | None = None,
    options: Options | None = None,
    rules: Sequence[Rule] = RULES,
    files: Files | list[str] | tuple[str, ...] | None = None,
) -> list[Finding]:
    """What the rules find in a document, by absolute places; `only` names the rules that run.

    `files` are those of the workspace; without them the rules about files are silent.
    """
    names = [only] if isinstance(only, str) else only
    if names is not None:
        unknown = set(names) - {rule.name for rule in rules}
        assert not unknown, f"no such rule: {unknown}"
        options = (options or Options())._replace(only=frozenset(names))
    fmt = fmt or built_in_format()
    document = Document(text, fmt)
    snapshot = ListedFiles(files) if isinstance(files, (list, tuple)) else files
    report = Analysis(document, Checker(fmt, options, rules), snapshot).report()
    return [_absolute(finding, document) for finding in report.findings]


def check_marks(text: str, only: str | Collection[str] | None = None, **context: Any) -> list[Finding]:
    """Assert that a marked text has exactly the findings that it says, and return them."""
    plain, expected = read_marks(text)
    found = find(plain, only, **context)
    open_marks = {mark[:5] for mark in expected if mark.message is None}
    marks = [_mark(finding, plain) for finding in found]
    marks = [mark._replace(message=None) if mark[:5] in open_marks else mark for mark in marks]
    assert _marked(plain, marks) == _marked(plain, expected)
    return found


def check_fix(before: str, after: str, only: str, *, title: str | None = None, **context: Any) -> None:
    """Assert what the fixes of one rule make of a text; marks in `before` are checked as well.

    Each fix in turn must remove its finding and add none.
    """
    found = check_marks(before, only, **context) if read_marks(before)[1] else None
    text, _ = read_marks(before)
    found = found or find(text, only, **context)
    offered = [finding.fix.title for finding in found if finding.fix]
    assert offered, f"{only} offers no fix here"
    assert title is None or title in offered
    assert apply_all_fixes(text, only, **context) == dedent(after)


def apply_all_fixes(text: str, only: str, **context: Any) -> str:
    """A text after all fixes of one rule, one after the other; asserts what every fix promises."""
    for _ in range(200):
        finding = next((finding for finding in find(text, only, **context) if finding.fix), None)
        if finding is None:
            return text
        text = apply_promised(text, finding, **context)
    raise AssertionError("fixes never come to an end")


def apply_promised(text: str, finding: Finding, **context: Any) -> str:
    """A text after the fix of one finding; asserts that the fix removes its finding and adds none."""
    assert finding.fix is not None
    fixed = apply_fix(text, finding.fix)
    assert fixed != text, f"{finding.rule}: the fix changes nothing"
    before = Counter(other.rule for other in find(text, **context))
    after = Counter(other.rule for other in find(fixed, **context))
    assert after[finding.rule] < before[finding.rule], f"{finding.rule}: the fix leaves its finding:\n{fixed}"
    assert not after - before, f"{finding.rule}: the fix adds {after - before}:\n{fixed}"
    return fixed


def apply_fix(text: str, fix: Fix, fmt: Format | None = None) -> str:
    """A text after a fix whose places are absolute."""
    return apply_edits(text, fix_edits(fix, Document(text, fmt or built_in_format()), 0))


def _absolute(finding: Finding, document: Document) -> Finding:
    start = document.start_of(finding.task)
    fix = finding.fix
    if fix is not None:
        fix = Fix(fix.title, tuple(Edit(edit.span.shifted(start), edit.text) for edit in fix.edits), fix.safe)
    related = tuple(
        place._replace(span=place.span.shifted(document.start_of(place.task) if place.task >= 0 else start))
        for place in finding.related
    )
    return Finding(
        finding.span.shifted(start),
        finding.message,
        fix,
        section=finding.section,
        related=related,
        task=finding.task,
        severity=finding.severity,
        rule=finding.rule,
    )


def _mark(finding: Finding, text: str) -> Mark:
    span = finding.span
    assert finding.severity is not None
    label = f"{finding.severity.name.lower()}[{finding.rule}]"
    more = span.end_line - span.line
    end = len(split_lines(text)[0][span.line]) if more else span.end
    return Mark(span.line, span.start, end, more, label, finding.message)


def _marked(text: str, marks: Iterable[Mark]) -> str:
    """The text with its marks, in one order: two of them differ where an expectation fails."""
    below: dict[int, list[str]] = {}
    for mark in marks:
        below.setdefault(mark.line, []).append(str(mark))
    lines = split_lines(text)[0]
    return "\n".join(line for number, text in enumerate(lines) for line in (text, *sorted(below.get(number, ()))))
