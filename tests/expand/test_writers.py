"""The embedded planner works in a thread, on the text as it stood; what changed since is planned anew."""

from __future__ import annotations

import threading

import pytest

from plansmith.expand import writers
from plansmith.expand.offline import plan_offline
from plansmith.expand.writers import OfflineWriter
from plansmith.plan.document import Document
from plansmith.plan.text import Edit, Span, insertion
from plansmith.rules.runner import Checker
from plansmith.workspace.formats import load_format
from plansmith.workspace.stack import Stack

TEXT = "## Task 1: Read\n\n- Write `src/read.py`\n\n## Task 2: Ship\n\n- Write `src/ship.py`\n"


class Planner:
    """Plans as the real one does, and notes the threads; `meanwhile` is done while it plans for the first time."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.meanwhile = lambda: None

    def __call__(self, *arguments):
        self.threads.append(threading.get_ident())
        if len(self.threads) == 1:
            self.meanwhile()
        return plan_offline(*arguments)


@pytest.fixture
def planner(monkeypatch):
    found = Planner()
    monkeypatch.setattr(writers, "plan_offline", found)
    return found


async def written(document: Document, index: int):
    writer = OfflineWriter(Stack(), None)
    return await writer.write(document, index, ["objective", "files"], Checker(document.format), lambda _: None)


def paths(drafts) -> str:
    return "\n".join(line for draft in drafts for each in draft.walk() for line in each.body)


async def test_a_task_is_planned_off_the_event_loop_and_once(planner):
    document = Document(TEXT, load_format())
    drafts_for = await written(document, 0)
    document.edit(insertion(6, 0, "- Tell them\n"))  # another task
    assert "src/read.py" in paths(drafts_for(document, 0))
    assert len(planner.threads) == 1
    assert planner.threads[0] != threading.get_ident()


async def test_what_is_typed_in_the_task_meanwhile_is_planned(planner):
    document = Document(TEXT, load_format())
    planner.meanwhile = lambda: document.edit(insertion(4, 0, "- Write `src/late.py`\n\n"))
    drafts_for = await written(document, 0)
    assert "src/late.py" in paths(drafts_for(document, 0))
    assert len(planner.threads) == 2
    assert threading.get_ident() not in planner.threads


async def test_a_task_that_moved_meanwhile_is_found_again(planner):
    document = Document(TEXT, load_format())
    planner.meanwhile = lambda: document.edit(insertion(0, 0, "## Task 9: First\n\n"))
    drafts_for = await written(document, 1)
    assert "src/ship.py" in paths(drafts_for(document, 2))
    assert threading.get_ident() not in planner.threads


async def test_what_is_typed_after_it_was_planned_is_planned_anew(planner):
    document = Document(TEXT, load_format())
    drafts_for = await written(document, 0)
    document.edit(Edit(Span(2, 9, 2, 20), "src/other.py"))
    assert "src/other.py" in paths(drafts_for(document, 0))
    assert len(planner.threads) == 2


async def test_a_task_that_goes_meanwhile_is_planned_no_further(planner):
    document = Document(TEXT, load_format())
    planner.meanwhile = lambda: document.edit(Edit(Span(0, 0, 4, 0), ""))
    await written(document, 0)
    assert len(planner.threads) == 1
