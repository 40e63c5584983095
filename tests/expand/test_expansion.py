"""What an expansion is said to write is what it writes: the keys that are wanted are the keys that were added."""

from __future__ import annotations

import pytest

from plansmith.expand.expansion import wanted_keys
from plansmith.expand.offline import plan_offline
from plansmith.expand.place import place
from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits
from plansmith.plan.tree import Section, Task
from plansmith.workspace.formats import load_format
from plansmith.workspace.stack import Stack

COARSE = """# Breakdown

## Task 1: Read the file

Reads a CSV file.

- Write `src/read.py`
- Skip empty lines

## Task 2: Ship it

**Prerequisites**: Task 1

- Publish the package
"""


def expanded(document: Document, index: int = 0) -> tuple[Document, list[str], tuple[str, ...]]:
    """The document with the plan of a task, the keys that were wanted, and those that were added."""
    keys = wanted_keys(document.tasks[index], document.format)
    placement = place(document, index, plan_offline(document, index, keys, Stack(), None))
    return Document(apply_edits(document.text, placement.edits), document.format), keys, placement.added


WHOLE = expanded(Document(COARSE, load_format()))[0]
TASK: Task = WHOLE.tasks[0]
SECTIONS: list[Section] = list(TASK.walk())


def emptied(sections: list[Section]) -> Document:
    """The document with nothing but the titles of some sections of the first task."""
    lines = list(TASK.lines)
    gone: set[int] = set()
    for section in sections:
        if not section.level:
            lines[section.line] = lines[section.line][: section.content[1]]
        gone.update(range(section.line + 1, section.end))
    kept = [line for number, line in enumerate(lines) if number not in gone]
    start = WHOLE.start_of(0)
    return Document("\n".join([*WHOLE.lines[:start], *kept, "## Task 2: Ship it", "", "Later.", ""]), WHOLE.format)


@pytest.mark.parametrize("section", SECTIONS, ids=[section.key for section in SECTIONS])
def test_an_emptied_section_is_written_as_it_is_counted(section):
    after, keys, added = expanded(emptied([section]))
    assert keys
    assert sorted(keys) == sorted(added)
    assert wanted_keys(after.tasks[0], after.format) == []


def test_titles_that_only_hold_others_are_not_counted_beside_them():
    groups = [section for section in SECTIONS if section.key in ("testing", "files", "next", "steps.2")]
    _, keys, added = expanded(emptied(groups))
    assert len(keys) == len(set(keys)) == len(added)
    assert not {"testing", "files", "next", "steps.2"} & set(keys)


def test_the_steps_of_a_task_that_had_none_are_one():
    [steps] = [section for section in SECTIONS if section.key == "steps"]
    _, keys, added = expanded(emptied([steps]))
    assert keys == ["steps"]
    assert added == ("steps",)


def test_a_title_that_stands_twice_is_wanted_once():
    text = WHOLE.text.replace("## Task 2", "### Success Criteria\n\n### Success Criteria\n\n## Task 2")
    text = text.replace("### Success Criteria", "### Notes", 1)
    keys = wanted_keys(Document(text, WHOLE.format).tasks[0], WHOLE.format)
    assert keys == ["success"]
