"""Completion: what can stand at a place, told by the words before it; in prose nothing can.

A place is one where a section may begin, a task may be referred to, a choice is to be made, or code was begun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from .blanks import Part, blank_form, blank_item
from .document import Document
from .examples import heading_level, title_line
from .format import CHOICE, FIELD, HEADING, STEP, Format, fold_name
from .graph import PREREQUISITES
from .inline import code_spans
from .openings import openings, without_line
from .scanner import BLANK, MORE, QUOTE, TEXT
from .scanner import HEADING as HEADING_TOKEN
from .states import state_of
from .text import Span, on_line
from .tree import Section, Task

SECTION: Final = "section"
TASK: Final = "task"
WORD: Final = "word"

MOST_TASKS: Final = 100

_TITLE: Final = re.compile(r" {0,3}(?:(?P<marks>#{1,6})(?P<blank>[ \t]*)|(?P<bold>\*\*))?(?P<words>[^#*`]*)$")
_ITEM_TITLE: Final = re.compile(r"(?P<marker>[-*+]) (?P<bold>\*\*)?(?P<words>[^#*`]*)$")
_SEPARATOR: Final = re.compile(r"[,;&]\s*(?:and\s+|or\s+)?|\s(?:and|or)\s+", re.I)
_WORD_AFTER: Final = re.compile(r"[\w.-]*")
_BEGUN_ID: Final = re.compile(r"\s{1,3}#?[\w.-]*$")
_EMPTY: Final = re.compile(r"``(?!`)")
_NO_CODE: Final = frozenset((BLANK, TEXT, MORE, HEADING_TOKEN))


class Offer(NamedTuple):
    """One thing that can stand at a place; `key` names what it is: a section's key, a task's index."""

    kind: str  # SECTION, TASK or WORD
    label: str
    parts: tuple[Part, ...]  # what is written
    filter: str  # what the words before the place are compared with
    detail: str = ""
    key: str = ""


class Completion(NamedTuple):
    """What can stand at a place; `span` are the words before it, `whole` also those that it would replace."""

    offers: tuple[Offer, ...]
    span: Span
    whole: Span
    is_incomplete: bool = False


class CodePlace(NamedTuple):
    """A code span that is being written: what stands before the place, and whether it is closed already."""

    task: int
    section: Section | None  # that it lies in
    text: str
    span: Span
    whole: Span
    is_closed: bool


def completion_at(document: Document, line: int, column: int) -> Completion | None:
    """The sections, references or choices that can stand at a place; None where none is expected."""
    if not 0 <= line < len(document.lines):
        return None
    column = min(max(column, 0), len(document.lines[line]))
    found = _sections(document, line, column) or _items(document, line, column)
    if found is None and document.is_ours:
        found = _words(document, line, column)
    return found if found is not None and found.offers else None


def code_at(document: Document, line: int, column: int) -> CodePlace | None:
    """The code span that a place lies in; one that is not closed yet counts, where no other could close it."""
    index = document.task_at(line) if 0 <= line < len(document.lines) else None
    if index is None or document.token(line)[0] not in _NO_CODE:
        return None
    text = document.lines[line]
    column = min(column, len(text))
    task, start = document.tasks[index], document.start_of(index)
    section = section_at(task, line - start)
    spans = code_spans(text)
    for span in spans:
        if span.code_start <= column <= span.code_end:
            code = text[span.code_start : span.code_end]
            if any(map(str.isspace, code)) and code[-1:].isspace():
                # What closes it was meant to open the next one.
                break
            here = on_line(line, span.code_start, column)
            whole = on_line(line, span.code_start, span.code_end)
            return CodePlace(index, section, text[span.code_start : column], here, whole, True)
    before = text[:column]
    is_pair = before.endswith("`") and _EMPTY.match(text, column - 1) is not None
    if is_pair and not before[:-1].endswith(("`", "\\")) and not any(each.start < column < each.end for each in spans):
        # Editors close a backtick at once: two with nothing between them are no code yet.
        here = on_line(line, column, column)
        return CodePlace(index, section, "", here, here, True)
    closed = code_spans(before)
    tick = before.rfind("`")
    if tick < (closed[-1].end if closed else 0) or before.endswith("``"):
        return None
    here = on_line(line, tick + 1, column)
    return CodePlace(index, section, before[tick + 1 :], here, here, False)


def empty_item_at(document: Document, line: int, column: int) -> CodePlace | None:
    """The list item without text that a place lies in, as if code was to begin there."""
    index = document.task_at(line) if 0 <= line < len(document.lines) else None
    if index is None:
        return None
    task, inside = document.tasks[index], line - document.start_of(index)
    section = section_at(task, inside)
    item = next((item for item in section.items if item.line == inside), None) if section is not None else None
    if item is None or column < item.text or task.lines[inside][item.content :].strip(" []xX"):
        return None
    column = min(column, len(task.lines[inside]))
    here = on_line(line, column, column)
    return CodePlace(index, section, "", here, here, False)


def section_at(task: Task, line: int) -> Section | None:
    """The innermost section whose own content a line of the task lies in."""
    found: Section | None = None
    for section in task.outline:
        if section.line > line:
            break
        if line < section.end:
            found = section
    return found


def _sections(document: Document, line: int, column: int) -> Completion | None:
    """The sections that can begin on a line that holds nothing but the beginning of a title."""
    text = document.lines[line]
    match = _TITLE.match(text, 0, column)
    if match is None or text[column:].strip(" *") or (not text[:column].strip() and text[:column]):
        return None
    marks, bold, words = match["marks"], match["bold"], match["words"]
    if words and (not (marks or bold) or (marks and not match["blank"])):
        return None
    above = document.lines[line - 1].strip() if line else ""
    is_below_list = bool(bold and above) and _is_below_list(document, line)
    is_text_above = bool(bold and above) and document.token(line - 1)[0] in (TEXT, MORE)
    if is_text_above and not is_below_list and not _is_label(document, line - 1):
        return None  # the paragraph goes on, with emphasis
    if document.token(line)[0] not in _NO_CODE or document.token(line)[3]:
        return None
    document = without_line(document, line)
    if not document.is_ours:
        return None
    index = document.task_at(line)
    if index is None:
        return None
    level, bullet = document.tasks[index].level, document.bullet
    form = HEADING if marks else FIELD if bold else ""
    gap = "\n" if above and (not bold or is_below_list) else ""
    below = "\n" if line + 1 < len(document.lines) and document.lines[line + 1].strip() else ""
    offers = []
    for spec, number, _ in openings(document, line):
        if form and spec.form != form:
            continue
        title = title_line(spec, level, number).rstrip(" :：.)-–—") if spec.kind == STEP else spec.title
        bare = title.lstrip("#").strip()
        if words and not bare.casefold().startswith(words.strip().casefold()):
            continue
        typed = f"{marks}{match['blank'] or ' '}" if marks else bold or ""
        parts = (*([gap] if gap else []), *blank_form(spec, level, bullet, number), *([below] if below else []))
        written = f"{'#' * heading_level(spec, level)} " if spec.form == HEADING else ""
        offers.append(Offer(SECTION, f"{written}{bare}", parts, f"{typed}{bare}", spec.need, spec.key))
    return Completion(tuple(offers), on_line(line, 0, column), on_line(line, 0, len(text)))


def _items(document: Document, line: int, column: int) -> Completion | None:
    """The labels that can begin in a list item, where those beside it are list items, too."""
    text = document.lines[line]
    match = _ITEM_TITLE.match(text, 0, column)
    if match is None or text[column:].strip(" *") or (match["words"] and not match["bold"]):
        return None
    token = document.token(line)
    if token[0] not in _NO_CODE or len(token[3]) != 1:
        return None
    document = without_line(document, line)
    index = document.task_at(line)
    if index is None or not document.is_ours:
        return None
    level = document.tasks[index].level
    marker, bold, words = match["marker"], match["bold"] or "", match["words"].strip().casefold()
    offers = []
    for spec, _, beside in openings(document, line):
        if spec.form != FIELD or beside is None or beside.column or not spec.title.casefold().startswith(words):
            continue
        if not bold and any(not item.column for item in beside.items):
            continue  # an item of what that one holds may be meant
        parts = blank_item(spec, level, marker, document.bullet)
        offers.append(Offer(SECTION, spec.title, tuple(parts), f"{marker} {bold}{spec.title}", spec.need, spec.key))
    return Completion(tuple(offers), on_line(line, 0, column), on_line(line, 0, len(text))) if offers else None


def _is_below_list(document: Document, line: int) -> bool:
    """Whether a line stands right below a list item, and not in it by its own indent."""
    containers = document.token(line - 1)[4].containers
    text = document.lines[line]
    return bool(containers) and containers[0] != QUOTE and len(text) - len(text.lstrip()) < containers[0]


def _is_label(document: Document, line: int) -> bool:
    index = document.task_at(line)
    if index is None:
        return False
    inside = line - document.start_of(index)
    return any(section.line == inside for section in document.tasks[index].outline)


def _words(document: Document, line: int, column: int) -> Completion | None:
    """The choices or references that can stand in a section that asks for them."""
    index = document.task_at(line)
    if index is None or document.token(line)[0] not in (TEXT, MORE, BLANK):
        return None
    task, start = document.tasks[index], document.start_of(index)
    section = section_at(task, line - start)
    if section is None or not (section.spec.references or section.spec.kind == CHOICE):
        return None
    begin = _content_start(section, task, line - start)
    if begin is None or column < begin:
        return None
    text = task.lines[line - start]
    begin += len(text[begin:column]) - len(text[begin:column].lstrip())
    if section.spec.kind == CHOICE:
        return _choices(section, text, line, begin, column)
    if any(code.start < column <= code.end for code in code_spans(text)) or "`" in text[begin:column]:
        return None
    for separator in _SEPARATOR.finditer(text, begin, column):
        begin = separator.end()
    begin = _task_word(text, begin, column, document.format)
    return _references(document, index, section, line, begin, column)


def _content_start(section: Section, task: Task, line: int) -> int | None:
    """The column at which a line's content starts; None for a line that starts nothing."""
    if line == section.content[0]:
        return section.content[1]
    item = next((item for item in section.items if item.line == line), None)
    if item is not None:
        return item.text
    return task.tokens[line][1] if task.tokens[line][0] == TEXT else None


