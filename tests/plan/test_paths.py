"""The paths of a task: what is one, where it stands, and what part it has in the plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.path_text import as_path, from_root
from plansmith.plan.paths import ACTION, MENTION, MODIFIED, NEW, find_paths, listed_files, moved_paths, path_at
from plansmith.plan.tree import Task
from tests.markers import built_in_format, dedent
from tests.rules.plans import documents

PLAN = """
    ## Task 1: Serve `src/app.py` 🚀

    **Objective**: Serve [the notes](docs/notes.md#api "All of it") as `text/html`.

    ### Implementation Steps

    #### Step 1: Write it

    **Actions**:

    - [ ] Create `./src/notes/store.py` like `src/notes/old.py:12-20`
    - [ ] 导入 🚀: see `src/导入.py`
    - [ ] **Extend** `src/app.py`
    - [ ] Add `GET /notes` to `src/app.py`
    - [ ] Run `pytest tests/test_app.py`

    **Code Examples**:

    ```python
    open(`src/fenced.py`)
    ```

    ### Files Created/Modified

    **New Files**:

    - `src/notes/store.py`, **`src/notes/rows.py`** and [rows](../src/rows.sql) - instead of `src/notes/old.py`
    - None, as `src/late.py` is there

    **Modified Files**: `src/app.py` - routes

    Not <!-- `src/hidden.py` --> but `src/seen.py`.

    [notes]: src/notes.md
"""


def only_task(text: str) -> Task:
    """The one task of a text."""
    [task] = Document(dedent(text), built_in_format()).tasks
    return task


def told(task: Task) -> list[tuple[str, str, str]]:
    """Each path as it is written, its part, and the section it stands in."""
    return [
        (task.lines[place.span.line][place.span.start : place.span.end], place.role, place.section)
        for place in find_paths(task)
    ]


def test_paths_are_found_with_their_place_their_part_and_their_section():
    assert told(only_task(PLAN)) == [
        ("src/app.py", MENTION, ""),
        ("docs/notes.md", MENTION, "objective"),
        ("./src/notes/store.py", ACTION, "steps.1.actions"),
        ("src/notes/old.py", MENTION, "steps.1.actions"),
        ("src/导入.py", MENTION, "steps.1.actions"),
        ("src/app.py", ACTION, "steps.1.actions"),
        ("src/app.py", MENTION, "steps.1.actions"),
        ("src/notes/store.py", NEW, "files.new"),
        ("src/notes/rows.py", NEW, "files.new"),
        ("../src/rows.sql", NEW, "files.new"),
        ("src/notes/old.py", MENTION, "files.new"),
        ("src/late.py", MENTION, "files.new"),
        ("src/app.py", MODIFIED, "files.modified"),
        ("src/seen.py", MENTION, "files.modified"),
        ("src/notes.md", MENTION, "files.modified"),
    ]


def test_a_path_is_told_without_the_dot_at_its_start():
    task = only_task(PLAN)
    assert [place.path for place in find_paths(task)][2] == "src/notes/store.py"


def test_what_an_item_says_of_its_file_is_kept():
    listed = listed_files(only_task(PLAN))
    assert [place.note for place in listed.new] == ["- instead of `src/notes/old.py`"] * 3
    assert [place.note for place in listed.modified] == ["- routes"]


def test_the_same_task_is_read_once():
    task = only_task(PLAN)
    assert find_paths(task) is find_paths(task)
    assert listed_files(task) is listed_files(task)


def test_a_place_lies_in_a_path_from_its_start_to_its_end():
    task = only_task("## Task 1: A\n\n🚀 `src/导入.py`, then\n")
    start = task.lines[2].index("src")
    [place] = find_paths(task)
    assert [path_at(task, 2, column) for column in (start - 1, start, start + 9, start + 10)] == [
        None, place, place, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "src/app.py",
        "app.py",
        "src/",
        "Makefile",
        ".github/workflows/ci.yml",
        "a/b",
        "../lib/x.rs",
        "src/導入.py",
        "process.py",
        "src/response.json",
        "users.json",
        ".env",
    ],
)
def test_what_is_a_path(text):
    assert as_path(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "/etc/hosts", "https://example.org/a.py", "src/*.py", "src/<name>.py", "src/{a,b}.py", "$HOME/a.py", "~/a.py",
        "node.js", "text/html", "a b.py", "pytest", "app.run", "origin/main", "1/2", "C:/a.py", "src/../../a.py", "@a/b", "src\\app.py",
        "process.env", "import.meta.env", "this.props", "self.lock", "response.json", "Rails.env", "feat/sign-in",
        "x" * 300 + ".py",
    ],
)  # fmt: skip
def test_what_is_none(text):
    assert as_path(text) is None


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("my%20docs/a%28b%29.md", "my docs/a(b).md"),
        ("./src/%E5%AF%BC%E5%85%A5.py#top", "src/导入.py"),
        ("src/100%.md", "src/100%.md"),
        ("src/%FF.md", "src/%FF.md"),
        ("src/%0A.md", "src/%0A.md"),
    ],
)
def test_a_link_names_what_its_address_means(address, path):
    task = only_task(f"## Task 1: A\n\n🚀 [x]({address}), `src/my%20file.py`\n")
    [place, code] = find_paths(task)
    assert place.path == path
    assert task.lines[2][place.span.start : place.span.end] == address.partition("#")[0]
    assert code.path == "src/my%20file.py"


def test_a_line_number_is_no_part_of_a_path():
    assert as_path("src/app.py:12") == as_path("src/app.py:12:3") == as_path("src/app.py:12-20") == "src/app.py"
    assert as_path("src/app.py#L10") == as_path("src/app.py#L10-L20") == as_path("src/app.py:L7") == "src/app.py"
    assert as_path("docs/a.md#the-end") == "docs/a.md"
    assert as_path("src/#hash") == "src/#hash"


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("src/a.py", "", "src/a.py"),
        ("src/", "", "src"),
        ("../src/a.py", "docs", "src/a.py"),
        ("../a.py", "", None),
        ("../../a.py", "docs", None),
        ("..", "docs", ""),
        ("a/../b", "docs", "docs/b"),
    ],
)
def test_a_path_from_the_root(path, folder, expected):
    assert from_root(path, folder) == expected


def test_a_task_says_which_paths_it_moves():
    task = only_task(
        """
        ## Task 2: Clean up

        - Remove `src/old.py`
        - `src/a.py` was renamed to [b](src/b.py)
        - Keep `src/kept.py`

        ```
        delete `src/fenced.py`
        ```
        """
    )
    assert moved_paths(task) == {"src/old.py", "src/a.py", "src/b.py"}


@given(documents(), st.lists(st.sampled_from(("`a/b.py`", "[x](a.md)", "`", "[y]: c.py", "<!--", "\n")), max_size=9))
def test_every_path_is_what_stands_in_its_place(text, more):
    text += "".join(more)
    for task in Document(text, built_in_format()).tasks:
        listed = listed_files(task)
        every = find_paths(task)
        for place in (*every, *listed.new, *listed.modified):
            span = place.span
            assert task.lines[span.line][span.start : span.end].removeprefix("./") == place.path
        assert [place.span for place in every] == sorted(place.span for place in every)
        assert {*listed.new, *listed.modified} <= set(every)
