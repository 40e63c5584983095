"""Where drafts go: insertions between the author's blocks, never inside one, in the order of the format.

A draft that the parser could not find again, because the author's own text stands in the way, is not inserted.
The cases: below a parent that is a label in the middle of a paragraph or of a list and has content already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plansmith.plan.document import Document
from plansmith.plan.format import REQUIRED, Format, fold_title
from plansmith.plan.queries import empty_sections, missing_sections
from plansmith.plan.scanner import BLANK, HEADING
from plansmith.plan.text import Edit, Span, apply_edits, join_lines, split_lines
from plansmith.plan.tree import Section, Task

from .blocks import find_blocks, is_open
from .draft import Draft
from .gaps import TERMINATOR, Placing, swallows
from .insert import insert_below, open_message
from .write import in_order, is_text, spec_of, title_of, tokens_of, with_bullet


@dataclass(frozen=True, slots=True)
class Placement:
    """What is to be inserted; the edits' places are absolute, and their spans are empty.

    `added` are the keys of the drafts that are written, in the format's order; all steps of a task that had none
    are one, by the key of the section that holds them.
    With a `conflict`, a message for the user, there are no edits.
    """

    edits: tuple[Edit, ...] = ()
    added: tuple[str, ...] = ()
    conflict: str = ""


def place(document: Document, index: int, drafts: Sequence[Draft]) -> Placement:
    """Put drafts into a task, by its index in `document.tasks`.

    A draft of a section that has content already is left out, and so are its children that are there.
    """
    conflict = _open_end(document, index)
    if conflict:
        return Placement(conflict=conflict)
    wanted = _wanted(document.tasks[index], document.format, drafts)
    while wanted:
        run = Placing(document, index, wanted)
        conflict = run.place()
        if conflict:
            return Placement(conflict=conflict)
        edits = run.edits(complete=False)
        after = _task_after(document, index, edits)
        lost = _lost(after, document.format, wanted)
        if not lost:
            if run.may_need_rule and _is_whole(after, document.format):
                edits = run.edits(complete=True)
            return Placement(edits, _added(document.tasks[index], in_order(wanted, document.format)))
        wanted = [draft for draft in wanted if draft.key not in lost]
    return Placement()


def replace(document: Document, index: int, key: str, draft: Draft) -> Placement:
    """Replace what stands below a section's title by a draft of the same key: the one edit here that deletes.

    The title stays as the author wrote it, and so does what lies between the section's lines without being part of
    it; a step gets the draft's name. The edit's span is not empty.
    """
    task = document.tasks[index]
    section = task.find(key)
    if section is None:
        return Placement(conflict=f"{task.label} has no section “{key}” to replace")
    conflict = _open_end(document, index)
    if conflict or not _has_text(draft):
        return Placement(conflict=conflict)
    emptied, is_done = _emptied(document, index, section, draft)
    after = emptied
    if not is_done:
        parsed = Document(emptied, document.format)
        found = parsed.tasks[index].find(key) if index < len(parsed.tasks) else None
        placement = place(parsed, index, [draft]) if found and not found.has_content else Placement()
        if not placement.edits:
            reason = placement.conflict or f"“{key}” of {task.label} can't be replaced where it stands"
            return Placement(conflict=reason)
        after = apply_edits(emptied, placement.edits)
    edit = _difference(document, after)
    return Placement((edit,) if edit else (), (key,) if edit else ())


def guidelines(document: Document, body: Sequence[str]) -> Edit | None:
    """The insertion of the section that a document has once, after its last task; None where there is no place.

    `body` is what stands below the title; its headings are moved to the levels below it.
    """
    fmt = document.format
    folded = fold_title(fmt.guidelines_title)
    titles = (fold_title(heading.text) for unit in document.units for heading in unit.headings)
    if not document.tasks or folded in titles or _open_end(document, len(document.tasks) - 1):
        return None
    level = min(task.level for task in document.tasks)
    last = len(document.tasks) - 1
    blocks = find_blocks(document.tasks[last])
    base = document.start_of(last)
    lines = [f"{'#' * level} {fmt.guidelines_title}"]
    if body:
        lines += ["", *_below(with_bullet(body, document.bullet), level)]
    stop = base + len(document.tasks[last].lines)
    following = document.lines[stop] if stop < len(document.lines) else None
    if following is not None and swallows(lines, following):
        lines += ["", TERMINATOR]
    return insert_below(document, document.tasks[last], base, blocks[-1], lines)


def _wanted(task: Task, fmt: Format, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts that are to be written: whole ones of missing sections, bodies of empty ones."""
    present = {section.key: section for section in reversed(list(task.walk()))}
    found: list[Draft] = []
    for draft in drafts:
        section = present.get(draft.key)
        if spec_of(fmt, draft.key) is None:
            continue
        if section is None:
            if _has_text(draft):
                found.append(draft)
            continue
        if draft.body and not section.has_content:
            found.append(Draft(draft.key, draft.body, (), draft.name))
        found += _wanted(task, fmt, draft.children)
    return _under_parents(found, set(present))


