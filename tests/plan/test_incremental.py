"""After any edits a document equals a fresh parse of its text: lines, tokens, units, tasks, graph and findings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plansmith.plan.document import Change, Document
from plansmith.plan.files import ListedFiles
from plansmith.plan.scanner import Scanner
from plansmith.plan.text import Edit, Span, apply_edits, clamp, insertion
from plansmith.plan.tree import Heading, Item, Section, Task, Unit
from plansmith.rules.runner import Analysis, Checker, Options
from tests.markers import built_in_format
from tests.plan.texts import CORPUS_TEXTS, each_corpus_text, plans, snippets

FORMAT = built_in_format()
LINE_END = re.compile("\r\n|\n|\r")
FILES = ListedFiles(["src/a.py", "README.md"])
CHECKERS = [Checker(FORMAT), Checker(FORMAT, Options(max_findings=3))]

# Places are drawn without knowing the text: a line from the top or, below zero, from the end; some lie outside.
_edits = st.tuples(
    st.integers(-3, 40) | st.integers(0, 400),  # line
    st.sampled_from([0, 0, 0, 10_000, 10_000]) | st.integers(-2, 40),  # column
    st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 5, 30, -1]),  # lines replaced
    st.none() | st.sampled_from([0, 10_000]) | st.integers(-2, 40),  # end column; None inserts
    st.lists(snippets, max_size=3).map("".join) | st.text(max_size=3),
)
bases = st.one_of(plans, plans, plans, *([st.sampled_from(CORPUS_TEXTS)] if CORPUS_TEXTS else []))
PLANS = """\
## Task 1: A

