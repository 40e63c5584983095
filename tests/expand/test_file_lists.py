"""A model that lists a file as modified which is not there means a new one; its plan comes without that warning."""

from __future__ import annotations

import pytest

from plansmith.expand.draft import Draft
from plansmith.expand.file_lists import with_files_listed
from plansmith.plan.files import ListedFiles

from .canned import parse

TEXT = """\
## Task 1: Serve

## Task 2: Store

### Files Created/Modified

**New Files**:

- `src/store.py` - made there
"""
FILES = ListedFiles(["src/app.py", "docs/plan.md", "docs/notes.md"], folder="docs", ignored=["node_modules"])


def lists(new: list[str], modified: list[str], text: str = TEXT, files: ListedFiles | None = FILES):
    """The two lists afterwards."""
    children = (Draft("files.new", tuple(new)), Draft("files.modified", tuple(modified)))
    drafts = with_files_listed([Draft("files", (), children)], parse(text), 0, files)
    parts = {part.key: list(part.body) for draft in drafts for part in draft.walk()}
    return parts["files.new"], parts["files.modified"]


def test_a_file_that_is_not_there_is_new_with_all_that_is_nested_in_its_item():
    new = ["- `src/health.py` - the check"]
    modified = ["- `src/app.py` - routes", "- `src/gone.py` - reads", "  - and writes"]
    assert lists(new, modified) == ([*new, *modified[1:]], modified[:1])


def test_lists_that_become_empty_or_were_empty():
    assert lists(["None"], ["- `src/gone.py` - reads"]) == (["- `src/gone.py` - reads"], ["None"])
    both = ["- `src/gone.py` - reads"]
    assert lists(both, both) == (both, ["None"])


@pytest.mark.parametrize(
    "modified",
    [
        ["- `src/app.py` - there"],
        ["- `notes.md` - there, beside the document"],
        ["- `src/store.py` - another task makes it"],
        ["- `../../outside.py` - nobody can say"],
        ["- `node_modules/a/b.js` - git ignores it"],
        ["- the handler - no path"],
        ["- `src/gone.py` - removed"],
        ["None"],
    ],
)
def test_what_may_be_right_stays(modified):
    assert lists(["None"], modified) == (["None"], modified)


def test_nothing_moves_without_a_workspace_or_for_a_task_that_is_done():
    modified = ["- `src/gone.py` - reads"]
    assert lists(["None"], modified, files=None) == (["None"], modified)
    assert lists(["None"], modified, TEXT.replace("Serve", "Serve ✅")) == (["None"], modified)


def test_an_authors_own_list_is_left_alone():
    draft = Draft("files.modified", ("- `src/gone.py` - reads",))
    assert with_files_listed([draft], parse(TEXT), 0, FILES) == [draft]
