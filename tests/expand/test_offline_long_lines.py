"""The offline planner takes time in proportion to a task's text, however long its lines are."""

from __future__ import annotations

import time

import pytest

from plansmith.expand.clues import find_names, is_command
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.offline import plan_offline
from plansmith.expand.wording import plain
from plansmith.plan.document import Document
from tests.expand.offline import workspace
from tests.markers import built_in_format

FORMAT = built_in_format()
WORKSPACE = workspace({}, ["a.py"])
PLACES = [
    "## Task 1: X\n\n- [ ] {0}\n",
    "## Task 1: X\n\n{0}\n",
    "## Task 1: X\n\n" + "{0}\n" * 4,
    "## Task 1: {0}\n",
    "## Task 1: X\n\n**Depends on**: {0}\n",
    "## Task 1: X\n\n**Depends on**:\n- {0}\n\nWords.\n\n## Task 2: Y\n",
    "## Task 1: X\n\n**Prerequisites**: {0}\n- {0}\n",
    "## Task 1: X\n\n### Implementation Steps\n#### Step 1: {0}\n**Actions**:\n- [ ] {0}\n",
    "## Task 1: X\n\n### Files Created/Modified\n**New Files**:\n- {0}\n",
    "## Task 1: X\n\n**File**: {0}\n\n- Do `a.py`\n  - {0}\n",
    "## Task 1: X\n\n- Do it\n\n```sh\n{0}\n```\n",
]  # fmt: skip
RUNS = [
    "[", "`a` [b ", "*", "(", "_", "<", "[a](", "![", "![a](", "[^", "[a][", "](", "`", "`a", "<!--", "<http:", "** ",
    "- ", " ", "../", ".a/", "a/b.py ", "A=", "A_", "see the ", "use Task 1, ", "$ a  # ", "Add it. ", "a: ", "`make x` ",
]  # fmt: skip


def seconds(text: str) -> float:
    """The processor time that it takes to plan all that the text's first task lacks."""
    document = Document(text, FORMAT)
    keys = wanted_keys(document.tasks[0], FORMAT)
    find_names.cache_clear()
    plain.cache_clear()
    start = time.process_time()
    plan_offline(document, 0, keys, WORKSPACE.stack, WORKSPACE.files)
    return time.process_time() - start


@pytest.mark.sweep
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("run", RUNS)
def test_a_long_line_costs_what_it_is_long(place, run):
    """Four times the text takes less than nine times the time; the square would take sixteen times."""
    # From small to large, so that what takes the square is seen before it takes minutes.
    for size in (500, 5_000):
        text = place.format(f"a{(run * 4 * size)[: 4 * size]}x")
        long = seconds(text)
        if long > 0.2:
            # What else the machine did can only add to it.
            long = min(long, seconds(text), seconds(text))
            assert long < 9 * seconds(place.format(f"a{(run * size)[:size]}x"))


@pytest.mark.parametrize("run", RUNS)
def test_names_in_a_text_of_long_lines_cost_what_they_are_long(run):
    text = (run * 80_000)[:80_000]
    start = time.process_time()
    find_names(f"a{text}x")
    is_command(f"a{text}x")
    assert time.process_time() - start < 1


def test_what_stands_at_the_start_of_a_long_line_is_planned_with():
    document = Document("## Task 1: X\n\n- [ ] Create `src/first.py`" + " and more" * 5_000 + "\n", FORMAT)
    drafts = plan_offline(document, 0, wanted_keys(document.tasks[0], FORMAT), WORKSPACE.stack, WORKSPACE.files)
    assert any("src/first.py" in line for draft in drafts for each in draft.walk() for line in each.body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [b](c) d", "a b d"),
        ("a [b]( <https://x.y> 'z') d", "a b (https://x.y) d"),
        ("a [b [c](d) e", "a (b c e"),
        ("a ![b](c (d).png)", "a b.png)"),
        ("a [b][c] d[^1]", "a b d"),
        ("<!-- " + "x" * 9_000, ""),
    ],
)
def test_links_are_told_by_their_text(text, expected):
    assert plain(text) == expected