### Implementation Steps
#### Step 1: x
**Prerequisites**: Task 9, Task 1
<!-- plansmith: ignore missing-section -->
## Task 2: B
### Implementation Steps
#### Step 1: x
"""


@given(bases, st.lists(_edits, min_size=8, max_size=30))
@example("", [(0, 0, 0, None, "---\nplansmith: true\n---\n"), (-1, 0, 0, None, "")])
@example("## Task 1: A\r", [(1, 0, 0, None, "\n"), (1, 0, 0, None, "\r"), (0, 0, 1, 0, "")])
@example("## Task 1: A\r\nx\n", [(0, 99, 1, 0, "\r"), (1, 0, 1, 0, "\n"), (0, 5, 0, None, "\r")])
@example("---\nplansmith: true\n---\n## Task 1: A\n", [(2, 0, 0, 1, ""), (2, 0, 0, None, "-"), (0, 0, 2, 99, "")])
@example("## Task 1: A\n```\n## Task 2: B\n", [(1, 0, 1, 0, ""), (1, 0, 0, None, "<!--\n"), (1, 9, 0, None, "-->")])
@example("x\nTask 5: s\n===\ny\n", [(0, 0, 0, 1, ""), (2, 0, 0, 3, ""), (2, 0, 0, None, "---"), (1, 0, 1, 0, "")])
@example(PLANS, [(0, 0, 0, None, ""), (5, 26, 0, None, "x"), (5, 0, 1, 0, "")])
@example(
    PLANS.replace("Task 9", "[Some words]"), [(0, 0, 0, None, ""), (9, 0, 0, None, "[some words]: x"), (9, 0, 0, 3, "")]
)
@example(PLANS, [(0, 0, 0, None, ""), (1, 0, 1, 0, ""), (0, 2, 0, None, "  "), (2, 0, 0, None, "\n\n")])
def test_an_edited_document_equals_a_fresh_parse(text, drawn):
    scanner = Scanner()  # shared, so that the states of equal tokens are the same objects
    document = Document(text, FORMAT, scanner)
    analyses = [Analysis(document, checker, FILES) for checker in CHECKERS]
    assert document.text == text
    for step in drawn:
        edit = edit_of(document, step)
        text = edited(document, edit)
        before = list(document.units)
        change = document.edit(edit)
        assert document.text == text
        assert_other_units_are_the_same(before, document, change)
        fresh = Document(text, FORMAT, scanner)
        assert_equal(document, fresh)
        for analysis, checker in zip(analyses, CHECKERS, strict=True):
            analysis.update(change)
            assert analysis.report() == Analysis(fresh, checker, FILES).report()


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((0, 99, 0, 99), "ab!\ncd\n"),
        ((1, 99, 1, 99), "ab\ncd!\n"),
        ((2, 0, 2, 0), "ab\ncd\n!"),
        ((2, 7, 9, 9), "ab\ncd\n!"),
        ((99, 1, 99, 1), "ab\ncd\n!"),
        ((-1, 1, -1, 5), "!ab\ncd\n"),
        ((0, -5, 0, 1), "!b\ncd\n"),
        ((1, 1, 0, 1), "a!d\n"),
        ((0, 0, 99, 0), "!"),
    ],
)
def test_a_place_outside_the_text_means_the_nearest_one(span, text):
    document = Document("ab\ncd\n", FORMAT)
    document.edit(Edit(Span(*span), "!"))
    assert document.text == text


@given(st.sampled_from(["x", "x\n", "\n\ny", "**Objective**: z\n", "- [x] a\n"]))
def test_an_edit_keeps_the_other_tasks_and_their_findings(inserted):
    plan = "## Task {}: A\n\n### Implementation Steps\n\n#### Step 1: B\n\ntext\n\n### Next Steps\n\n".format
    document = Document("".join(map(plan, range(50))), FORMAT)
    analysis = Analysis(document, Checker(FORMAT, Options(max_findings=10_000)))
    tasks, findings = list(document.tasks), [found for _, found in analysis.report().tasks]
    assert all(findings)
    change = document.edit(insertion(document.start_of(20) + 6, 0, inserted))
    analysis.update(change)
    assert [index for index, task in enumerate(document.tasks) if task is not tasks[index]] == [20]
    now = [found for _, found in analysis.report().tasks]
    assert [index for index, found in enumerate(now) if found is not findings[index] and index != 20] == []


def test_what_a_fence_swallows_comes_back_as_it_was():
    plan = "## Task {}: A\n\n### Implementation Steps\n\n#### Step 1: B\n\ntext\n\n### Next Steps\n\n".format
    document = Document("# Plans\n\n" + "".join(map(plan, range(50))), FORMAT)
    analysis = Analysis(document, CHECKERS[0])
    tasks, findings = list(document.tasks), [found for _, found in analysis.report().tasks]
    analysis.update(document.edit(insertion(1, 0, "```\n")))
    assert (document.tasks, analysis.report().tasks) == ([], ())
    analysis.update(document.edit(insertion(2, 0, "code")))
    analysis.update(document.edit(insertion(3, 0, "```\n\n")))
    assert list(map(id, document.tasks)) == list(map(id, tasks))
    assert [id(found) for _, found in analysis.report().tasks] == list(map(id, findings))


@given(bases, st.lists(_edits, min_size=1, max_size=6))
def test_a_snapshot_stays_as_it_is_and_can_be_edited_itself(text, drawn):
    scanner = Scanner()
    document = Document(text, FORMAT, scanner)
    assert_equal(document, Document(text, FORMAT, scanner))  # what is counted when first asked for is counted
    snapshot = document.snapshot()
    for step in drawn:
        document.edit(edit_of(document, step))
    assert_equal(snapshot, Document(text, FORMAT, scanner))
    edited_first = document.text
    for step in reversed(drawn):
        snapshot.edit(edit_of(snapshot, step))
        assert_equal(snapshot, Document(snapshot.text, FORMAT, scanner))
    assert_equal(document, Document(edited_first, FORMAT, scanner))


def test_a_heading_that_rises_leaves_its_group():
    document = Document("---\nplansmith: true\n---\n# Plans\n\nTask: Named\n---\n", FORMAT)
    assert document.graph.keys[0].groups == ("plans",)
    document.edit(Edit(Span(6, 0, 6, 3), "==="))
    assert not document.graph.keys[0].groups


@pytest.mark.parametrize("line", [1, 2])
def test_a_blank_line_between_two_tasks_links_nothing_anew(line):
    document = Document("# Plans\n\n## Task 1: A\n\n## Task 2: B\n", FORMAT)
    graph = document.graph
    assert not document.edit(insertion(line, 0, "\n")).relinked
    assert document.graph is graph


def test_a_task_with_other_references_is_linked_alone():
    document = Document("".join(f"## Task {n}: A\n\n**Prerequisites**: Task {n - 1}\n\n" for n in range(1, 9)), FORMAT)
    before = document.graph
    line = document.start_of(4) + 2
    assert document.edit(Edit(Span(line, 19, line, 25), "Tasks 2, 8")).relinked
    assert document.graph.names is before.names
    assert document.graph.prerequisites[4] == (1, 7)
    assert linked(document) == linked(Document(document.text, FORMAT))
    assert document.graph.cycles == ((4, 7, 6, 5),)


@given(bases, st.lists(_edits, min_size=1, max_size=6))
def test_edits_that_are_applied_as_one_equal_edits_of_the_text(text, drawn):
    scanner = Scanner()
    document = Document(text, FORMAT, scanner)
    assert document.graph.names is not None
    edits: list[Edit] = []
    for step in drawn:
        line, column, end_line, end = edit_of(document, step).span
        line, column = clamp(document.lines, line, column)
        end_line, end = clamp(document.lines, end_line, end)
        edit = Edit(Span(line, column, *max((line, column), (end_line, end))), step[-1])
        if not any(edit.span[:2] <= other.span[2:] and other.span[:2] <= edit.span[2:] for other in edits):
            edits.append(edit)
    document.apply(edits)
    assert document.text == apply_edits(text, edits)
    assert_equal(document, Document(document.text, FORMAT, scanner))


@each_corpus_text
def test_a_text_comes_back_byte_by_byte(text):
    for end in ("\n", "\r\n", "\r"):
        once = text.replace("\r\n", "\n").replace("\n", end)
        assert Document(once, FORMAT).text == once


def edit_of(document: Document, drawn: tuple) -> Edit:
    line, column, lines, end, text = drawn
    line %= len(document.lines) + (line > 390)  # now and then behind the last line
    return Edit(Span(line, column, line + lines, column if end is None else end), text)


def edited(document: Document, edit: Edit) -> str:
    """The text after an edit, from offsets alone."""
    text = document.text
    start, end = sorted((offset(text, *edit.span[:2]), offset(text, *edit.span[2:])))
    return text[:start] + edit.text + text[end:]


def offset(text: str, line: int, column: int) -> int:
    if line < 0:
        return 0
    starts = [0, *(end.end() for end in LINE_END.finditer(text))]
    if line >= len(starts):
        return len(text)
    end = LINE_END.search(text, starts[line])
    return min(starts[line] + max(column, 0), end.start() if end else len(text))


def assert_equal(document: Document, fresh: Document) -> None:
    assert (document.lines, document.ends) == (fresh.lines, fresh.ends)
    for number in range(len(fresh.lines)):
        assert document.token(number) == fresh.token(number), number
    assert document.starts == fresh.starts
    assert len(document.units) == len(fresh.units)
    for unit, other in zip(document.units, fresh.units, strict=True):
        assert values(unit) == values(other)
    assert [id(task) for task in document.tasks] == [id(unit) for unit in document.units if isinstance(unit, Task)]
    for index, task in enumerate(document.tasks):
        assert document.units[document.unit_of(index)] is task
        assert document.start_of(index) == fresh.start_of(index)
    assert linked(document) == linked(fresh)
    assert (document.flag, document.is_ours) == (fresh.flag, fresh.is_ours)
    assert (document.bullet, document.line_end) == (fresh.bullet, fresh.line_end)


def assert_other_units_are_the_same(before: list[Unit], document: Document, change: Change) -> None:
    """All units but those of the change are the very same values."""
    first, removed, added = change.first, change.removed, change.added
    assert before[first : first + len(removed)] == list(removed)
    kept = [*before[:first], *before[first + len(removed) :]]
    now = [*document.units[:first], *document.units[first + len(added) :]]
    assert list(map(id, kept)) == list(map(id, now))
    assert list(map(id, added)) == list(map(id, document.units[first : first + len(added)]))


def linked(document: Document) -> list[Any]:
    """What the tasks' names and references say, as values."""
    graph = document.graph
    return [graph.keys, graph.targets, graph.prerequisites, graph.dependents, graph.duplicates, graph.id_count,
            graph.first_forward, graph.cycles]  # fmt: skip


def values(thing: Any) -> Any:
    """What is compared by identity as what it holds: two units are never equal, even if all they hold is."""
    if isinstance(thing, tuple) and not hasattr(thing, "_fields"):
        return [values(part) for part in thing]
    if not isinstance(thing, (Unit, Heading, Item, Section)):
        return thing
    compiled = {name for cls in type(thing).__mro__ for name in getattr(cls, "__mypyc_attrs__", ())}
    # What was asked about one of them may not have been asked about the other.
    names = sorted({*getattr(thing, "__dict__", compiled)} - {"memo"})
    assert ({"lines", "tokens"} if isinstance(thing, Unit) else {"line"}) < set(names)
    return [type(thing), *((name, values(getattr(thing, name))) for name in names)]
