"""The rule misplaced-section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from plansmith.plan.document import Document
from plansmith.plan.format import STEPS
from plansmith.plan.order import HEAD, blocks_of, judged, longest_run, out_of_order, place_of
from plansmith.plan.scanner import HEADING as HEADING_TOKEN
from plansmith.plan.scanner import UNDERLINE, Scanner
from plansmith.plan.text import Edit, Span, apply_edits, insertion, on_line
from plansmith.plan.tree import Heading, Section, Task

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan

_PROOFS: Final = 20  # fixes that are tried out for one plan, and the lines that are parsed for it
_PROVED_LINES: Final = 10_000
_LOWEST: Final = 6  # HTML and Markdown know six levels of headings


@rule(Severity.WARNING, scope=Scope.TASK, fix="safe, quick")
def misplaced_section(plan: Plan) -> Iterator[Finding]:
    """A section outside the order of the format, or a heading at a level that makes it part of another section.

    ## Why
    Who knows one plan finds the same answer at the same place in all of them.
    A heading that is too deep belongs to the section above it for every reader of Markdown, and one that is too high
    leaves its section.
    The order among the head fields is free, and so are titles of your own.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    #### Success Criteria

    - [ ] `pytest` passes

    ### Dependencies Added

    - None
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.

    ### Success Criteria

    - [ ] `pytest` passes

    ### Dependencies Added

    - None
    ```
    """
    task = plan.task
    if _is_in_place(task.sections) and all(_is_in_place(other.children) for other in plan.sections if other.children):
        return
    found = list(_places(task))
    if not found:
        return
    proof = _Proof(plan, len(found))
    for section, siblings, level in found:
        if level:
            title = section.spec.called(section.number)
            message = f"Make “{title}” a heading of level {level} instead of {section.level}"
            edits = _shift(section, level, task) if proof.has_time else ()
            fix = Fix(f"Make it a heading of level {level}", edits, True)
        else:
            message = f"Move “{section.spec.title}” {_where(section, siblings)}"
            edits = _move(section, siblings, task) if proof.has_time else ()
            fix = Fix(f"Move “{section.spec.title}” to its place", edits, False)
        yield Finding(section.title, message, fix if proof.holds(edits) else None)


def _is_in_place(siblings: Sequence[Section]) -> bool:
    """Whether siblings are in the format's very order and at their levels: so most are, and this is fast."""
    before = HEAD
    for section in siblings:
        place = section.spec.order
        if place < before or section.too_deep or section.too_high:
            return False
        before = place
    return True


def _places(task: Task) -> Iterator[tuple[Section, Sequence[Section], int]]:
    """The misplaced sections with their siblings; and the level each one should have, 0 if it is out of order."""
    yield from ((section, task.sections, 0) for section in _out_of_order(task.sections, task, None))
    yield from ((section, task.sections, level) for section, level in _levels(task.sections, task.level, task))
    for parent in task.walk():
        if parent.children:
            siblings = parent.children
            if len(siblings) > 1 and parent.spec.kind != STEPS:
                yield from ((section, siblings, 0) for section in _out_of_order(siblings, task, parent))
            yield from ((section, siblings, level) for section, level in _levels(siblings, parent.level, task))


class _Proof:
    """Tries fixes out: what stands where hangs on lists, paragraphs and levels all around, and only a parse tells."""

    def __init__(self, plan: Plan, count: int) -> None:
        self._lines = plan.lines
        self._last = plan.task.tokens[-1][0]
        self._shape = _shape(plan.task)
        self._count = count
        self._format = plan.format
        self._scanner = Scanner()
        self._left = max(min(_PROOFS, _PROVED_LINES // len(plan.lines)), 1)

    @property
    def has_time(self) -> bool:
        """Whether one more fix may be tried: of very many misplaced sections the first ones get their fix first."""
        return self._left > 0

    def holds(self, edits: Sequence[Edit]) -> bool:
        """Whether the edits leave the same sections with the same content, and fewer of them misplaced."""
        spans = sorted(edit.span for edit in edits)
        if not edits or any(one[2:] > other[:2] for one, other in pairwise(spans)):
            return False  # sections that lie in each other can't be parted
        self._left -= 1
        document = Document(apply_edits("\n".join(self._lines), edits), self._format, self._scanner)
        if len(document.units) != 1 or not document.tasks:
            return False
        task = document.tasks[0]
        if task.lines[-1].strip() and task.tokens[-1][0] not in (self._last, HEADING_TOKEN, UNDERLINE):
            return False  # what follows the task's last line directly might go on with it
        return _shape(task) == self._shape and sum(1 for _ in _places(task)) < self._count


def _shape(task: Task) -> tuple[object, ...]:
    """All that other rules see of a task's sections but their order."""
    return (
        sorted(_shape_below(section) for section in task.sections),
        [section.key for section in task.walk() if section.number is not None],
        len(task.items),
        task.done,
        task.started,
        sorted(task.summary.references),
        sorted((ignore.names, ignore.end - ignore.start) for ignore in task.ignores),
    )


def _shape_below(section: Section) -> tuple[object, ...]:
    boxes = sorted((item.depth, item.box or "") for item in section.items)
    children = sorted(_shape_below(child) for child in section.children)
    return section.key, section.by_alias, section.has_content, boxes, len(section.fences), children


# Levels


def _levels(siblings: Sequence[Section], parent_level: int, task: Task) -> Iterator[tuple[Section, int]]:
    """The headings at a wrong level, and the one that makes each a child of its parent, next to its siblings."""
    if not any(section.too_deep or section.too_high for section in siblings):
        return
    first = next((section.level for section in siblings if section.level), 0)
    around: list[int] = []  # the levels of the siblings in which a heading lies by its own level
    for section in siblings:
        while around and around[-1] >= section.level > 0:
            around.pop()
        if section.too_deep:
            yield section, max([task.level + section.spec.depth, *around[:1]])
        elif section.too_high and section.level < _LOWEST:
            # Below a label, as its first heading.
            yield section, parent_level + 1 if parent_level else first
        if section.level:
            around.append(section.level)


def _shift(section: Section, level: int, task: Task) -> tuple[Edit, ...]:
    """Shift a heading and all that are below it."""
    by = level - section.level
    headings = [
        heading
        for heading in task.headings
        if heading.line == section.line or (section.line < heading.line < section.end and heading.level > section.level)
    ]
    after = next((heading for heading in task.headings if heading.line >= section.end), None)
    if after and level < after.level and not any(other.line == after.line for other in task.walk()):
        return ()  # it would take in a heading of the author's
    return tuple(edit for heading in headings for edit in _at_level(heading, heading.level + by, task))


def _at_level(heading: Heading, level: int, task: Task) -> Iterator[Edit]:
    lines = task.lines
    if task.tokens[heading.end - 1][0] == UNDERLINE:
        # Only two levels can be underlined.
        yield insertion(heading.line, heading.column, "#" * level + " ")
        last = heading.end - 1
        yield Edit(Span(last - 1, len(lines[last - 1]), last, len(lines[last])), "")
        return
    start = lines[heading.line].index("#")
    if level > heading.level:
        yield insertion(heading.line, start, "#" * (level - heading.level))
    else:
        yield Edit(on_line(heading.line, start, start + heading.level - level), "")


# Order


def _out_of_order(siblings: Sequence[Section], task: Task, parent: Section | None) -> Iterator[Section]:
    before = HEAD
    for section in siblings:
        place = place_of(section.spec)
        if place < before:
            blocks = blocks_of(judged(siblings), task, parent)
            yield from out_of_order(blocks, longest_run(blocks))
            return
        before = place


def _where(section: Section, siblings: Sequence[Section]) -> str:
    those, place = judged(siblings), place_of(section.spec)
    follower = next((other for other in those if place_of(other.spec) > place), None)
    ahead = [other for other in those if place_of(other.spec) < place]
    if follower is not None and (follower.line < section.line or not ahead):
        return f"before “{follower.spec.title}”"
    return f"after “{ahead[-1].spec.title}”"


# Moving


def _move(section: Section, siblings: Sequence[Section], task: Task) -> tuple[Edit, ...]:
    """Move a section's lines before the first sibling that should follow it, or behind the last one."""
    if not _ends_openly(section, task):
        return ()
    place = place_of(section.spec)
    blocks = blocks_of(judged(siblings), task)
    own = next(block for block in blocks if section in block.members)
    if len(own.members) > 1:
        target = next((other for other in own.members if place_of(other.spec) > place), None)
        return _moved_within(section, target, task) if target and target.line < section.line else ()
    target = next((block.members[0] for block in blocks if block.last > place and block is not own), None)
    if target is not None:
        return _moved_before(section, target, task)
    last = siblings[-1]
    return _moved_behind(section, last, task) if last is not section and _ends_openly(last, task) else ()


def _ends_openly(section: Section, task: Task) -> bool:
    """Whether a section follows the section, or nothing: what is the author's would come under another title."""
    lines = task.lines
    follows = next((number for number in range(section.end, task.end) if lines[number].strip()), task.end)
    return follows >= task.end or any(other.line == follows for other in task.walk())


def _moved_within(section: Section, target: Section, task: Task) -> tuple[Edit, ...]:
    """The same lines of one list or paragraph in another order."""
    lines, last = task.lines, section.end - 1
    text = "\n".join(lines[section.line : section.end])
    return (
        insertion(target.line, 0, f"{text}\n"),
        Edit(Span(section.line - 1, len(lines[section.line - 1]), last, len(lines[last])), ""),
    )


def _moved_before(section: Section, target: Section, task: Task) -> tuple[Edit, ...]:
    lines = task.lines
    text = "\n".join(lines[section.line : section.end])
    gap = "\n" if lines[target.line - 1].strip() else ""
    return insertion(target.line, 0, f"{gap}{text}\n\n"), _removed(section, task)


def _moved_behind(section: Section, last: Section, task: Task) -> tuple[Edit, ...]:
    text = "\n".join(task.lines[section.line : section.end])
    end = last.end - 1
    return insertion(end, len(task.lines[end]), f"\n\n{text}"), _removed(section, task)


def _removed(section: Section, task: Task) -> Edit:
    """Take a section's lines away, and the blank lines that then would be too many."""
    lines = task.lines
    start, end = section.line, section.end
    if any(line.strip() for line in lines[end:]):
        while not lines[start - 1].strip() and not lines[end].strip():
            end += 1
        return Edit(Span(start, 0, end, 0), "")
    while not lines[start - 1].strip():
        start -= 1
    return Edit(Span(start - 1, len(lines[start - 1]), end - 1, len(lines[end - 1])), "")
