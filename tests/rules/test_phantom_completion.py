"""The rule phantom-completion."""

from __future__ import annotations

import pytest

from plansmith.plan.files import ListedFiles
from tests.markers import find

RULE = "phantom-completion"
TEXT = """
## Task 1: Build ✅

### Implementation Steps

#### Step 1: Do it

### Files Created/Modified

**New Files**:

- `src/parts/b.py` - 🚀 the rest
- `src/app.py` - the app
- `secret.txt` - ignored

**Modified Files**:

- `src/gone.py` - changed

## Task 2: Move

OTHER
"""
FILES = ListedFiles(["src/app.py"], ignored=["secret.txt"])


def test_a_new_file_that_is_not_there(check):
    check(only=RULE, files=FILES, text="""
        ## Task 1: Build 🚀 ✅

        ### Implementation Steps

        #### Step 1: Do it

        ### Files Created/Modified

        **New Files**: `src/导入.py`
                        ^^^^^^^^^ warning[phantom-completion]: This task is done, but there is no src/导入.py; finish it, correct the path, or say in the task that moved or removed it
    """)  # fmt: skip


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ("", 1),
        ("Look at `src/parts/b.py`.", 1),
        ("- Remove `src/app.py`", 1),
        ("- Remove `src/parts/b.py`", 0),
        ("Parts were moved: `src/parts/` is `lib/` now.", 0),
        ("- Renamed `b.py` to `c.py`", 0),
        ("**Modified Files**:\n\n- [b](src/parts/b.py) - deleted", 0),
        ("```\nrm `src/parts/b.py`, removed\n```", 1),
    ],
)
def test_another_task_may_have_moved_it(other, count):
    assert len(find(TEXT.replace("OTHER", other), RULE, files=FILES)) == count


@pytest.mark.parametrize(
    ("note", "count"),
    [("🚀 the rest", 1), ("removed again", 0), ("moved to `lib/`", 0), ("(optional)", 0), ("if needed", 0)],
)
def test_the_list_may_say_that_it_is_gone(note, count):
    assert len(find(TEXT.replace("🚀 the rest", note), RULE, files=FILES)) == count


@pytest.mark.parametrize("mark", ["", " 🚧", " (DEFERRED)"])
def test_a_task_that_is_not_done_is_not_judged(mark):
    assert find(TEXT.replace(" ✅", mark), RULE, files=FILES) == []
