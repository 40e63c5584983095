"""Whoever tells how a task stands tells the same: hover, graph, outline, hints, lenses, lists and the command line."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

from hypothesis import given

from plansmith.lsp.lenses import code_lenses, resolve_lens
from plansmith.lsp.position import Encoding, Positions
from plansmith.lsp.tasks import tasks_answer
from plansmith.plan.cards import task_card
from plansmith.plan.completion import completion_at
from plansmith.plan.document import Document
from plansmith.plan.hints import find_hints
from plansmith.plan.mermaid import mermaid
from plansmith.plan.outline import outline
from plansmith.plan.states import BLOCKED, DONE, READY, STARTED, next_task, ready, state_of
from tests.expand.canned import parse
from tests.expand.plans import documents
from tests.markers import dedent

BOXES = "**Acceptance Criteria**:\n\n- [x] 🚀 one\n- [ ] 写 two\n\n"
TEXT = (
    dedent("""
    ---
    plansmith: true
    ---

    ## Task 1: 导入 done ✅

    ## Task 2: In progress 🚀

    **Prerequisites**: Task 1

    @

    ## Task 3: Ready

    ## Task 4: In progress, and blocked

    **Prerequisites**: Tasks 1–3, Task 99

    @

    ## Task 5: In a cycle

    **Prerequisites**: Task 6

    ## Task 6: In a cycle, done ✅

    **Prerequisites**: Task 5

    ## Task 7: All

    **Prerequisites**: Task 1, Task 2, Task 3, Task 4, Task 5, Task 6
    """)
).replace("@\n", BOXES)
STATES = [DONE, STARTED, READY, BLOCKED, READY, DONE, BLOCKED]


def told(document: Document) -> dict[str, list[str]]:
    """The states of all tasks, as each of those says them that says one of every task."""
    opened = SimpleNamespace(
        uri="file:///plan.md",
        document=document,
        is_off=False,
        positions=Positions(document.lines, Encoding.UTF16),
    )
    startable = {task["line"]: task["ready"] for task in json.loads(tasks_answer(opened))["tasks"]}  # type: ignore[arg-type]
    classes = re.findall(r'^ +t\d+\[".*"\]:::(\w+)$', mermaid(document), re.M)
    lenses: dict[int, set[str]] = {}
    for lens in code_lenses(opened):  # type: ignore[arg-type]
        command = resolve_lens(lens, opened).command  # type: ignore[arg-type]
        assert command is not None
        assert command.title, "a lens says something"
        lenses.setdefault(lens.range.start.line, set()).add(command.title)
    count = len(document.tasks)
    lines = [document.start_of(index) + task.heading.line for index, task in enumerate(document.tasks)]
    open_states = (READY, STARTED)
    states = [state_of(document, index) for index in range(count)]
    is_blocked = [any(title.startswith("blocked by") for title in lenses.get(line, ())) for line in lines]
    return {
        "states": states,
        "hover": [task_card(document, index).note for index in range(count)],
        "graph": [STARTED if name == "started" else name for name in classes],
        "outline": [DONE if outline(task)[0].detail == "done" else state for task, state in zip(document.tasks, states, strict=True)],
        "tasks": [state if startable[line] == (state in open_states) else "?" for line, state in zip(lines, states, strict=True)],
        "next": [state if (index in ready(document)) == (state in open_states) else "?" for index, state in enumerate(states)],
        "lenses": [state if blocked == (state == BLOCKED) else "?" for blocked, state in zip(is_blocked, states, strict=True)],
    }  # fmt: skip


def test_all_tell_the_same_of_a_task():
    document = parse(TEXT)
    for who, states in told(document).items():
        assert states == STATES, who
    last = document.start_of(6)
    hints = [hint.text.removeprefix("✓ ") for hint in find_hints(document, last, last + 3)]
    assert hints == STATES[:6]
    following = next_task(document)
    assert following is not None
    assert STATES[following] == STARTED


def test_references_are_offered_with_the_same_states():
    text = TEXT.replace("Task 1, Task 2, Task 3, Task 4, Task 5, Task 6", "")
    document = parse(text)
    line = document.start_of(6) + 2
    found = completion_at(document, line, len(document.lines[line]))
    assert found is not None
    states = {offer.key: offer.detail for offer in found.offers if offer.key}
    assert states == {str(index): STATES[index] for index in range(6)}


@given(documents())
def test_all_tell_the_same_of_the_tasks_of_any_document(text):
    document = parse(text if text.startswith("---") else f"---\nplansmith: true\n---\n{text}")
    found = told(document)
    for who, states in found.items():
        assert states == found["states"], who
