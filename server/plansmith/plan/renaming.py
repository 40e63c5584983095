"""Renaming a task: its number or its name in the heading, in every reference, and in links to the heading.

What a renaming makes of a document is looked at before it is told: every reference means the task that it meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from .document import Document
from .format import TaskTitle, fold_name
from .graph import spellings
from .inline import code_spans
from .occurrences import BY_ID, BY_NAME, HEADING, LINK, Occurrence, heading_words, occurrence_at, occurrences
from .references import find_links, find_name_behind, find_single_ids, is_range, slug
from .scanner import CODE_KINDS
from .text import Edit, Span, on_line, overlap
from .tree import Task

ID: Final = "id"
NAME: Final = "name"

_MAX_MENTIONS: Final = 500


class Renamable(NamedTuple):
    """What can be renamed at a place: the id or the name of a task."""

    task: int  # its index
    part: str  # ID or NAME
    text: str  # as it is in the heading
    span: Span  # of the words at the place, by absolute lines


class Renaming(NamedTuple):
    """The edits of a renaming, by absolute lines in the order of the text, or why there can be none."""

    edits: tuple[Edit, ...] = ()
    mentions: tuple[Edit, ...] = ()  # in prose, where the same words may mean something else
    refusal: str = ""


def renamable_at(document: Document, line: int, column: int) -> Renamable | None:
    """The id or name of a task at a place: in its heading, in a reference, in a link to the heading."""
    found = occurrence_at(document, line, column)
    if found is None:
        return None
    task = document.tasks[found.target]
    if found.kind == HEADING:
        identifier, name = heading_words(task, document.start_of(found.target))
        if task.id and (column <= identifier.end or not task.name):
            # The word before the number is part of what is shown, so that the place lies within it.
            start = found.span.start if column < identifier.start else identifier.start
            shown = on_line(identifier.line, min(start, identifier.start), identifier.end)
            return Renamable(found.target, ID, task.id, _around(shown, column))
        return Renamable(found.target, NAME, task.name, _around(name, column))
    if found.name is not None and found.name.start <= column <= found.name.end:
        return Renamable(found.target, NAME, task.name, found.name)
    span = found.words if found.words.start <= column <= found.words.end else found.span
    if found.kind == BY_ID:
        if found.name is not None and span is found.span:
            # The words before the number, without the name behind it.
            span = on_line(span.line, span.start, max(found.words.end, column))
        return Renamable(found.target, ID, task.id, span)
    if found.kind == BY_NAME or task.name:
        return Renamable(found.target, NAME, task.name, span)
    return Renamable(found.target, ID, task.id, span)


def rename(document: Document, index: int, part: str, new: str) -> Renaming:
    """Give a task another id or name."""
    task = document.tasks[index]
    if "\n" in new or "\r" in new:
        return Renaming(refusal=f"A task's {_called(part)} stands on one line")
    new = _spelled(new.strip(), task, document) if part == ID else new.strip()
    if not new:
        return Renaming(refusal=f"A task's {_called(part)} can't be empty")
    if new == (task.id if part == ID else task.name):
        return Renaming()
    heading = _heading_edit(document, index, part, new)
    title = _read(document, index, heading)
    if title is None or not _is_renamed(title, task, part, new):
        return Renaming(refusal=f"“{new}” can't be a task's {_called(part)}: its heading would read otherwise")
    other = _collision(document, index, part, new)
    if other is not None:
        kind = "number" if part == ID else "name"
        return Renaming(refusal=f"Another task has the {kind} {new} already: {document.tasks[other].heading.text}")
    edits = {heading.span: heading}
    for found in occurrences(document, index)[1:]:
        for edit in _edits(document, found, part, new, title):
            edits.setdefault(edit.span, edit)
    ordered = sorted(edits.values())
    if any(overlap(one.span, two.span) for one, two in pairwise(ordered)):
        return Renaming(refusal=f"{task.label} stands in a range of a range; write out the tasks there first")
    refusal = _check(document, index, part, new, ordered)
    if refusal:
        return Renaming(refusal=refusal)
    return Renaming(tuple(ordered), tuple(_mentions(document, index, part, new, ordered)))


def _called(part: str) -> str:
    return "number" if part == ID else "name"


def _around(span: Span, column: int) -> Span:
    """The span, made as long as it takes to hold a column."""
    return on_line(span.line, min(span.start, column), max(span.end, column))


def _spelled(new: str, task: Task, document: Document) -> str:
    """An id as the document spells it: `Task 7` and `#7` are 7, and 7 is TASK-7 where it was TASK-6."""
    match = document.format.reference.fullmatch(new)
    if match is not None:
        new = match["id"] or match.groupdict().get("glued") or new
    new = new.removeprefix("#")
    word, dash, _ = task.id.rpartition("-")
    return f"{word}{dash}{new}" if new[:1].isdigit() else new


def _heading_edit(document: Document, index: int, part: str, new: str) -> Edit:
    task = document.tasks[index]
    identifier, name = heading_words(task, document.start_of(index))
    if part == ID:
        return Edit(identifier, new)
    return Edit(name, new if task.name else f": {new}")  # `Task 3` alone has no colon yet


def _read(document: Document, index: int, edit: Edit) -> TaskTitle | None:
    """The title of a task after an edit of its heading."""
    task = document.tasks[index]
    column = task.heading.column
    text = task.heading.text
    text = text[: edit.span.start - column] + edit.text + text[edit.span.end - column :]
    return document.format.task_title(text)


def _is_renamed(title: TaskTitle, task: Task, part: str, new: str) -> bool:
    wanted = (new, task.name) if part == ID else (task.id, new)
    return (title.id, title.name) == wanted and title.done == task.title.done


def _collision(document: Document, index: int, part: str, new: str) -> int | None:
    """The task of the same group that has the id already, or, where neither has an id, the name."""
    graph, tasks = document.graph, document.tasks
    groups = graph.keys[index].groups
    for number, other in enumerate(tasks):
        if number == index or graph.keys[number].groups != groups:
            continue
        if part == ID and other.id.casefold() == new.casefold():
            return number
        if part == NAME and not other.id and not tasks[index].id and fold_name(other.name) == fold_name(new):
            return number
    return None


def _edits(document: Document, found: Occurrence, part: str, new: str, title: TaskTitle) -> Iterator[Edit]:
    """What changes at one place that speaks of the task."""
    task = document.tasks[found.target]
    line = document.lines[found.words.line]
    if found.kind == BY_ID:
        if part == ID:
            yield _id_edit(document, found, task.id, new)
        elif found.name is not None:
            yield Edit(found.name, new)
    elif found.kind == BY_NAME:
        if part == NAME:
            # Emphasis and the full stop are no part of the name.
            text = line[found.words.start : found.words.end]
            start = found.words.start + len(text) - len(text.lstrip("*_` "))
            end = found.words.start + len(text.rstrip("*_` .:"))
            yield Edit(on_line(found.words.line, start, end), new)
    elif found.kind == LINK:
        before = spellings(task.id, task.summary.head, task.summary.name)
        after = spellings(title.id, title.head.casefold(), fold_name(title.name))
        place = next((place for place, text in enumerate(before) if slug(text) == found.text), None)
        if place is None:
            return
        anchor = slug(after[place])
        if anchor != found.text:
            yield Edit(found.words, anchor)
        yield from _link_text(line, found, task, part, new)


def _link_text(line: str, found: Occurrence, task: Task, part: str, new: str) -> Iterator[Edit]:
    """The text of a link, where that is the heading itself."""
    span = found.span
    if not any(link == (span.start, span.end) for link, _ in find_links(line)):
        return  # a link's definition has none
    start = span.start + 1
    end = line.index("]", start)
    text = line[start:end]
    known = {fold_name(each) for each in spellings(task.id, task.title.head, task.name)}
    if fold_name(text) not in known:
        return
    if part == NAME and task.name and text.rstrip().endswith(task.name):
        stop = start + len(text.rstrip())
        yield Edit(on_line(span.line, stop - len(task.name), stop), new)
    elif part == ID:
        place = text.find(task.id)
        if place >= 0:
            yield Edit(on_line(span.line, start + place, start + place + len(task.id)), new)


def _id_edit(document: Document, found: Occurrence, old: str, new: str) -> Edit:
    """Another id at a reference; the range that the task stands in is written out around it."""
    for ids, span, glue in _ranges(document, found):
        place = next((place for place, text in enumerate(ids) if _is_called(text, old)), None)
        if place is None:
            continue
        parts = [_run(ids[:place], glue), _as_written(ids[place], old, new), _run(ids[place + 1 :], glue)]
        return Edit(span, (", #" if "#" in glue else ", ").join(filter(None, parts)))
    return Edit(found.words, _as_written(found.text, old, new))


def _ranges(document: Document, found: Occurrence) -> Iterator[tuple[list[str], Span, str]]:
    """The ranges of ids that hold a reference: the ids, their place, and what stands between the first and the last."""
    start = document.start_of(found.owner)
    line = document.lines[found.words.line]
    references = [
        each
        for each in document.tasks[found.owner].references
        if each.kind == BY_ID and start + each.span.line == found.words.line
    ]
    for first, second in pairwise(references):
        glue = line[first.target.end : second.target.start]
        if first.target.end > second.target.start or not is_range(glue):
            continue
        last = second.target
        ids = [first.text, *(each.text for each in references if each.target == last)]
        if found.words.start in (first.target.start, last.start):
            yield ids, Span(*first.target[:2], *last[2:]).shifted(start), glue


def _run(ids: Sequence[str], glue: str) -> str:
    return "" if not ids else ids[0] if len(ids) == 1 else f"{ids[0]}{glue}{ids[-1]}"


def _is_called(text: str, identifier: str) -> bool:
    return text.casefold() in (identifier.casefold(), identifier.rpartition("-")[2].casefold())


def _as_written(text: str, old: str, new: str) -> str:
    """The new id in the form that a reference has: whole or without its word, the word as it is written there."""
    if text.casefold() != old.casefold():
        return new.rpartition("-")[2]
    word, dash, _ = text.rpartition("-")
    other, _, number = new.rpartition("-")
    return f"{word}{dash}{number}" if dash and word.casefold() == other.casefold() else new


def _check(document: Document, index: int, part: str, new: str, edits: Sequence[Edit]) -> str:
    """Why the document would not read as before after the edits; "" where it does."""
    copy = document.snapshot()
    for edit in reversed(edits):
        copy.edit(edit)
    would = f"With the {_called(part)} “{new}”"
    same = [(task.id, task.name, task.level) for task in copy.tasks]
    wanted = [(task.id, task.name, task.level) for task in document.tasks]
    own = document.tasks[index]
    wanted[index] = (new, own.name, own.level) if part == ID else (own.id, new, own.level)
    if same != wanted:
        return f"{would} the document would have other tasks"
    if len(copy.graph.duplicates) > len(document.graph.duplicates):
        return f"{would} two tasks would be called the same"
    for before, after, task in zip(document.graph.targets, copy.graph.targets, document.tasks, strict=True):
        if not _agree(before, after):
            return f"{would} a reference in {task.label} would mean something else; change that first"
    return ""


def _agree(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether all references mean the tasks that they meant; those that meant none may mean one now."""
    if len(before) == len(after):
        return all(old < 0 or old == now for old, now in zip(before, after, strict=True))
    return [each for each in before if each >= 0] == [each for each in after if each >= 0]


