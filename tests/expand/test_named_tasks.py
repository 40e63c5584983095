"""A line that names another task has no finding above hint, whatever that task is called."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from plansmith.workspace.formats import load_format

from .offline import expanded, grave_findings, workspace

NAMES = [
    "implement later",
    "Fill in the totals",
    "TBD: which one",
    "TODO",
    "[Describe it]",
    "Tell of [Feature Name]",
    "...",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("head", ["## Task {}: ", "## {}. ", "## Task: "])
def test_a_task_whose_name_holds_a_placeholder_is_named_without_it(name, head):
    first, second, third = (head.format(number) for number in (1, 15, 16))
    text = (
        f"# B\n\n{first}Read it\n\n- Write `a.py`\n\n{second}{name}\n\n- Write `b.py`\n\n"
        f"{third}Last\n\n**Prerequisites**: Task 15\n\n- Write `c.py`\n"
    )
    document = Document(text, load_format())
    for index in range(len(document.tasks)):
        document, inserted = expanded(document, index, workspace())
        assert grave_findings(document, inserted) == []


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("FIXME: later", "Decide: later"),
        ("TBD which one", "Decide: which one"),
        ("TODO", "Decide: what the task means by `TODO`"),
        ("fill in the rest", "Decide: what the task means by `fill in the rest`"),
        ("Which of the two?", "Decide: Which of the two?"),
    ],
)
def test_a_question_is_asked_without_the_mark_that_it_is_open(question, asked):
    document = Document(f"## Task 1: Build it\n\n**Open questions**:\n\n- [ ] {question}\n", load_format())
    after, inserted = expanded(document, 0, workspace())
    assert f"- [ ] {asked}" in [after.lines[number] for number in inserted]
    assert grave_findings(after, inserted) == []
