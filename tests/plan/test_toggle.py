"""Ticking boxes: which box a line means, and what a step takes along."""

from __future__ import annotations

import pytest

from plansmith.plan.document import Document
from plansmith.plan.text import apply_edits
from plansmith.plan.toggle import toggle
from tests.markers import built_in_format, dedent, read_cursor

PLAN = """
    ## Task 1: Build 🚀

    ### Implementation Steps

    #### Step 1: Read

    **Actions**:

    - [ ] 🚀 Read it,
      line by line

      ```sh
      cat 导入
      ```

      - [x] nested
      - a plain one
        of two lines
    - [~] begun

    Text.
    """


def toggled(words):
    """The lines that differ after the box of the line with some words was ticked."""
    text, line, _ = read_cursor(dedent(PLAN).replace(words, f"$0{words}"))
    [task] = Document(text, built_in_format()).tasks
    after = apply_edits(text, toggle(task, line))
    return [new for old, new in zip(text.split("\n"), after.split("\n"), strict=True) if old != new]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("Read it,", ["- [x] 🚀 Read it,"]),
        ("line by line", ["- [x] 🚀 Read it,"]),
        ("cat", ["- [x] 🚀 Read it,"]),
        ("nested", ["  - [ ] nested"]),
        ("begun", ["- [x] begun"]),
        ("#### Step 1", ["- [x] 🚀 Read it,", "- [x] begun"]),
        ("a plain one", []),
        ("of two lines", []),
        ("Text.", []),
        ("## Task 1", []),
    ],
)
def test_a_line_means_the_box_of_the_innermost_item_around_it(words, changed):
    assert toggled(words) == changed
