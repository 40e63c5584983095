"""The rule unlisted-file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plansmith.plan.format import Format
from plansmith.plan.path_text import is_file_name
from plansmith.plan.paths import ACTIONS, CREATING, MODIFIED_FILES, NEW_FILES, PathPlace, action_paths
from plansmith.plan.tree import Section

from .facts import Facts
from .listing import Covered, Room, find_room
from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan

_LISTS: Final = frozenset((NEW_FILES, MODIFIED_FILES))
_DONE: Final = {"rename": "renamed", "delete": "deleted"}


@rule(Severity.HINT, scope=Scope.TASK, fix="quick", files=True)
def unlisted_file(plan: Plan) -> Iterator[Finding]:
    """An action creates or changes a file that no list of the task names.

    ## Why
    Reviewers, and whoever plans the next task, read the lists: what is missing there comes as a surprise.
    Actions count that start with create, add, write, modify, update, edit, extend, rename or delete, and whose first
    code span is a path.
    A folder, a glob or a tree in the lists covers the files in it.
    What git ignores is not judged.

    ## Example
    The workspace has these files:

    ```text
    src/app.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py` with a `health()` handler

    ### Files Created/Modified

    **New Files**:

    - `src/checks.py` - what is checked

    **Modified Files**:

    - `src/app.py` - routes `/health`
    ```

    ## Use instead
    The workspace has these files:

    ```text
    src/app.py
    ```

    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py` with a `health()` handler

    ### Files Created/Modified

    **New Files**:

    - `src/checks.py` - what is checked
    - `src/health.py` - made in Step 1

    **Modified Files**:

    - `src/app.py` - routes `/health`
    ```
    """
    facts, task = plan.facts, plan.task
    if facts is None:
        return
    lists: dict[str, Section] = {}
    actions: list[Section] = []
    for section in plan.sections:
        key = section.spec.key
        if key == ACTIONS:
            actions.append(section)
        elif key in _LISTS:
            lists[key] = section
    if not lists:
        return  # missing-section says so
    covered: Covered | None = None
    told: set[str] = set()
    rooms: dict[str, tuple[str, Room | None]] = {}
    steps: dict[str, str] = {}
    for place in action_paths(actions, plan.lines):
        path = place.path
        if path in told:
            continue
        told.add(path)
        covered = covered or Covered(task)
        if covered.has(path):
            continue
        exists = facts.exists(path)
        if exists is None or not (exists or is_file_name(path) or path.endswith("/")) or facts.is_ignored(path):
            continue
        key = _list_for(place, exists, plan, facts)
        if key not in rooms:
            target = lists.get(key)
            rooms[key] = plan.title_of(key), find_room(target, task, plan.format) if target else None
        title, room = rooms[key]
        fix = None
        if room is not None:
            step = steps.get(place.section)
            if step is None:
                step = steps[place.section] = _in_step(place.section, plan.format)
            done = "made" if key == NEW_FILES else _DONE.get(place.note, "changed")
            fix = Fix(f"Add {path} to “{title}”", (room.edit(f"`{path}` - {done}{step}"),), False)
        yield Finding(place.span, f"No list of this task names {path}; add it to “{title}”", fix)


def _list_for(place: PathPlace, exists: bool, plan: Plan, facts: Facts) -> str:
    """The list that a file belongs to, so that no other rule objects."""
    task, creates = plan.task, place.note in CREATING
    if task.done:
        return NEW_FILES if creates and exists else MODIFIED_FILES
    if exists:
        return NEW_FILES if creates and task.started else MODIFIED_FILES
    if place.note == "delete" or facts.others_make(place.path):
        return MODIFIED_FILES
    return NEW_FILES


def _in_step(section: str, fmt: Format) -> str:
    """In which step an action stands, in the words of the writer's own lists."""
    number = section.split(".")[1]
    return f" in {fmt.step.called(int(number))}" if fmt.step is not None and number.isdecimal() else ""
