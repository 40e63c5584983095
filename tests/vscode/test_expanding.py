"""A task of a breakdown becomes a plan in a real VS Code, and the file on disk is exactly what it should be."""

from __future__ import annotations

import time

import pytest

from tests.expand.test_engine import OWN
from tests.model.asks import asks

from .breakdowns import PLAIN, TASKS, expanded, plansmith, write

pytestmark = [pytest.mark.vscode, pytest.mark.xdist_group("vscode"), pytest.mark.timeout(900)]

WRITING = " tokens)"  # in what the progress says once the model writes, and not while it is being asked
OURS = ["Expand Task into Plan", "Fill Missing Sections", "Expand All Tasks"]


@pytest.fixture
def model(llmock, tmp_path):
    """A model over HTTP, and the settings of the machine that lead there."""
    llmock.settings = {
        "plansmith.provider": "anthropic",
        "plansmith.baseUrl": llmock.base_url("anthropic"),
        "plansmith.cacheFolder": str(tmp_path / "cache"),
    }
    return llmock


def written_by(model, path, folder) -> bytes:
    """What the command line writes with the model's next answer.

    What it prints is kept, and VS Code would insert what is kept in its own cache: it has another.
    """
    return plansmith("expand", path, "--task", "1", env=asks(model.base_url("anthropic"), folder / "command-line"))


def test_findings_and_a_right_click_that_makes_a_plan(code, folder):
    path = write(folder, PLAIN)
    plan = expanded(path, "--task", "1")
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_squiggle("error")
    code.wait_for_problem("No task here is called Task 7")
    code.shot("findings")
    code.wait_for_status("Plansmith: offline planner")
    code.close_panel()
    assert [item for item in code.task_menu("Task 1: Store") if item in OURS] == OURS
    code.shot("menu")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    code.wait_for_no_notification("Expanding the task")
    code.wait_for(".codelens-decoration", "actions done")
    code.shot("plan")
    assert path.read_bytes() == plan
    assert plan != PLAIN.encode()


def test_a_lens_expands_its_task_and_one_undo_takes_the_plan_back(code, folder):
    path = write(folder)
    plan = expanded(path, "--task", "2")
    code.open(folder)
    code.open_file("tasks.md")
    lenses = code.lenses()
    assert [" ".join(each.replace("|", " ").split()) for each in lenses] == [
        "Expand into plan next",
        "Expand into plan blocked by 1",
    ]
    code.go_to("What we sell.")
    code.click_lens("Expand into plan", 1)
    code.wait_for_text("#### Step 1")
    code.save()
    assert path.read_bytes() == plan
    code.press("Control+z")
    code.wait_for_no_text("#### Step 1")
    code.save()
    assert path.read_bytes() == TASKS.encode()


def test_the_explorers_menu_expands_every_task_of_a_file(code, folder):
    path = write(folder)
    plan = expanded(path, "--all")
    code.open(folder)
    code.explorer_menu("tasks.md", "Expand All Tasks")
    code.click_menu("Expand All Tasks")
    code.wait_for_text("### Implementation Steps")
    code.wait_for_no_notification("Expanding all tasks")
    code.save()
    assert path.read_bytes() == plan


def test_a_model_writes_what_it_writes_for_the_command_line(code, folder, model, tmp_path):
    path = write(folder)
    model.reply(OWN, times=2)
    plan = written_by(model, path, tmp_path)
    assert OWN.rstrip().splitlines()[-1].encode() in plan
    code.open(folder, machine=model.settings)
    code.open_file("tasks.md")
    code.wait_for_status("Plansmith: ready")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.wait_for_text("### Implementation Steps")
    code.save()
    assert path.read_bytes() == plan
    assert len(model.requests) == 2, "the plan is not the model's answer to VS Code"
    model.assert_resilient(strict=True)


