"""Reading and checking fail on no text, take time in proportion to it, and every place they name lies in it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.graph import dependency_order
from plansmith.plan.queries import empty_sections, is_complete, missing_sections, progress
from plansmith.plan.states import ready
from plansmith.plan.text import Span, insertion
from plansmith.plan.tree import Section, Task, Unit
from plansmith.rules.rule import Finding
from plansmith.rules.runner import Analysis, Checker, Options
from tests.markers import built_in_format
from tests.plan.texts import BLOCKS, SNIPPETS, each_corpus_text, markdown, plans

FORMAT = built_in_format()
CHECKER = Checker(FORMAT, Options(max_findings=10**9))


def read(text: str) -> Document:
    """Read and check a text, and assert that every place lies in it."""
    document = Document(text, FORMAT)
    assert document.text == text
    assert sum(len(unit.lines) for unit in document.units) == len(document.lines)
    for unit in document.units:
        assert_unit(unit)
    for finding in Analysis(document, CHECKER).report().findings:
        assert_finding(finding, document)
    for task in document.tasks:
        missing_sections(task, FORMAT)
        empty_sections(task)
        is_complete(task, FORMAT)
        assert progress(task).done <= progress(task).total
    summaries = [task.summary for task in document.tasks]
    assert sorted(dependency_order(document.graph)) == list(range(len(summaries)))
    ready(document)
    return document


def assert_unit(unit: Unit) -> None:
    count = len(unit.lines)
    assert 0 < count == len(unit.tokens)
    for heading in unit.headings:
        assert 0 <= heading.line < heading.end <= count
        assert 0 <= heading.column <= len(unit.lines[heading.line])
    for ignore in unit.ignores:
        assert (ignore.start, ignore.end) == (-1, -1) or ignore.line < ignore.start <= ignore.end <= count
        for name, span in zip(ignore.names, ignore.spans, strict=True):
            assert words(unit, span) == name or not name
    for fence in unit.fences:
        assert unit.lines[fence.line][fence.column :][:3] in ("```", "~~~")
        assert fence.line < fence.end <= count
        assert fence.close is None or fence.end == fence.close + 1
    if isinstance(unit, Task):
        assert_task(unit)


def assert_task(task: Task) -> None:
    assert task.heading is task.headings[0]
    assert task.heading.end <= task.opening_end <= task.end <= len(task.lines)
    title = task.title
    assert task.heading.text[title.id_start : title.id_end] == title.id
    assert task.heading.text[title.name_start : title.name_end] == title.name
    assert title.id or title.name
    last = 0
    for section in task.sections:
        # A label may close before the heading that it stands below goes on, without being a part of that.
        assert last < section.line
        last = section.line
        assert_section(section, task)
    for item in task.items:
        assert item.line < item.end <= max(task.end, item.line + 1)
    for reference in task.references:
        assert words(task, reference.span)
        assert words(task, reference.target)
        assert task.find(reference.section) is not None


def assert_section(section: Section, task: Task) -> None:
    assert section.line < section.end <= max(task.end, section.line + 1)
    assert section.title.line == section.line
    assert words(task, section.title).strip() or section.number is not None
    line, column = section.content
    assert section.line <= line <= len(task.lines)
    assert column == 0 or column <= len(task.lines[line])
    if section.number_span is not None:
        assert words(task, section.number_span).isdecimal()
    for item in section.items:
        assert section.line <= item.line < item.end <= section.end
        text = task.lines[item.line]
        assert text.startswith(item.marker, item.column)
        assert item.column + len(item.marker) <= item.content <= item.text <= len(text)
        assert item.box is None or f"[{item.box}]" in text[item.content : item.text]
    for fence in section.fences:
        assert fence in task.fences
        assert section.line < fence.line < fence.end <= section.end
    last = section.line
    for child in section.children:
        assert last < child.line
        assert child.end <= section.end
        last = child.line
        assert_section(child, task)


def words(unit: Unit, span: Span) -> str:
    """What stands in a span of one line, which must lie in the unit."""
    assert span.line == span.end_line < len(unit.lines)
    assert 0 <= span.start <= span.end <= len(unit.lines[span.line])
    return unit.lines[span.line][span.start : span.end]


def assert_finding(finding: Finding, document: Document) -> None:
    start = document.start_of(finding.task)
    spans = [finding.span, *(edit.span for edit in finding.fix.edits)] if finding.fix else [finding.span]
    for span in [*(span.shifted(start) for span in spans)]:
        assert_inside(span, document)
    for related in finding.related:
        above = start if related.task < 0 else document.start_of(related.task)
        assert_inside(related.span.shifted(above), document)


def assert_inside(span: Span, document: Document) -> None:
    assert 0 <= span.line <= span.end_line < len(document.lines)
    assert span[:2] <= span[2:]
    assert 0 <= span.start <= len(document.lines[span.line])
    assert 0 <= span.end <= len(document.lines[span.end_line])


# Any text

_signs = st.sampled_from(
    [*"\n\n\r\t #-*_`~<>[]()!:.,0123456789aTx", "\r\n", "\u2028", "\x00", "\x1b", "😀", "️", "²", "١"]
)
_soup = st.lists(st.sampled_from([*SNIPPETS, *BLOCKS]) | _signs | st.text(max_size=5), max_size=40).map("".join)


@given(st.one_of(st.text(), _soup, _soup, plans, markdown))
@example("")
@example("\ufeff## Task 1: A")
@example("# Task 1: A\n# Implementation Steps\n**Objective:** b\n\nc")
@example("# Task 1: A\n**Objective:**\n# Implementation Steps\n## Step 1\n##\n**Objective:**\n# Task 2")
@example("## Task 1: A\n**Prerequisites**: Task " + "9" * 5000 + ", Tasks 1-" + "9" * 5000 + "\n## Task 2: B")
@example("## Task " + "9" * 5000 + "\n### Implementation Steps\n#### Step " + "9" * 5000)
@example("---\nplansmith: true\n---\n## Task ²: A\n## Task ١: A\n### Next Steps\nTask ١, Task ²-3\n#### Step ²: x")
@example("# Task 0\n# Implementation Steps\n## Step 0\n<!--plansmith:ignore -->")
@example("## Task 1: A\n- x\n  <!-- plansmith: ignore plain-list -->\n---\n")
@example("## Task 1: A\n\n1. x\n\n\t<!-- plansmith: ignore plain-list -->\n")
@example("# Task 0\n# Implementation Steps#\n## Step 0\n\n<!--plansmith:ignore -->\n")
def test_any_text_is_read(text):
    read(text)


@each_corpus_text
def test_every_document_of_the_corpus_is_read(text):
    read(text)


@given(st.text(max_size=20), st.sampled_from(["## Task {}", "## Task 1: {}", "**{}", "- {}", "**Prerequisites**: {}", "<!-- plansmith: ignore {} -->"]))  # fmt: skip
def test_any_words_at_a_place_that_is_looked_at_closely_are_read(inserted, line):
    plan = BLOCKS[0] + line.format(inserted) + "\n" + BLOCKS[1]
    read("---\nplansmith: true\n---\n" + plan)


# Long lines

_PLAN = """\
---
plansmith: true
---
## Task 1: A
**Prerequisites**: {0}
- {0}
**Estimated Complexity**: {0}
### Implementation Steps
#### Step 1: {0}
{0}
**Objective**: {0}
**Actions**:
- [ ] {0}
- {0}
{0}
**Validation**: {0}
- {0}
**Code Examples**:
```{0}
{0}
```
### Success Criteria
{0}
### Files Created/Modified
**New Files**: {0}
- {0}
### Dependencies Added
- {0}
## Task 2: B
### Next Steps
**Immediate next task**: {0}
{0}
"""
PLACES = [
    "{0}", "## {0}", "## Task 1: {0}", "## Task {0}", "{0}\n===\n", "# {0} #", _PLAN, _PLAN, _PLAN,
    "## Task 1: A\n{0}**: x\n**{0}\n**{0}**: x\n- {0}: x\n- **{0}\n", "## Task 1: A\n<!-- plansmith: ignore {0} -->\n<!--{0}\n\nx",
    "---\nplansmith: true\n---\n## Task 1: A\n**Prerequisites**: Task 1{0}\n- Task {0}\n- Tasks 1-{0}\n## Task 2 {0}: B\n",
    "---\nplansmith: {0}\n{0}\n---\n", "<a {0}>\n<div {0}\n<a b={0}", "[{0}]: {0}", "> - {0}\n  {0}",
]  # fmt: skip
RUNS = [
    ">", "> ", "#", "# ", "[", "[x", "]", "[x]", "[ ] ", "(", "()", "[](", "[a](b)", "[a](#b) ", "*", "**", "* ", "_", "**a**", "**:",
    "`", "``", "` ", "`a", "- ", "-", " ", "\t", " \t", "1", "1.", "1. ", "1-", "1, ", "<", "<!--", "<!-- ", "-->", "<a ", "'", '"',
    ":", "：", ": ", "a:", "Task 1", "Task 1, ", "Task 1a, ", "tasks 1-9 ", "#1", "✅", "✅ ", "✔️", "[x] ", "DONE ", "🚧", "—", "- [ ] ",
    "!", "~", "=", "|", "\\", "&", "😀", "a", "a ", "A-", "Step 1: ", "TODO", "TBD ", "...", "etc. ", "None ", "/", "a/", "a.py ", "`a.py` ",
    "$", "{", "pip install ", "\u2028", "\x00", "İ", "ß", ".", ", ", "x,", "in ", "²", "“", "a.b", "@", "://", "or ", "similar to ",
]  # fmt: skip


@given(
    st.sampled_from(PLACES),
    st.sampled_from(["", "", *RUNS]),
    st.lists(st.sampled_from(RUNS), min_size=1, max_size=3).map("".join),
    st.sampled_from(["", "x", " x", "`", ")", ":", "**", "]", "-->", " ```", "Task 1"]),
)
@example("## Task 1: {0}", "", "(", "")
@example("# {0} #", "a", " ", "x")
@example("#### {0}", "", "-", "a")
@example(_PLAN, "", "[", "")
@example(_PLAN, "", "`", "x")
@example(_PLAN, "", "[a](", "")
@example(_PLAN, "", ".", "")
@example(_PLAN, "", "Task 1x,", "")
@example(_PLAN, "", "[a](b) Task 1 `x` ", "")
@example(_PLAN, "", "tasks 1-199 ", "")
@example("## Task 1: A\n<!-- plansmith: ignore {0} -->", "", " ", "x>")
@example(_PLAN, "", "\\`` ", "")
def test_a_long_line_costs_what_it_is_long(place, before, run, after):
    assert_linear(lambda size: place.format(before + (run * (size // len(run) + 1))[:size] + after), 1_000)


@pytest.mark.parametrize("run", [">", "#", "[", "*", "`", "-", "- ", " ", "\t", "7", "<!--", "a", "😀"])
def test_a_line_of_100_000_signs_is_read(run):
    line = (run * 100_000)[:100_000]
    read(
        "\n".join(
            [
                line,
                f"## Task 1: {line}",
                "### Testing Plan",
                f"**Unit Tests**: {line}",
                f"- {line}",
                f"#### {line}a",
                line,
            ]
        )
    )


# Long documents

_OURS = "---\nplansmith: true\n---\n"
_HEAD = "## Task 1: A\n### Implementation Steps\n#### Step 1: x\n"
SHAPES = {
    "tasks": ("", "## Task {n}: A\n"),
    "nested tasks": ("", "# Task {n}: A\n## Task {n}.1: B\n### Task {n}.1.1: C\n"),
    "tasks of one name": (_OURS, "## Task: A\n"),
    "tasks of one id": (_OURS, "## Task 1: A\n"),
    "groups": (_OURS, "# Phase {n}\n## Task 1: A\n**Prerequisites**: Task 1\n"),
    "a chain": (_OURS, "## Task {n}: A\n**Prerequisites**: Task {before}\n"),
    "a cycle": (_OURS, "## Task {n}: A ✅\n**Prerequisites**: Task {after}\n"),
    "unknown ids": (_OURS, "## Task {n}: A\n**Prerequisites**: Task 9{n}\n"),
    "unknown words": (_OURS, "## TASK-{n}: A\n**Prerequisites**: TASK-x, TASK-9{n}\n"),
    "anchors": (_OURS, "## Task {n}: A\n**Prerequisites**: [x](#task-{before}-a)\n"),
    "names": (_OURS, "## Task {n}: A\n**Prerequisites**:\n- A\n- B, A\n"),
    "references": (f"{_OURS}## Task 1: A\n## Task 2: B\n### Next Steps\n", "Task 1, Task 9\n"),
    "plans": ("", BLOCKS[0]),
    "sub-headings": (_HEAD, "#### x\n"),
    "steps": (_HEAD, "#### Step 7: x\n**Objective**: y\n**Actions**:\n- [ ] z\n"),
    "sections": (_HEAD, "### Success Criteria\n- [ ] a\n### Next Steps\n"),
    "labels": (_HEAD, "**Actions**:\n- a\n**Validation**:\n- b\n"),
    "no labels": (_HEAD, "**Foo**: x\n"),
    "lines": (_HEAD, "more words `x` [Some words] TODO\n"),
    "paragraphs": (_HEAD, "text\n\n"),
    "items": (_HEAD + "**Actions**:\n", "- a\n  - b\n    - c\n"),
    "lists": (_HEAD + "**Actions**:\n", "- TODO: etc.\n\n\n1. b\n\n"),
    "empty items": (_HEAD + "**Actions**:\n", "-\n"),
    "quotes": (_HEAD, "> - [ ] a\n"),
    "fences": (_HEAD + "**Code Examples**:\n", "```py\n[Name]\n```\n"),
    "open fences": (_HEAD, "- ```\n"),
    "open code": (_HEAD + "**Actions**:\n", "text `a\n"),
    "comments": (_HEAD, "<!-- c -->\n"),
    "ignore comments": (_HEAD, "<!-- plansmith: ignore plain-list -->\n"),
    "ignored items": (_HEAD + "**Actions**:\n", "- b\n  <!-- plansmith: ignore vague-action -->\n- TODO\n"),
    "ignored lists": (_HEAD + "**Actions**:\n", "- b\n\n<!-- plansmith: ignore plain-list -->\n"),
    "ignored sub-headings": (_HEAD, "<!-- plansmith: ignore plain-list -->\n### x\n#### y\n"),
    "ignore comments between tasks": ("", "<!-- plansmith: ignore plain-list -->\n"),
    "definitions": (_HEAD, "[x{n}]: y\n"),
    "setext": (_HEAD, "a\n---\n"),
    "blanks": (_HEAD, "\n"),
    "carriage returns": ("", "## Task 1: a\r"),
    "an open comment": (_HEAD + "<!--\n", "x\n"),
    "complexities": (_HEAD, "**Estimated Complexity**: foo\n"),
    "files": (_OURS, "## Task {n}: A\n### Files Created/Modified\n**New Files**:\n- `a{n}.py`\n**Modified Files**:\n- `a{before}.py`\n"),
    "one line": (_OURS + "## Task 1: A\n**Prerequisites**: Task 1", ", {n}"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_document_costs_what_it_is_long(shape):
    assert_linear(lambda size: shaped(shape, size), 10_000)


@pytest.mark.sweep
@pytest.mark.parametrize("shape", SHAPES)
def test_a_document_of_1_mb_takes_seconds(shape):
    assert seconds(shaped(shape, 1_000_000)) < 40


@pytest.mark.sweep
@pytest.mark.parametrize("shape", ["tasks", "plans", "lines", "items", "fences", "carriage returns", "an open comment"])
def test_a_document_of_10_mb_takes_minutes(shape):
    assert seconds(shaped(shape, 10_000_000)) < 400


def shaped(shape: str, size: int) -> str:
    head, block = SHAPES[shape]
    count = size // len(block) + 1
    return head + "".join(
        block.replace("{n}", str(n)).replace("{before}", str(n - 1)).replace("{after}", str(n + 1))
        for n in range(1, count + 1)
    )


def assert_linear(make: Callable[[int], str], size: int) -> None:
    """Assert that 16 times the text takes less than 64 times the time; the square would take 256 times."""
    short = long = math.inf
    for _ in range(3):  # the least of some: another process may have had its share
        short, long = min(short, seconds(make(size))), min(long, seconds(make(16 * size)))
        if long < 64 * short:
            return
    raise AssertionError(f"16 times the text takes {long / short:.0f} times the time")


def seconds(text: str) -> float:
    """How long it takes to read and check a text, and once more after an edit, in seconds of this process."""
    start = time.process_time()
    document = Document(text, FORMAT)
    analysis = Analysis(document, CHECKER)
    analysis.report()
    analysis.update(document.edit(insertion(len(document.lines) // 2, 0, "x")))
    analysis.report()
    return time.process_time() - start


def test_ten_thousand_references_in_a_line():
    ids = ", ".join(f"Task {number}" for number in range(1, 10_001))
    document = read(f"## Task 1: A\n## Task 2: B\n### Next Steps\nAfter {ids}.\n### Testing Plan\n")
    assert sum(reference.kind == "id" for reference in document.tasks[1].references) == 10_000


def test_a_chain_of_ten_thousand_tasks():
    document = read(_OURS + "".join(f"## Task {n}: A\n**Prerequisites**: Task {n + 1}\n" for n in range(10_000)))
    assert not document.graph.cycles
    assert dependency_order(document.graph) == list(range(9_999, -1, -1))
    ring = "".join(f"## Task {n}: A\n**Prerequisites**: Task {(n + 1) % 10_000}\n" for n in range(10_000))
    assert [len(cycle) for cycle in Document(ring, FORMAT).graph.cycles] == [10_000]


@pytest.mark.parametrize("opener", ["> ", "- ", "1. ", ">", "-\t", "> - ", "  - "])
def test_deep_nesting(opener):
    lines = [opener * depth + "text" for depth in range(100)]
    read("\n".join([BLOCKS[0], *lines, *reversed(lines)]))
    read("\n".join(["  " * depth + "- text" for depth in range(200)]))