def _choices(section: Section, text: str, line: int, begin: int, column: int) -> Completion | None:
    typed = text[begin:column]
    if typed and not any(choice.casefold().startswith(typed.casefold()) for choice in section.spec.choices):
        return None
    end = _end_of_word(text, column)
    gap = " " if begin and text[begin - 1] in ":：*_" else ""
    offers = [Offer(WORD, choice, (gap + choice,), gap + choice) for choice in section.spec.choices]
    return Completion(tuple(offers), on_line(line, begin, column), on_line(line, begin, end))


def _task_word(text: str, begin: int, column: int, fmt: Format) -> int:
    """Where the word starts after which an id is being written, whatever stands before it: `after (Task 1`."""
    found = _BEGUN_ID.search(text, begin, column)
    if found is None:
        return begin
    before = text[begin : found.start()].casefold()
    for word in fmt.reference_words:
        start = begin + len(before) - len(word)
        if before.endswith(word.casefold()) and start >= begin and not text[start - 1 : start].isalnum():
            return start
    return begin


def _references(
    document: Document, index: int, section: Section, line: int, begin: int, column: int
) -> Completion | None:
    task = document.tasks[index]
    text = document.lines[line]
    typed = text[begin:column]
    word = next(
        (word for word in document.format.reference_words if typed.casefold().startswith(f"{word.casefold()} ")), ""
    )
    if word:
        begin += len(word) + 1
        begin += len(text[begin:column]) - len(text[begin:column].lstrip())
        begin += text.startswith("#", begin, column)
        typed = text[begin:column]
    whole = on_line(line, begin, _end_of_word(text, column))
    gap = " " if begin and text[begin - 1] in ":：*,;" else ""
    there = {
        target
        for reference, target in zip(task.references, document.graph.targets[index], strict=True)
        if reference.section == section.key
        and not (reference.span.line == line - document.start_of(index) and reference.span.end >= begin)
    }
    left_out = there | {index}
    if section.key == PREREQUISITES:
        left_out |= _waiting_for(document, index)
    offers: list[Offer] = []
    for other in _nearest(document, index, forward=section.key != PREREQUISITES):
        if other in left_out:
            continue
        if not _means(document, index, other):
            continue  # of equals another one is meant
        offer = _reference(document, other, typed, gap, with_word=not word)
        if offer is not None:
            if len(offers) == MOST_TASKS:
                return Completion(tuple(offers), on_line(line, begin, column), whole, True)
            offers.append(offer)
    none = document.format.none_text
    content_line, content_column = section.content
    first = content_column if line == content_line + document.start_of(index) else 0
    is_alone = not text[first:begin].strip(" -*+")
    if section.spec.none and not word and is_alone and none.casefold().startswith(typed.casefold()):
        offers.append(Offer(WORD, none, (gap + none,), gap + none))
    return Completion(tuple(offers), on_line(line, begin, column), whole)