def _under_parents(drafts: Sequence[Draft], present: set[str]) -> list[Draft]:
    """Drafts whose parent is not there get it as a title around them; without a step there is no place."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        parent = draft.key.rpartition(".")[0]
        while parent and parent not in present and not parent.rpartition(".")[2].isdigit():
            siblings = found[parent].children if parent in found else ()
            draft = Draft(parent, found[parent].body if parent in found else (), (*siblings, draft))
            parent = parent.rpartition(".")[0]
        if not parent or parent in present:
            found[draft.key] = draft
    return list(found.values())


def _added(task: Task, drafts: Iterable[Draft]) -> tuple[str, ...]:
    """The keys of drafts that are written, as they were wanted."""
    if any(section.number is not None for section in task.outline):
        return tuple(draft.key for draft in drafts)
    parts = [draft.key.rpartition(".") for draft in drafts]
    return tuple(dict.fromkeys(above if last.isdigit() else f"{above}{dot}{last}" for above, dot, last in parts))


def _has_text(draft: Draft) -> bool:
    return any(each.body for each in draft.walk())


def _task_after(document: Document, index: int, edits: Sequence[Edit]) -> Task:
    """The task as it is after insertions; its lines alone are parsed anew."""
    base = document.start_of(index)
    stop = base + len(document.tasks[index].lines)
    text = join_lines(document.lines[base:stop], document.ends[base:stop])
    shifted = [Edit(edit.span.shifted(-base), edit.text) for edit in edits]
    return Document(apply_edits(text, shifted), document.format).tasks[0]


def _lost(task: Task, fmt: Format, wanted: Iterable[Draft]) -> set[str]:
    """The keys of drafts that the parser does not find, or finds without content, in the task as it would be."""
    present = {section.key: section for section in reversed(list(task.walk()))}
    missing = {missing.key for missing in missing_sections(task, fmt)}
    lost = set()
    for draft in wanted:
        for each in draft.walk():
            section = present.get(each.key)
            if section is None or each.key in missing or (each.body and not section.has_content):
                lost.add(draft.key)
    return lost


def _is_whole(task: Task, fmt: Format) -> bool:
    """Whether nothing required is missing or empty."""
    missing = any(missing.spec.need == REQUIRED for missing in missing_sections(task, fmt))
    return not missing and all(section.spec.need != REQUIRED for section in empty_sections(task))


def _emptied(document: Document, index: int, section: Section, draft: Draft) -> tuple[str, bool]:
    """The text with a section's title alone, and whether the draft stood on the title's line already."""
    task, base = document.tasks[index], document.start_of(index)
    lines, ends = list(document.lines), list(document.ends)
    own = f"{section.key}."
    kept = {
        line
        for other in task.walk()
        if section.line < other.line < section.end and other.key != section.key and not other.key.startswith(own)
        for line in range(other.line, other.end)
    }
    first, column = section.content
    title = base + (first - 1 if section.level else first)
    body = with_bullet(draft.body, "-")
    inline = not section.level and is_text(body) and not draft.children
    start = first if section.level else first + 1
    while not (inline or section.bullet) and start < section.end and not task.lines[start].strip():
        start += 1  # the blank line below the title serves the draft as well
    end = section.end
    while end < len(task.lines) and task.tokens[end][0] == BLANK and task.lines[end].strip():
        end += 1  # a `>` alone, at the end of a quote
    gone = {base + line for line in range(start, end) if line not in kept}
    if not section.level:
        lines[title] = lines[title][:column] + (f" {body[0]}" if inline else "")
    elif draft.name and section.number is not None and draft.name != section.name:
        lines[title] = f"{'#' * section.level} {title_of(draft, section.spec)}"
        gone.update(range(base + section.line, title))
    following = next((number for number in range(title + 1, len(lines)) if number not in gone), title + 1)
    is_label = any(base + other.line == following for other in task.walk())
    if following > title + 1 and not is_label and _is_joined(lines[title], lines[following]):
        # A list may have parted the two: `---` would make a heading of the title.
        gone.discard(following - 1)
        lines[following - 1] = ""
    left = [number for number in range(len(lines)) if number not in gone]
    return join_lines([lines[number] for number in left], [ends[number] for number in left]), inline


def _is_joined(line: str, following: str) -> bool:
    """Whether a line below another is part of the same block, and is none alone."""
    return tokens_of([line, following])[1][0] != tokens_of([following])[0][0]


def _difference(document: Document, after: str) -> Edit | None:
    """The one edit of whole lines that makes `after` of the document."""
    old = list(zip(document.lines, document.ends, strict=True))
    new = list(zip(*split_lines(after), strict=True))
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    if first == len(old) == len(new):
        return None
    same = 0
    while same < min(len(old), len(new)) - first and old[-1 - same] == new[-1 - same]:
        same += 1
    text = "".join(line + end for line, end in new[first : len(new) - same])
    if same:
        return Edit(Span(first, 0, len(old) - same, 0), text)
    if first == len(old):
        return Edit(Span(first - 1, len(old[-1][0]), first - 1, len(old[-1][0])), text)
    return Edit(Span(first, 0, len(old) - 1, len(old[-1][0])), text)


def _open_end(document: Document, index: int) -> str:
    """The conflict of a task whose end lies in something that never closes; "" without one."""
    task = document.tasks[index]
    state = task.tokens[-1][4]
    if state.containers or not is_open(state):
        return ""
    return open_message(task, document.start_of(index), find_blocks(task)[-1])


def _below(lines: Sequence[str], level: int) -> list[str]:
    """Lines whose highest headings are moved to right below `level`."""
    found = list(lines)
    tokens = tokens_of(found)
    headings = [n for n, token in enumerate(tokens) if token[0] == HEADING and not token[4].containers]
    shift = level + 1 - min((tokens[n][2] for n in headings), default=level + 1)
    for number in headings:
        found[number] = "#" * min(tokens[number][2] + shift, 6) + found[number].lstrip().lstrip("#")
    return found
