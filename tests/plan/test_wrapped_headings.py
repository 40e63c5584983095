"""A heading over several lines is no title: a place in a title is a place in one line."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from tests.markers import built_in_format


@pytest.mark.parametrize("text", ["Task 1: Build\n---\n", "Task 1:\nBuild\n---\n", "Task\n1: Build\n---\n"])
def test_a_task_is_named_in_one_line(text):
    assert len(Document(text, built_in_format()).tasks) == (text.count("\n") == 2)


@pytest.mark.parametrize("title", ["Implementation Steps", "Implementation\nSteps"])
def test_a_section_is_named_in_one_line(title):
    [task] = Document(f"# Task 1: Build\n\n{title}\n---\n\nWords.\n", built_in_format()).tasks
    assert [section.key for section in task.sections] == ([] if "\n" in title else ["steps"])
