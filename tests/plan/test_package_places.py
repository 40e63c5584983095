"""Packages where a task names them: listed, or installed by a command."""

from __future__ import annotations

from hypothesis import given

from plansmith.plan.document import Document
from plansmith.plan.package_places import find_mentions, find_package_places, name_at, package_at, source_of
from plansmith.plan.packages import same_package
from tests.markers import built_in_format, dedent
from tests.plan.texts import each_corpus_text, plans

TEXT = """
    ## Task 1: 写 it

    ### Implementation Steps

    #### Step 1: Go

    **Actions**:

    - [ ] 🚀 Run `pip install redis-py==5.0.1 Flask[async]`, then `redis`
    - [ ] Look at `pip list`

    **Code Examples**:

    ```sh
    $ npm install -D vitest @types/node
    ```

    ### Dependencies Added

    - `redis_py@5.0.1` - keeps answers, as `other` does
    - 🚀 `late@1` - begins with something else
    - **`@types/node`** - types (development)
    - None
"""


def test_packages_stand_in_dependencies_added_and_in_commands():
    document = Document(dedent(TEXT), built_in_format())
    [task] = document.tasks
    found = []
    for name, (line, start, _, end), is_listed in find_package_places(task):
        found.append((name, task.lines[line][start:end], is_listed))
        place = package_at(task, line, end)
        assert place is not None
        assert place.name == name
    assert found == [
        ("redis-py", "redis-py", False),
        ("flask", "Flask", False),
        ("vitest", "vitest", False),
        ("@types/node", "@types/node", False),
        ("redis-py", "redis_py", True),
        ("@types/node", "@types/node", True),
    ]
    assert package_at(task, 10, 5) is None


def spelled(task, spans):
    return [(line, task.lines[line][start:end]) for line, start, _, end in spans]


def test_a_package_is_mentioned_by_code_that_is_no_more_than_its_name():
    text = """
        ## Task 1: Use `redis`

        **Objective**: 🚀 `redis` keeps 写, not `redis-cli`, `redis ping`, redis or `lib/redis`.

        ```sh
        echo `redis`
        ```

        ### Implementation Steps

        #### Step 1: Go

        **Actions**:

        - [ ] 🚀 Run `pip install redis`, import `Redis==5`

        ### Dependencies Added

        - `redis@5` - keeps
    """
    [task] = Document(dedent(text), built_in_format()).tasks
    found = find_mentions(task, "redis")
    assert spelled(task, [span for span, _ in found]) == [(2, "redis"), (14, "redis"), (14, "Redis"), (18, "redis")]
    assert [is_listed for _, is_listed in found] == [False, False, False, True]
    assert find_mentions(task, "lib/redis") == []
    columns = [task.lines[2].index(words) + 2 for words in ("Obj", "`redis`", "keeps", "`redis-", "`redis p", "`lib")]
    named = [name_at(task, 2, column) for column in columns]
    assert [place and place.name for place in named] == [None, "redis", None, "redis-cli", None, None]
    assert name_at(task, 99, 0) is None
    assert name_at(task, 0, 14) is None


def test_what_adds_a_package_is_the_first_place_up_to_a_task():
    step = "### Implementation Steps\n\n#### Step 1: Go\n\n**Actions**:\n\n- [ ] 🚀 Run `{}`\n\n"
    listed = "### Dependencies Added\n\n- `redis@5` - keeps\n\n"
    text = (
        f"## Task 1: Plan\n\n{listed}"
        f"## Task 2: Add\n\n{step.format('uv add Redis')}"
        f"## Task 3: Use\n\n{step.format('pip install redis')}"
    )
    tasks = Document(text, built_in_format()).tasks
    assert source_of(tasks, 0, "redis") is None
    assert source_of(tasks, 0, "redis", is_listed=True) == (0, (4, 3, 4, 8))
    assert source_of(tasks, 1, "redis") == source_of(tasks, 2, "redis") == (1, (8, 20, 8, 25))
    assert source_of(tasks, 2, "flask") is None


@given(plans)
def test_places_lie_in_the_text(text):
    _check(text)


@each_corpus_text
def test_places_lie_in_the_texts_of_the_corpus(text):
    _check(text)


def _check(text: str) -> None:
    for task in Document(text, built_in_format()).tasks:
        for place in find_package_places(task):
            line, start, end_line, end = place.span
            assert line == end_line
            assert 0 <= start < end <= len(task.lines[line])
            assert (place.span, place.is_listed) in find_mentions(task, place.name)
        for line, text in enumerate(task.lines):
            for column in range(0, len(text) + 1, 7):
                name = name_at(task, line, column)
                assert name is None or name.name in same_package(text)
