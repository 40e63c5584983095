"""An expansion adds, and nothing else: held on authors' documents in all shapes, and on real ones.

Deliberately not the same after it: a paragraph or a list in which a label without content stands, since what it
lacks goes right below it.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given

from plansmith.expand.blocks import find_blocks
from plansmith.expand.place import place
from plansmith.plan.document import Document
from plansmith.plan.format import STEPS
from plansmith.plan.queries import empty_sections
from plansmith.plan.text import apply_edits, split_lines
from plansmith.plan.tree import Section, Task
from plansmith.rules.rule import Severity
from plansmith.rules.runner import Analysis, Checker
from tests.expand.canned import FORMAT, drafts_for, needed, parse
from tests.expand.plans import documents, shuffled_plans, wild_documents
from tests.expand.rendering import not_seen_again, seen_blocks
from tests.plan.texts import each_corpus_text

CHECKER = Checker(FORMAT)
_NO_CONTENT = re.compile(r"(?:\s|<!--(?:(?!-->).)*-->|^[ \t]*(?:[-*]{3,}|(?:>[ \t]*)+)[ \t]*$)+\Z", re.S | re.M)


_STEP = "## Task 1: Build\n\n### Implementation Steps\n\n#### Step 1: Do it\n\n"


# What parts a paragraph stands in order with all that then stands above it.
@example(f"{_STEP}**Code Examples**:\n**Validation**:\n**Actions**:\n**Troubleshooting**:\n")
@example(f"{_STEP}**Code Examples**:\n\n**Validation**:\n\n**Actions**:\n**Troubleshooting**:\n")
# Steps would take the label that follows them.
@example("### Task 1: Build\n\n##### Implementation Steps\n\n**Testing Plan**:\n\n##### Integration Tests\n")
# The second section of a title takes what is put below the first, which stays empty.
@example(
    "## Task 1: Build\n\n### Testing Plan\n\n### Success Criteria\n\n### Next Steps\n\n"
    "- **Dependencies unlocked**:\nTask 2: Build\n------\n\n### Implementation Steps\n\n### Testing Plan\n\n"
    "**Unit Tests**:\n**Integration Tests**:\n\n### Files Created/Modified\n"
)
# Nothing can stand above a label that goes on with the list above it.
@example("## Task 1: Build\n\n### Files Created/Modified\n\n- one\n- two\n**Modified Files**:\n")
@given(documents())
def test_an_expansion_of_a_plan_only_adds(text):
    each_task_is_expanded(text)


@given(shuffled_plans())
def test_no_section_that_is_added_is_out_of_order(text):
    """Of several runs that are as long, the rule and the expansion keep the same one."""
    before = parse(text)
    placement = place(before, 0, drafts_for(before.tasks[0]))
    no_trouble_comes_in(before, parse(apply_edits(text, placement.edits)))


@example("".join(["## Task 1: Build\n" * 4, "123456789. 1\u0661. \n \t>\t\n</b >\n+ \n## Task 1: Build\n"]))
# A line that is indented like code goes on with the paragraph of the inner list.
@example("## Task 1: Build\n1.   - 1\n    <pre>x</pre>\n</script>\n## Task 1: Build\n")
@given(wild_documents())
def test_an_expansion_of_any_text_only_adds(text):
    # `markdown-it-py` takes other blanks than space and tab for blanks too.
    each_task_is_expanded(text.translate(dict.fromkeys(map(ord, "\xa0\x0b\x0c\x85\u2028"), "_")), strict=False)


@each_corpus_text
def test_an_expansion_of_a_real_document_only_adds(text):
    each_task_is_expanded(text)


def each_task_is_expanded(text: str, *, strict: bool = True) -> None:
    for index in range(len(parse(text).tasks)):
        text = expanded(text, index, strict=strict)


def stands_twice(task: Task, key: str) -> bool:
    """Whether a section or one around it has a twin, which may hold what the first lacks."""
    keys = [section.key for section in task.walk()]
    return any(keys.count(key[:end]) > 1 for end in (*(n for n, sign in enumerate(key) if sign == "."), len(key)))


def expanded(text: str, index: int, *, strict: bool) -> str:
    """The text after one task is expanded; everything that must hold is checked."""
    before = parse(text)
    task = before.tasks[index]
    placement = place(before, index, drafts_for(task))
    if placement.conflict:
        assert not placement.edits
        assert placement.conflict.startswith("Line ")
        return text
    for edit in placement.edits:
        assert edit.span[:2] == edit.span[2:], "an edit that is no insertion"
    after_text = apply_edits(text, placement.edits)
    after = parse(after_text)
    the_lines_are_kept(text, after_text)
    the_blocks_are_kept(before, index, after, definitions=strict)
    the_other_tasks_are_kept(before, after, index)
    the_sections_are_kept(task, after.tasks[index])
    left = {key for key in needed(task) if not stands_twice(task, key)} - covered(placement.added, task)
    assert {key for key in needed(after.tasks[index]) if not stands_twice(task, key)} == left, "not found again"
    if strict:
        assert not needed(after.tasks[index]) or is_excused(task, needed(after.tasks[index])), needed(
            after.tasks[index]
        )
        no_trouble_comes_in(before, after)
    again = place(after, index, drafts_for(after.tasks[index]))
    assert not again.edits, "a second time adds something"
    return after_text


def the_lines_are_kept(text: str, after: str) -> None:
    lines, ends = split_lines(text)
    new = iter(zip(*split_lines(after), strict=True))
    for line, end in zip(lines, ends, strict=True):
        assert any(line == other and (end == mark or not end) for other, mark in new), f"lost: {line!r}"


def the_blocks_are_kept(before: Document, index: int, after: Document, *, definitions: bool) -> None:
    """The task's blocks, and the first ones below it, are rendered as before; those above are not touched at all."""
    base = before.start_of(index)
    stop = base + len(before.tasks[index].lines) + 8
    empty = [section.line for section in empty_sections(before.tasks[index]) if not section.level]
    kept = [
        block
        for block in seen_blocks(before.lines[base:stop], definitions=definitions)
        if not any(
            block.first <= line < block.last and (block.html.startswith(("<ul", "<ol")) or line + 1 < block.last)
            for line in empty
        )
    ]
    assert after.lines[:base] == before.lines[:base]
    below = after.lines[base : stop + len(after.lines) - len(before.lines)]
    for block in not_seen_again(kept, seen_blocks(below, definitions=definitions)):
        pytest.fail(f"rendered otherwise: {block}")


