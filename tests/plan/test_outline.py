"""The outline: tasks with their sections and steps, where each stands, and how far each has come."""

from __future__ import annotations

from hypothesis import example, given

from plansmith.plan.document import Document
from plansmith.plan.folding import find_folds
from plansmith.plan.outline import Entry, outline
from plansmith.plan.text import split_lines
from tests.markers import built_in_format, dedent
from tests.plan.texts import each_corpus_text, markdown, plans

PLAN = """
    # Shop 🛒

    ## Task 1: Build the 导入器 🚀

    Reads a file.

    **Objective**: Read 导入 🚀 files.
    **Prerequisites**: None
    **Estimated Complexity**: Medium (3 days)

    ### Implementation Steps

    #### Step 1: Read

    **Actions**:

    - [x] Write `a.py`
      and more
    - [ ] Write `b.py`

    **Code Examples**:

    ```python
    # no heading
    x = 1
    ```

    #### Notes

    My own words.

    ### Success Criteria

    - [x] It reads

    ---

    ## Task 2: Ship ✅

    Done already.

    ### Task 2.1: Nested

    More.
"""


def document_of(text: str) -> Document:
    return Document(dedent(text), built_in_format())


def shown(entry: Entry, start: int = 0, depth: int = 0) -> list[str]:
    """An entry and what lies in it: name, detail, the first line and the last, counted from 1."""
    detail = f" ({entry.detail})" if entry.detail else ""
    own = f"{'  ' * depth}{entry.kind} {entry.name}{detail} {start + entry.start[0] + 1}-{start + entry.end}"
    return [own, *(line for child in entry.children for line in shown(child, start, depth + 1))]


def outlines(document: Document) -> list[str]:
    pairs = zip(document.units, document.starts, strict=True)
    return [line for unit, start in pairs for entry in outline(unit) for line in shown(entry, start)]


def test_an_outline_has_tasks_with_sections_and_steps_and_how_far_each_has_come():
    assert outlines(document_of(PLAN)) == [
        "heading Shop 🛒 1-1",
        "task Task 1: Build the 导入器 🚀 (2 of 3 done) 3-34",
        "  field Objective (Read 导入 🚀 files.) 7-7",
        "  field Prerequisites (None) 8-8",
        "  field Estimated Complexity (Medium (3 days)) 9-9",
        "  section Implementation Steps (1 of 2 done) 11-30",
        "    step Step 1: Read (1 of 2 done) 13-26",
        "      field Actions (1 of 2 done) 15-19",
        "      field Code Examples 21-26",
        "    heading Notes 28-30",
        "  section Success Criteria (1 of 1 done) 32-34",
        "task Task 2: Ship (done) 38-40",
        "task Task 2.1: Nested (not expanded) 42-44",
    ]


def test_the_place_of_a_name_is_its_words():
    document = document_of(PLAN)
    lines = document.lines
    named = {}
    for unit, start in zip(document.units, document.starts, strict=True):
        for entry in outline(unit):
            for each in _walk(entry):
                line, first, last_line, last = each.title.shifted(start)
                assert line == last_line
                named[each.name] = lines[line][first:last]
    assert named["Task 1: Build the 导入器 🚀"] == "Task 1: Build the 导入器 🚀"
    assert named["Task 2: Ship"] == "Task 2: Ship ✅"
    assert named["Estimated Complexity"] == "Estimated Complexity"
    assert named["Step 1: Read"] == "Step 1: Read"


def test_a_section_below_a_heading_of_the_authors_ends_that_heading():
    text = """
        ## Task 1: A

        ### Notes

        Words.

        **Objective**: Do it.

        More words.

        ### Implementation Steps

        #### Step 1: x

        **Actions**: y
    """
    assert outlines(document_of(text)) == [
        "task Task 1: A 1-15",
        "  heading Notes 3-9",
        "    field Objective (Do it.) 7-7",
        "  section Implementation Steps 11-15",
        "    step Step 1: x 13-15",
        "      field Actions 15-15",
    ]


def test_folds_are_tasks_sections_steps_fences_comments_and_items_of_several_lines():
    text = PLAN.replace("My own words.", "<!-- a\n\n    comment -->")
    document = document_of(text)
    lines = document.lines
    found = []
    for unit, start in zip(document.units, document.starts, strict=True):
        folds = find_folds(unit)
        found += [(lines[start + fold.line], lines[start + fold.last], fold.kind, fold.depth) for fold in folds.inner]
    assert found == [
        ("### Implementation Steps", "comment -->", "", 0),
        ("#### Step 1: Read", "```", "", 1),
        ("**Actions**:", "- [ ] Write `b.py`", "", 2),
        ("- [x] Write `a.py`", "  and more", "", 3),
        ("**Code Examples**:", "```", "", 2),
        ("```python", "```", "", 3),
        ("#### Notes", "comment -->", "", 1),
        ("<!-- a", "comment -->", "comment", 2),
        ("### Success Criteria", "- [x] It reads", "", 0),
    ]


def test_of_two_folds_that_start_in_one_line_the_longer_is_kept():
    text = """
        ## Task 1: A

        - ```
          code
          ```
          more
    """
    [unit] = document_of(text).units
    assert [fold[:2] for fold in find_folds(unit).inner] == [(2, 5)]


# The comment stands in the item, and is none of the task's own.
@example("## Task 1: A\n### Success Criteria\n1. it works\n\n\t<!-- plansmith: ignore plain-list -->\n")
@given(plans | markdown)
def test_entries_lie_within_each_other_and_within_the_text(text):
    _check(text)


@each_corpus_text
def test_entries_of_the_corpus_lie_within_each_other(text):
    _check(text)


def _check(text: str) -> None:
    document = Document(text, built_in_format())
    lines, _ = split_lines(text)
    for unit in document.units:
        for entry in outline(unit):
            _check_entry(entry, (0, 0), len(unit.lines), unit.lines)
        last = -1
        heads = {entry.start[0] for entry in outline(unit)}
        for fold in find_folds(unit).inner:
            assert last < fold.line < fold.last < len(unit.lines)
            assert fold.line not in heads
            last = fold.line
    assert sum(len(unit.lines) for unit in document.units) == len(lines)


def _check_entry(entry: Entry, start: tuple[int, int], end: int, lines: tuple[str, ...]) -> None:
    assert start <= entry.start <= (entry.title.line, entry.title.start)
    assert entry.title.line == entry.title.end_line < entry.end <= end
    assert entry.title.start <= entry.title.end <= len(lines[entry.title.line])
    assert entry.name.strip()
    last = entry.start
    for child in entry.children:
        assert child.start >= last
        _check_entry(child, entry.start, entry.end, lines)
        last = child.start


def _walk(entry: Entry) -> list[Entry]:
    return [entry, *(each for child in entry.children for each in _walk(child))]
