"""Renaming a task: every reference and link goes along, nothing else does, and all mean what they meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.occurrences import occurrence_at, occurrences
from plansmith.plan.renaming import ID, NAME, renamable_at, rename
from plansmith.plan.text import apply_edits
from tests.markers import built_in_format, dedent, read_cursor
from tests.plan.texts import each_corpus_text, plans

TEXT = """
    # Shop 🛒

    - [Task 1: Build](#task-1-build)
    - [first](#task-1-build), `[code](#task-1-build)`

    ## Task 1: Build

    **Prerequisites**: None
    **Objective**: As Task 1 and not Tasks 1–3 or 0-1 says, `Task 1` is first; Task 1 in the other plan is not.

    ## Task 2: Ship 🚀

    **Prerequisites**: 🚀 Task 1, 导入 [the first](#task-1-build)

    ```
    **Prerequisites**: Task 1
    ```

    ## Task 3: 写 Tell

    **Prerequisites**: Tasks 1–2

    **Dependencies unlocked**: Task 9
"""


def document_of(text: str) -> Document:
    return Document(dedent(text), built_in_format())


def renamed(text: str, index: int, part: str, new: str) -> str:
    document = document_of(text)
    found = rename(document, index, part, new)
    assert not found.refusal, found.refusal
    return apply_edits(document.text, found.edits)


def changed(before: str, after: str) -> list[str]:
    """The lines that differ, as they are afterwards."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return [new for old, new in pairs if old != new]


def refusal(text: str, index: int, part: str, new: str) -> str:
    found = rename(document_of(text), index, part, new)
    assert found.edits == ()
    return found.refusal


def test_a_number_changes_in_the_heading_in_references_and_in_links():
    assert changed(dedent(TEXT), renamed(TEXT, 0, ID, "7")) == [
        "- [Task 7: Build](#task-7-build)",
        "- [first](#task-7-build), `[code](#task-1-build)`",
        "## Task 7: Build",
        "**Prerequisites**: 🚀 Task 7, 导入 [the first](#task-7-build)",
        "**Prerequisites**: Tasks 7, 2",
    ]


def test_a_name_changes_in_the_heading_and_in_links():
    assert changed(dedent(TEXT), renamed(TEXT, 0, NAME, "导入 it")) == [
        "- [Task 1: 导入 it](#task-1-导入-it)",
        "- [first](#task-1-导入-it), `[code](#task-1-build)`",
        "## Task 1: 导入 it",
        "**Prerequisites**: 🚀 Task 1, 导入 [the first](#task-1-导入-it)",
    ]


def test_a_name_changes_where_a_reference_is_the_name():
    text = """
        ## Task: Build it
        ## Task: Ship
        **Prerequisites**:
        - **Build it**.
        - Build it all
        ## Task: Sell
        **Prerequisites**: Ship, build it
    """
    assert changed(dedent(text), renamed(text, 0, NAME, "Make it 🚀")) == [
        "## Task: Make it 🚀",
        "- **Make it 🚀**.",
        "**Prerequisites**: Ship, Make it 🚀",
    ]


LABELLED = """
    ## Task 1: Build 导入
    ## Task 2: Ship
    **Prerequisites**: 🚀 Task 1: Build 导入, **Task 1** – *build 导入*
    **Objective**: As Task 1 (Build 导入) and Task 1: Building say, `Task 1: Build 导入` is first; `Task 1` too.
    ### Next Steps
    **Immediate next task**: [Task 1: Build 导入](#task-1-build-导入)
    **Dependencies unlocked**: Task 1 Build 导入, Task 2: Build 导入
"""


def test_a_name_changes_behind_the_number_of_a_reference():
    assert changed(dedent(LABELLED), renamed(LABELLED, 0, NAME, "Test")) == [
        "## Task 1: Test",
        "**Prerequisites**: 🚀 Task 1: Test, **Task 1** – *Test*",
        "**Immediate next task**: [Task 1: Test](#task-1-test)",
    ]


@pytest.mark.parametrize(
    ("heading", "reference", "expected"),
    [
        ("Task 1: 🎉 Build", "Task 1: 🎉 Build", "Task 1: 🎉 Test"),
        ("Task 1: ✅ Build", "🚀 Task 1: [x] Build", "🚀 Task 1: [x] Test"),
        ("Task 1: *Build* it", "Task 1: *Build* it", "Task 1: Test"),
        ("Task 1: **Build**", "Task 1: Build", "Task 1: Test"),
        ("Task 1: Build", 'Task 1 — "Build".', 'Task 1 — "Test".'),
        ("Task 1: Build", "Task 1：Build", "Task 1：Test"),
        ("Task 1: Build", "Task 1: Builds", "Task 1: Builds"),
        ("Task 1: Build", "Task 1 of Build", "Task 1 of Build"),
    ],
)
def test_a_name_behind_a_number_is_changed_with_what_stands_around_it(heading, reference, expected):
    text = f"## {heading}\n\n## Task 2: Ship\n\n**Prerequisites**: {reference}\n"
    assert renamed(text, 0, NAME, "Test").endswith(f"**Prerequisites**: {expected}\n")


def test_what_is_called_by_number_and_name_in_prose_or_code_is_a_mention():
    document = document_of(LABELLED)
    line = "**Objective**: As Task 1 (Test) and Task 1: Building say, `Task 1: Test` is first; `Task 1` too."
    assert line in apply_edits(document.text, rename(document, 0, NAME, "Test").mentions).split("\n")
    line = (
        "**Objective**: As Task 7 (Build 导入) and Task 7: Building say, `Task 7: Build 导入` is first; `Task 1` too."
    )
    assert line in apply_edits(document.text, rename(document, 0, ID, "7").mentions).split("\n")


@pytest.mark.parametrize(
    ("references", "index", "expected"),
    [
        ("Tasks 1, 3–5", 2, "Tasks 1, 9, 4–5"),
        ("Tasks 1, 3–5", 3, "Tasks 1, 3, 9, 5"),
        ("Tasks 1, 3–5", 4, "Tasks 1, 3–4, 9"),
        ("Tasks 1, 3–5", 0, "Tasks 9, 3–5"),
        ("Tasks 1 to 5 and more", 2, "Tasks 1 to 2, 9, 4 to 5 and more"),
        ("Tasks #1-#2", 0, "Tasks #9, #2"),
        ("Tasks 1, 2 and 3", 1, "Tasks 1, 9 and 3"),
        ("Task 1-2, Task 1", 0, "Task 9, 2, Task 9"),
    ],
)
def test_a_range_is_written_out_around_the_task(references, index, expected):
    headings = "".join(f"## Task {number}: T{number}\n" for number in range(1, 6))
    text = f"{headings}## Task 6: Last\n**Prerequisites**: {references}\n"
    after = renamed(text, index, ID, "9")
    assert after.endswith(f"**Prerequisites**: {expected}\n")
    before = Document(text, built_in_format()).graph.prerequisites[-1]
    assert set(Document(after, built_in_format()).graph.prerequisites[-1]) == set(before)


def test_ids_with_a_word_keep_their_word_and_their_spelling():
    text = """
        ## TASK-006: Build
        ## TASK-007: Ship
        **Prerequisites**: TASK-006, task-006, Task 006
    """
    for new in ("012", "TASK-012", "Task 012", "#012"):
        assert changed(dedent(text), renamed(text, 0, ID, new)) == [
            "## TASK-012: Build",
            "**Prerequisites**: TASK-012, task-012, Task 012",
        ]


def test_a_mark_stays_where_it_is():
    assert renamed("## ✅ Task 1: Build ✅\n", 0, NAME, "Ship") == "## ✅ Task 1: Ship ✅\n"
    assert renamed("## **Task 1**: Build [x]\n", 0, ID, "1.2") == "## **Task 1.2**: Build [x]\n"
    assert renamed("## Task 1\n", 0, NAME, "Ship") == "## Task 1: Ship\n"


@pytest.mark.parametrize(
    ("index", "part", "new", "words"),
    [
        (0, ID, " ", "can't be empty"),
        (0, NAME, "", "can't be empty"),
        (0, NAME, "a\nb", "on one line"),
        (0, ID, "1\r", "on one line"),
        (0, ID, "2", "already: Task 2: Ship 🚀"),
        (0, ID, "two", "can't be a task's number"),
        (0, NAME, "DONE", "can't be a task's name"),
        (0, NAME, "C #", "other tasks"),
    ],
)
def test_what_can_be_no_name_is_refused_with_a_reason(index, part, new, words):
    assert words in refusal(TEXT, index, part, new)


def test_a_name_that_another_task_has_is_refused():
    text = "## Task: A\n## Task: B\n"
    assert "already: Task: B" in refusal(text, 0, NAME, "b")


def test_a_number_of_another_group_is_free():
    text = "## Phase 1\n### Task 1: A\n## Phase 2\n### Task 2: B\n**Prerequisites**: Task 2\n"
    assert "### Task 2: A" in renamed(text, 0, ID, "2")


def test_a_renaming_that_turns_another_reference_is_refused():
    text = "## Task: Build\n## Task: Ship\n**Prerequisites**: Build, Task 5\n"
    # A comma parts names, so that nothing would mean this task any more.
    assert "a reference in “Ship” would mean something else" in refusal(text, 0, NAME, "Build, then test")


def test_mentions_in_prose_are_told_apart():
    document = document_of(TEXT)
    found = rename(document, 0, ID, "7")
    assert [document.lines[edit.span.line][edit.span.start - 8 : edit.span.end] for edit in found.mentions] == [
        "As Task 1"
    ]
    assert rename(document, 0, NAME, "x").mentions == ()


@pytest.mark.parametrize(
    ("cursor", "part", "words"),
    [
        ("## Ta$0sk 1: Build", ID, "Task 1"),
        ("## Task 1$0: Build", ID, "1"),
        ("## Task 1: Bui$0ld", NAME, "Build"),
        ("## Task 1: Build\n**Prerequisites**: Tas$0k 1", ID, "Task 1"),
        ("## Task 1: Build\n**Prerequisites**: 🚀 Task $01", ID, "1"),
        ("## Task 1: Build\n**Prerequisites**: [it](#task-1-bu$0ild)", NAME, "task-1-build"),
        ("## Task: Build\n**Prerequisites**: Bui$0ld", NAME, "Build"),
        ("## Task 1: Build\n**Prerequisites**: 🚀 Task 1: Bui$0ld", NAME, "Build"),
        ("## Task 1: Build\n**Prerequisites**: 🚀 Ta$0sk 1: Build", ID, "Task 1"),
        ("## Task 1: Build\n**Prerequisites**: 🚀 Task $01: Build", ID, "1"),
    ],
)
def test_what_can_be_renamed_at_a_place(cursor, part, words):
    text, line, column = read_cursor(cursor)
    document = Document(text, built_in_format())
    found = renamable_at(document, line, column)
    assert found is not None
    assert found.part == part
    span = found.span
    assert span.line == line
    assert span.start <= column <= span.end
    shown = document.lines[line][span.start : span.end]
    assert shown == words


@pytest.mark.parametrize("cursor", ["$0", "## Task 1: A\n\nTask $01", "## Task 1: A\n```\nTask $01\n```", "#$0 A\n\nB"])
def test_nothing_can_be_renamed_elsewhere(cursor):
    text, line, column = read_cursor(cursor)
    assert renamable_at(Document(text, built_in_format()), line, column) is None


def test_the_occurrences_of_a_task_are_its_heading_its_references_and_links():
    document = document_of(TEXT)
    found = [document.lines[each.span.line][each.span.start : each.span.end] for each in occurrences(document, 0)]
    assert found == [
        "Task 1: Build",
        "[Task 1: Build](#task-1-build)",
        "[first](#task-1-build)",
        "Task 1",
        "[the first](#task-1-build)",
        "Tasks 1",
    ]


NAMES = [
    "Ship it",
    "导入 🚀",
    "C# & more",
    "A.",
    "x `code` y",
    "B, then C",
    "**bold**",
    "Task 2",
    "[done] x",
    "1",
    " y ",
]
IDS = ["1", "2", "9", "1.2", "12a", "Task 77", "#78", "x", "007", "3.1"]
REFERENCES = [
    "Task 1", "Tasks 1, 3–5", "Tasks 1 to 3 and Task 1.1", "A, Other plan", "[x](#task-1-a), [Task 2: Other plan](#task-2-other-plan)",
    "TASK-006 and Task 006", "Tasks #1-#3, 5", "- Named\n- Task 1-2-3", "Task 9, Task 1 in Phase 2",
]  # fmt: skip
linked = st.builds(
    lambda text, lines: (
        text + "".join(f"\n## Task {n + 4}: T{n}\n\n**Prerequisites**: {line}\n" for n, line in enumerate(lines))
    ),
    plans,
    st.lists(st.sampled_from(REFERENCES), max_size=4),
)


@given(linked, st.integers(0, 8), st.sampled_from([ID, NAME]), st.data())
def test_a_renaming_changes_words_alone_keeps_what_references_mean_and_is_done_once(text, index, part, data):
    new = data.draw(st.sampled_from(IDS if part == ID else NAMES))
    _check_renaming(text, index, part, new)


@each_corpus_text
def test_renaming_in_the_corpus(text):
    for index in range(0, 12, 3):
        _check_renaming(text, index, ID, "977")
        _check_renaming(text, index, NAME, "Something 导入 🚀 else")


def _check_renaming(text: str, index: int, part: str, new: str) -> None:
    document = Document(text, built_in_format())
    if not document.tasks:
        return
    index %= len(document.tasks)
    found = rename(document, index, part, new)
    if found.refusal:
        assert found.edits == found.mentions == ()
        return
    after = Document(apply_edits(text, found.edits), built_in_format())
    assert len(after.tasks) == len(document.tasks)
    for before, now in zip(document.tasks, after.tasks, strict=True):
        assert now.done == before.done
        assert now.started == before.started
        assert now.is_plan == before.is_plan
    # What stands between the edits is what stood there.
    assert len(document.lines) == len(after.lines)
    touched = {edit.span.line for edit in found.edits}
    for number, (old, line) in enumerate(zip(document.lines, after.lines, strict=True)):
        assert number in touched or old == line
    for old_targets, targets in zip(document.graph.targets, after.graph.targets, strict=True):
        pairs = list(zip(targets, old_targets, strict=False))
        if len(targets) == len(old_targets):  # what meant nothing may mean this task now
            targets = tuple(each for each, old in pairs if old >= 0)
        assert [each for each in targets if each >= 0] == [each for each in old_targets if each >= 0]
    task = after.tasks[index]
    again = rename(after, index, part, task.id if part == ID else task.name)
    assert again == rename(after, index, part, new)
    assert again.edits == again.mentions == ()
    assert again.refusal == ""


@given(linked, st.lists(st.tuples(st.integers(-2, 80), st.integers(-2, 80)), max_size=9))
def test_a_place_that_speaks_of_a_task_is_one_of_its_occurrences(text, places):
    document = Document(text, built_in_format())
    for line, column in places:
        found = occurrence_at(document, line, column)
        if found is not None:
            assert found.span in [each.span for each in occurrences(document, found.target)]
