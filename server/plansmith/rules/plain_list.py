"""The rule plain-list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from plansmith.plan.format import CHECKLIST
from plansmith.plan.queries import actions_progress
from plansmith.plan.scanner import QUOTE, TEXT
from plansmith.plan.text import Edit, insertion, on_line
from plansmith.plan.tree import Item, Section, Task

from .rule import Finding, Fix, Scope, Severity, rule
from .subject import Plan


@rule(Severity.WARNING, scope=Scope.SECTION, sections=lambda spec: spec.kind == CHECKLIST, fix="safe")
def plain_list(sections: Iterable[Section], plan: Plan) -> Iterator[Finding]:
    """A list in a checklist section whose items have no box.

    ## Why
    Progress is counted by ticked boxes: an item without one is never open and never done.
    The fix adds a box to each item of the list; where the task counts as done already, ticked ones.
    Nested items, tables, code and `None` need no box.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - Create `src/health.py`
    - Route `/health` in `src/app.py`
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Actions**:

    - [ ] Create `src/health.py`
    - [ ] Route `/health` in `src/app.py`
    ```
    """
    for section in sections:
        if None in [item.box for item in section.items]:
            yield from _in_section(section, plan)


def _in_section(section: Section, plan: Plan) -> Iterator[Finding]:
    box = ""
    for items in _lists(section, plan.task):
        plain = [item for item in items if item.box is None and _needs_box(item, plan)]
        if not plain:
            continue
        box = box or ("[x] " if _counts_as_done(section, plan) else "[ ] ")
        first = plain[0]
        yield Finding(
            on_line(first.line, first.content, len(plan.lines[first.line].rstrip())),
            f"Start each item with a box: “{first.marker} [ ]”",
            Fix("Add a box to each item", tuple([_boxed(item, plan, box) for item in plain]), True),
        )


def _lists(section: Section, task: Task) -> Iterator[list[Item]]:
    """The lists of the section's own content, as their top-level items; those in quotes are somebody else's words."""
    tokens = task.tokens
    found: list[Item] = []
    for item in section.top_items:
        if QUOTE in tokens[item.line][4].containers:
            continue
        if found:
            before = found[-1]
            # What tells one list from the next is the bullet, or the sign after the number.
            if item.marker[-1] != before.marker[-1] or not _touch(before, item, task):
                yield found
                found = []
        found.append(item)
    if found:
        yield found


def _touch(one: Item, other: Item, task: Task) -> bool:
    """Whether nothing but blank lines stands between two items."""
    return one.end == other.line or not any(map(str.strip, task.lines[one.end : other.line]))


def _needs_box(item: Item, plan: Plan) -> bool:
    if plan.task.tokens[item.line][0] != TEXT:
        return False
    text = plan.lines[item.line][item.content :].strip()
    return bool(text) and not text.startswith("|") and not plan.format.is_none(text)


def _boxed(item: Item, plan: Plan, box: str) -> Edit:
    text = plan.lines[item.line][item.content :]
    if text.startswith("[] "):
        # A box that lacks its blank only.
        return Edit(on_line(item.line, item.content, item.content + 3), box)
    return insertion(item.line, item.content, box)


def _counts_as_done(section: Section, plan: Plan) -> bool:
    """Whether an open box would take back what the task says of itself.

    Then other tasks, which rely on it, would be wrong at once, and so would the success criteria.
    """
    if plan.task.done:
        return True
    return section.spec.name == "actions" and _is_finished(plan.task)


@lru_cache(maxsize=1)  # asked for each step of a plan
def _is_finished(task: Task) -> bool:
    """Whether all success criteria are ticked, and no action is open."""
    success = task.find("success")
    boxes = [item.is_ticked for item in success.items if item.box is not None] if success else []
    progress = actions_progress(task)
    return bool(boxes) and all(boxes) and progress.done == progress.total
