"""A plan as a language in a real VS Code: what a word means, where it leads, what can stand here."""

from __future__ import annotations

import pytest

from .breakdowns import expanded, write

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]

CHAIN = """\
---
plansmith: true
---

# Shop 🛒

## Task 1: Store the 导入 orders ✅

## Task 2: Serve the orders

**Objective**: Serve them over HTTP.

**Prerequisites**: Task 1

## Task 3: Ship the orders

**Objective**: Bring them to their 🏠.

**Prerequisites**: 🚚 Task 2
"""

# For pictures, on machines without the fonts for the signs above.
PLAIN = CHAIN.replace(" 🛒", "").replace("导入 ", "").replace(" ✅", " [x]").replace("🏠", "home").replace("🚚 ", "")


def opened(code, folder, text: str = CHAIN):
    """The file, once a window shows it and the server has answered."""
    path = write(folder, text)
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    return path


def test_a_hover_tells_of_a_task_and_of_a_section(code, folder):
    opened(code, folder, PLAIN)
    code.outline("Task 2")
    code.go_into("**: Task 2", "Task 2")
    assert "Serve them over HTTP." in code.hover("Serve the orders")
    code.shot("hover")
    code.press("Escape")
    code.go_into("Bring them", "Objective")
    code.hover("equired")


def test_the_outline_and_the_breadcrumbs_have_the_tasks_and_their_state(code, folder):
    opened(code, folder, expanded(write(folder, CHAIN), "--task", "3").decode())
    rows = code.outline("Task 2")  # the pane has no room for more
    code.shot("outline")
    assert any("Task 1" in row and "done" in row for row in rows)
    assert any("Objective" in row and "Serve them over HTTP." in row for row in rows)
    code.go_into("🚚 Task 2", "Task 2")
    code.wait_for_breadcrumb("Task 3")  # by our outline or by VS Code's own, whichever it takes


def test_a_reference_is_completed_and_leads_to_its_task(code, folder):
    path = opened(code, folder)
    code.go_to("🚚 Task 2")
    code.type(", ")
    assert any("Task 1" in each for each in code.suggestions("Task 1"))
    code.shot("completion")
    code.suggest("Task 1")
    code.wait_for_text(", Task 1")
    code.save()
    assert path.read_text("utf-8") == CHAIN.replace("🚚 Task 2", "🚚 Task 2, Task 1")
    code.go_into("🚚 Task 2", "Task 2")
    code.press("F12")
    code.wait_for_cursor("Ln 9,")


def test_a_task_is_renamed_with_every_reference(code, folder):
    path = opened(code, folder)
    code.go_into("🚚 Task 2", "2")
    code.rename("7")
    code.wait_for_text("## Task 7: Serve the orders")
    code.save()
    assert path.read_text("utf-8") == CHAIN.replace("Task 2", "Task 7")
    code.press("Control+z")
    code.wait_for_text("## Task 2: Serve the orders")


def test_a_task_moves_past_its_neighbour_and_the_cursor_goes_along(code, folder):
    path = opened(code, folder)
    code.go_to("🚚 Task 2")
    code.command("Plansmith: Move the Step or Task Up")
    code.wait_for_cursor("Ln 9, Col 1")
    code.save()
    second, third = (CHAIN.index(f"## Task {number}") for number in (2, 3))
    moved = CHAIN[:second] + CHAIN[third:] + "\n" + CHAIN[second:third].rstrip("\n") + "\n"
    assert path.read_text("utf-8") == moved