def the_other_tasks_are_kept(before: Document, after: Document, index: int) -> None:
    assert len(before.tasks) == len(after.tasks)
    for number, (old, new) in enumerate(zip(before.tasks, after.tasks, strict=True)):
        if number != index:
            assert old.lines == new.lines
            assert old.title == new.title
            assert [s.key for s in old.walk()] == [s.key for s in new.walk()]


def the_sections_are_kept(old: Task, new: Task) -> None:
    """Every section of the author's still is what it was, with the same content."""
    found = [(s.key, s.by_alias, content(s, new)) for s in new.walk()]
    rest = iter(found)
    for section in old.walk():
        if section.has_content and not section.children:
            wanted = (section.key, section.by_alias, content(section, old))
            assert wanted in rest, f"{wanted} was changed, or moved: {[f for f in found if f[0] == section.key]}"


def content(section: Section, task: Task) -> str:
    """A section's own lines up to the next section of any kind, without rules and comments at their end."""
    line, column = section.content
    end = min([section.end, *(other.line for other in task.walk() if other.line > section.line)])
    lines = [task.lines[line][column:], *task.lines[line + 1 : end]] if line < end else []
    return _NO_CONTENT.sub("", "\n".join(lines)).strip()


def covered(added: tuple[str, ...], task: Task) -> set[str]:
    return {
        key
        for key in needed(task)
        if any(f"{key}.".startswith(f"{one}.") or one.startswith(f"{key}.") for one in added)
    }


def is_excused(task: Task, left: list[str]) -> bool:
    """Below a label in the middle of a paragraph or a list, which has content, nothing can be put.

    Neither can it where a second section of the same title takes what is put below the first, nor can steps, which
    are headings, where labels follow that are no part of them, nor a list where a list of labels follows or goes on.
    """
    keys = [section.key for section in task.walk()]
    steps = task.find("steps")
    if steps is not None and any(not section.level and section.line > steps.line for section in task.sections):
        left = [key for key in left if key != "steps" and not key.startswith("steps.")]
    labels = [
        section
        for section in task.walk()
        if section.spec.children and (not section.level or keys.count(section.key) > 1)
    ]
    bullets = {section.line for section in task.walk() if section.bullet}
    lists = [block for block in find_blocks(task) if not bullets.isdisjoint(range(block.start, block.end))]
    parted = {
        section.key
        for section in task.walk()
        if any(not "".join(task.lines[section.end : block.start]).strip() for block in lists if section.end < block.end)
    }
    return all(
        any(
            key.startswith(f"{label.key}.") or (key == label.key and (label.spec.kind == STEPS or keys.count(key) > 1))
            for label in labels
        )
        or key.rpartition(".")[0] in parted
        for key in left
    )


def _is_crooked(task: Task) -> bool:
    """Whether headings that should have one level have several."""
    levels = {section.level for section in task.sections if section.level}
    return len(levels) > 1 or any(section.too_deep or section.too_high for section in task.walk())


def no_trouble_comes_in(before: Document, after: Document) -> None:
    """No inserted line has an error or a warning; in order it can't be where the author's levels are not."""
    crooked = {n for n, task in enumerate(before.tasks) if _is_crooked(task)}
    kept = iter(before.lines)
    line_of_author = next(kept, None)
    inserted = []
    for number, line in enumerate(after.lines):
        if line == line_of_author:
            line_of_author = next(kept, None)
        else:
            inserted.append(number)
    for finding in Analysis(after, CHECKER).report().findings:
        if finding.rule == "misplaced-section" and finding.task in crooked:
            continue
        place = after.start_of(finding.task) + finding.span.line
        if place in inserted and finding.severity is not None and finding.severity <= Severity.WARNING:
            pytest.fail(f"{finding.rule} in an inserted line: {after.lines[place]!r}: {finding.message}")
