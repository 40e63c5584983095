"""The rule existing-file."""

from __future__ import annotations

import pytest

from plansmith.plan.files import ListedFiles
from tests.markers import find

RULE = "existing-file"
TEXT = """
    ## Task 1: Build 🚀

    ### Implementation Steps

    #### Step 1: Do it

    **Actions**:

    - [ ] Look at it

    ### Files Created/Modified

    **New Files**:

    - `src/导入.py` - 🚀 there
       ^^^^^^^^^ hint[existing-file]: src/导入.py is there already, and this task is not started; list it under “Modified Files”, or give the new file another name
    - `src/` - a folder that is there
       ^^^^ hint[existing-file]
    - `src/new.py` - not there, unlike `src/导入.py`
    - `secret.txt` - ignored
"""  # fmt: skip
FILES = ListedFiles(["src/导入.py", "secret.txt"], ignored=["secret.txt"])


def test_a_new_file_that_is_there(check):
    check(only=RULE, files=FILES, text=TEXT)


@pytest.mark.parametrize(("old", "new"), [("- [ ]", "- [x]"), ("- [ ]", "- [-]"), ("🚀", "✅"), ("src/", "../out/")])
def test_what_is_no_finding(old, new):
    text = "\n".join(line.strip() for line in TEXT.replace(old, new).split("\n") if "^^" not in line)
    assert find(text, RULE, files=FILES) == []