def _mentions(document: Document, index: int, part: str, new: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Where the task's id, or its name behind its id, stands in prose; in code only where both do."""
    task, fmt = document.tasks[index], document.format
    taken: dict[int, list[Span]] = {}
    for edit in edits:
        taken.setdefault(edit.span.line, []).append(edit.span)
    words = [word.casefold() for word in fmt.reference_words]
    count = 0
    for number, line in enumerate(document.lines):
        folded = line.casefold()
        if not any(word in folded for word in words) or document.token(number)[0] in CODE_KINDS:
            continue
        owner = document.task_at(number)
        if owner is None or document.start_of(owner) + document.tasks[owner].heading.line == number:
            continue
        code = [(code.start, code.end) for code in code_spans(line)]
        linked = [span for span, _ in find_links(line)]
        for text, start, end in find_single_ids(line, fmt):
            name = find_name_behind(line, end, task.name)
            if part == NAME and name is None:
                continue
            if any(first < end and start < last for first, last in (linked if name else code + linked)):
                continue
            span = on_line(number, start, end) if part == ID else on_line(number, *(name or (start, end)))
            if any(overlap(other, span) for other in taken.get(number, ())):
                continue
            if document.graph.resolve(owner, BY_ID, text) == index:
                yield Edit(span, _as_written(text, task.id, new) if part == ID else new)
                count += 1
                if count >= _MAX_MENTIONS:
                    return
