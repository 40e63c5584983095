"""Packages where a task names them: listed, or installed by a command."""

from __future__ import annotations

from hypothesis import given

from plansmith.plan.document import Document
from plansmith.plan.package_places import find_package_places, package_at
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
