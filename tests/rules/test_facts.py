"""Findings about files after edits, and after the files have changed: always those of a fresh look, and no more work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.files import ListedFiles
from plansmith.plan.text import Edit, Span, insertion
from plansmith.rules.facts import spellings
from plansmith.rules.runner import Analysis, Checker
from tests.markers import built_in_format

FORMAT = built_in_format()
CHECKER = Checker(FORMAT)
PATHS = ("src/a.py", "src/b.py", "b.py", "src/", "../src/a.py", "docs/c.md", "d.txt")
_path = st.sampled_from(PATHS)
_line = st.one_of(
    _path.map(lambda path: f"- `{path}` - it"),
    _path.map(lambda path: f"- [ ] Create `{path}`"),
    _path.map(lambda path: f"- [x] Extend `{path}`, then `npm install left-pad`"),
    _path.map(lambda path: f"Moved `{path}`."),
    st.sampled_from((
        "**New Files**:", "**Modified Files**:", "**Modified Files**: None", "### Files Created/Modified", "- None",
        "### Implementation Steps", "#### Step 1: Do it", "**Actions**:", "### Dependencies Added", "- `left-pad@1`",
        "## Task 4: More", "## Task 5: Done ✅", "", "```", "<!-- plansmith: ignore missing-file -->",
    )),
)  # fmt: skip
_edit = st.tuples(st.integers(0, 70), st.integers(0, 2), st.lists(_line, max_size=3))
_files = st.sets(st.sampled_from(("src/a.py", "src/b.py", "b.py", "docs/c.md", "d.txt", "docs/b.py")))


def plan(number: int, mark: str = "") -> str:
    """A task that speaks of files."""
    return (
        f"## Task {number}: A{mark}\n\n### Implementation Steps\n\n#### Step 1: B\n\n**Actions**:\n\n"
        f"- [ ] Create `src/{number}.py`\n\n### Files Created/Modified\n\n**New Files**:\n\n- `src/a.py` - a\n\n"
        "**Modified Files**:\n\n- `src/b.py` - b\n\n### Dependencies Added\n\n- None\n\n"
    )


@given(st.lists(st.one_of(_edit, _files), min_size=3, max_size=20), _files)
def test_what_was_kept_equals_a_fresh_look(steps, first):
    files = ListedFiles(first, folder="docs", packages=["left-pad"] if "d.txt" in first else [])
    document = Document(plan(1) + plan(2, " ✅") + plan(3), FORMAT)
    analysis = Analysis(document, CHECKER, files)
    for step in steps:
        if isinstance(step, set):
            files = ListedFiles(step, folder="docs", packages=["left-pad"] if "d.txt" in step else [])
            before = analysis.report()
            changed = analysis.look(files)
            assert changed or analysis.report() == before
        else:
            line, removed, added = step
            text = "".join(f"{each}\n" for each in added)
            analysis.update(document.edit(Edit(Span(line, 0, line + removed, 0), text)))
        fresh = Document(document.text, FORMAT)
        assert analysis.report() == Analysis(fresh, CHECKER, files).report()


class _Counting:
    """Files that count how often they are asked; a compiled class has no heirs that are not."""

    def __init__(self, files: ListedFiles) -> None:
        self._files = files
        self.is_ignored, self.has_package = files.is_ignored, files.has_package
        self.asked = 0

    def exists(self, path: str) -> bool | None:
        self.asked += 1
        return self._files.exists(path)


def test_a_keystroke_asks_for_the_files_of_its_own_task():
    files = _Counting(ListedFiles(["src/b.py"]))
    document = Document("".join(plan(number) for number in range(100)), FORMAT)
    analysis = Analysis(document, CHECKER, files)
    before = [found for _, found in analysis.report().tasks]
    first, files.asked = files.asked, 0
    analysis.update(document.edit(insertion(document.start_of(50) + 5, 0, "words")))
    after = [found for _, found in analysis.report().tasks]
    assert first >= 100
    assert files.asked <= 4
    assert [index for index, found in enumerate(after) if found is not before[index] and index != 50] == []


def test_other_files_change_nothing():
    document = Document(plan(1) + plan(2), FORMAT)
    analysis = Analysis(document, CHECKER, ListedFiles(["src/b.py"]))
    before = analysis.report()
    assert not analysis.look(ListedFiles(["src/b.py", "src/other.py"]))
    assert all(now is then for (_, now), (_, then) in zip(analysis.report().tasks, before.tasks, strict=True))
    assert analysis.look(ListedFiles(["src/c.py"]))
    assert [found.rule for found in analysis.report().findings].count("missing-file") == 2


def test_a_file_that_another_task_makes_no_longer_is_missed_at_once():
    document = Document(plan(1).replace("src/a.py", "src/b.py") + plan(2), FORMAT)
    analysis = Analysis(document, CHECKER, ListedFiles(["x.py"]))

    def missing() -> list[int]:
        return [found.task for found in analysis.report().findings if found.rule == "missing-file"]

    assert missing() == [0]
    line = document.lines.index("- `src/b.py` - a")
    analysis.update(document.edit(Edit(Span(line, 7, line, 8), "c")))
    assert missing() == [0, 1]
    analysis.update(document.edit(Edit(Span(line, 7, line, 8), "b")))
    assert missing() == [0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/api/a.py", ["src/api/a.py", "src/api", "src", "a.py"]),
        ("a.py", ["a.py", "*/a.py"]),
        ("../src/a.py", ["src/a.py", "src", "a.py"]),
    ],
)
def test_what_another_task_may_call_a_file(path, expected):
    assert spellings(path) == expected