def _reference(document: Document, index: int, typed: str, gap: str, *, with_word: bool) -> Offer | None:
    """A task as it is referred to, if the words before the place can be its beginning."""
    task = document.tasks[index]
    spelled = document.format.reference_to(task.id) if task.id else task.name
    written = spelled if with_word else task.id
    if not written:
        return None
    label = f"{spelled}: {task.name}" if task.id and task.name else spelled
    typed = typed.casefold()
    if written.casefold().startswith(typed):
        words = label if with_word else f"{written}: {task.name}"
    elif task.name.casefold().startswith(typed):
        words = task.name
    else:
        return None
    return Offer(TASK, label, (gap + written,), gap + words, state_of(document, index), str(index))


def _means(document: Document, index: int, other: int) -> bool:
    """Whether a task that is referred to by its id or name is the one that is meant."""
    task = document.tasks[other]
    kind, text = ("id", task.id) if task.id else ("name", fold_name(task.name))
    return document.graph.resolve(index, kind, text) == other


def _waiting_for(document: Document, index: int) -> set[int]:
    """The tasks that wait for a task, or for one that does: waiting for them would be a cycle."""
    found: set[int] = set()
    queue = [index]
    for at in queue:
        for other in document.graph.dependents[at]:
            if other not in found:
                found.add(other)
                queue.append(other)
    return found


def _nearest(document: Document, index: int, *, forward: bool) -> Iterator[int]:
    """All tasks, those right before or right after a task first."""
    before, after = range(index - 1, -1, -1), range(index + 1, len(document.tasks))
    yield from (*after, *before) if forward else (*before, *after)


def _end_of_word(text: str, column: int) -> int:
    match = _WORD_AFTER.match(text, column)
    return match.end() if match else column