def test_typing_while_a_plan_streams_and_its_preview(code, folder, model, tmp_path):
    path = write(folder, PLAIN)
    model.reply(OWN, times=2)
    plan = written_by(model, path, tmp_path)
    typed = PLAIN.replace("What we sell.", "What we sell.typed meanwhile")
    model.pace(25)
    code.open(folder, machine=model.settings, settings={"plansmith.preview": True})
    code.open_file("tasks.md")
    code.wait_for_status("Plansmith: ready")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.notification(WRITING)
    code.wait_for_status("Plansmith: expanding 1")
    code.wait_for_tab("Task 1 (preview).md")
    code.shot("preview")
    code.go_to("What we sell.")
    code.type("typed meanwhile")
    assert "### Implementation Steps" not in code.text("tasks.md"), "the plan came too early for this test"
    code.wait_for_text("### Implementation Steps", "tasks.md")
    code.wait_for_no_tab("Task 1 (preview).md")
    code.save()
    assert path.read_bytes() == plan.replace(b"What we sell.", b"What we sell.typed meanwhile")
    code.press("Control+z")
    code.wait_for_no_text("### Implementation Steps", "tasks.md")
    code.save()
    assert path.read_bytes() == typed.encode()


def test_cancel_in_the_notification_leaves_the_text_as_it_is(code, folder, model):
    path = write(folder)
    model.reply(OWN)
    model.pace(400)
    code.open(folder, machine=model.settings)
    code.open_file("tasks.md")
    code.wait_for_status("Plansmith: ready")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.notification(WRITING)
    code.shot("progress")
    code.click_notification("Expanding the task", "Cancel")
    code.wait_for_no_notification("Expanding the task")
    code.wait_for_status("Plansmith: ready")
    code.go_to("What we sell.")
    code.type("!")
    code.save()
    assert path.read_bytes() == TASKS.replace("What we sell.", "What we sell.!").encode()
    until(lambda: model.requests)  # a request is told of once it is over
    assert not model.requests[0].completed, "the connection to the model was not closed"


def until(what):
    """Wait for something that the model's side sees."""
    end = time.monotonic() + 30
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    assert what()


def test_a_plan_that_broke_off_is_kept_and_its_rest_is_asked_for(code, folder, model):
    path = write(folder)
    model.truncate(after_chunks=60, times=1)
    model.reply(OWN, times=None)
    code.open(folder, machine={**model.settings, "plansmith.retries": 0})
    code.open_file("tasks.md")
    code.wait_for_status("Plansmith: ready")
    code.task_menu("Task 1: Store")
    code.click_menu("Expand Task into Plan")
    code.notification("continue the unfinished plan")
    assert path.read_bytes() == TASKS.encode()
    # VS Code may show once more what it was offered at this place before.
    for _ in range(5):
        offered = code.light_bulb("Task 1: Store")
        if any("Continue the unfinished plan" in each for each in offered):
            break
        code.press("Escape")
    assert any("Continue the unfinished plan" in each for each in offered), offered
    code.choose("Continue the unfinished plan")
    code.wait_for_text("### Implementation Steps")


def test_the_palette_has_the_graph_the_request_the_next_task_and_ticking(code, folder):
    path = write(
        folder, "# Shop\n\n## Task 1: Store ✅\n\n## Task 2: Serve\n\n**Prerequisites**: Task 1\n\n- [ ] build it\n"
    )
    code.open(folder)
    code.open_file("tasks.md")
    code.wait_for_status("offline planner")
    code.command("Plansmith: Go to the Next Task")
    code.wait_for_cursor("Ln 5, Col 1")
    code.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    code.command("Plansmith: Tick or Untick")
    code.wait_for_text("- [x] build it")
    code.save()
    assert path.read_text("utf-8").endswith("- [x] build it\n")
    code.command("Plansmith: Show the Dependency Graph")
    code.wait_for_text("flowchart", "Graph.md")
    code.command("Plansmith: Show What Would Be Sent")
    code.wait_for_text("Nothing would be sent", "Request.md")


def test_where_nothing_applies_there_is_no_menu_and_a_command_says_so(code, folder):
    write(folder, "# Notes\n\nNothing to do here.\n", "notes.md")
    code.open(folder)
    code.open_file("notes.md")
    code.wait_for_status("offline planner")
    assert [item for item in code.context_menu("Nothing to do") if item in OURS] == []
    code.close_menu()
    code.command("Plansmith: Expand Task into Plan")
    assert "Task 1: Name" in code.notification("No task")
