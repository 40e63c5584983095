"""Several expansions at once: bounded, one for each task, in the order of dependencies, an edit for each."""

from __future__ import annotations

import asyncio

import pytest_asyncio

from tests.expand.test_engine import OWN, PARTS, VALIDATION

from .editor import MARKS, within
from .modelling import environment

pytestmark = MARKS

TASKS = """\
# Backlog

## Task 1: Store

Keep it.

## Task 2: Serve

**Prerequisites**: Task 1

## Task 3: Log

Say it.

## Task 4: Ship

**Prerequisites**: Tasks 2, 3
"""


@pytest_asyncio.fixture(loop_scope="session")
async def open_editor(start, model, tmp_path):
    async def make(name: str = "vscode", **settings: object):
        return await start(name, [tmp_path], env=environment(model.url, tmp_path, **settings))

    return make


async def test_ready_tasks_are_asked_for_together_and_the_others_when_theirs_are_done(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandAll", token="all"))
    first, third = sorted(await model.until(2), key=lambda asked: asked.task)
    assert [first.task, third.task] == ["Task 1", "Task 3"]
    await first.finish(OWN.replace("src/health.py", "src/store.py"))
    second = (await model.until(3))[2]
    assert second.task == "Task 2"
    # What was finished in this run is told, and what all requests share is the same still.
    assert "`src/store.py` - the health check" in second.text
    assert second.body["system"] == first.body["system"]
    assert second.body["messages"][0]["content"][0] == first.body["messages"][0]["content"][0]
    await second.finish(PARTS)
    await editor.until(lambda: len(editor.edits) == 2)
    assert len(model.waiting) == 1
    await third.finish(OWN)
    fourth = (await model.until(4))[3]
    assert fourth.task == "Task 4"
    await fourth.finish(PARTS)
    answer = await within(run)
    assert answer["status"] == "applied", answer
    assert answer["usage"]["requests"] == 4
    assert [params.label for params in editor.edits] == [
        "Expand Task 1",
        "Expand Task 2",
        "Expand Task 3",
        "Expand Task 4",
        "Add Implementation Guidelines",
    ]
    author = iter(buffer.text.splitlines())
    assert all(line in author for line in TASKS.splitlines())
    assert {found.severity for found in await buffer.findings()} <= {3, 4}


async def test_no_more_are_asked_for_at_once_than_the_user_says(open_editor, model, tmp_path):
    editor = await open_editor(concurrency=2)
    text = "".join(f"## Task {number}: T\n\nText.\n\n" for number in range(1, 6))
    buffers = [editor.open(tmp_path / f"{name}.md", text) for name in "ab"]
    runs = [asyncio.ensure_future(buffer.run("expandAll")) for buffer in buffers]
    for count in range(2, 11):
        await model.until(count)
        await buffers[0].lenses()
        assert len(model.asked) == count
        assert len(model.waiting) == 2
        await model.waiting[0].finish(OWN)
    await model.waiting[0].finish(OWN)
    assert {(await within(run))["status"] for run in runs} == {"applied"}


async def test_a_task_that_is_being_expanded_is_not_asked_for_again(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1"))
    [asked] = await model.until(1)
    buffer.type(0, 0, "Above\n\n")
    again = await buffer.run("expandTask", task="1")
    assert (again["status"], again["added"]) == ("conflict", [])
    assert "is being expanded already" in again["message"]
    await asked.finish(OWN)
    assert (await within(run))["status"] == "applied"
    assert len(model.asked) == 1


async def test_what_is_broken_in_one_task_leaves_the_others_alone(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", "## Task 1: A\n\nText.\n\n## Task 2: B\n\nText.\n")
    run = asyncio.ensure_future(buffer.run("expandAll"))
    await model.until(2)
    for count in range(2, 5):
        await model.until(count)
        asked = next(each for each in model.waiting if each.task == "Task 1")
        await asked.finish(OWN.replace(VALIDATION, ""))
    await model.waiting[0].finish(OWN)
    answer = await within(run)
    assert answer["status"] == "applied"
    assert "1 of 2 tasks expanded; 1 could not be: Task 1: The model's plan does not pass" in answer["message"]
    assert buffer.text.startswith("## Task 1: A\n\nText.\n\n## Task 2: B\n\nText.\n")


async def test_a_cancelled_run_lists_what_was_written_and_keeps_what_had_come(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandAll"))
    first, third = sorted(await model.until(2), key=lambda asked: asked.task)
    await third.say(OWN[: OWN.index("### Testing Plan")])
    await first.finish(OWN)
    second = (await model.until(3))[2]
    await editor.until(lambda: "### Testing Plan" in buffer.text)
    await buffer.run("cancel")
    answer = await within(run)
    assert answer["status"] == "cancelled"
    assert answer["message"] == "Cancelled; 1 of 4 tasks expanded"
    assert "Task 1: steps" in answer["added"]
    assert not [added for added in answer["added"] if "Task 1" not in added]
    for asked in (second, third):
        await asyncio.wait_for(asked.left.wait(), 1)
    [kept] = (tmp_path / "cache").rglob("*.md")
    assert kept.read_text(encoding="utf-8").endswith(OWN[: OWN.index("### Testing Plan")])
    # The next run goes on with it.
    run = asyncio.ensure_future(buffer.run("expandAll"))
    asked = (await model.until(5))[3:]
    third = next(each for each in asked if each.task == "Task 3")
    assert "was begun, and is not finished" in third.text
    await buffer.run("cancel")
    await within(run)


async def test_a_single_task_that_is_cancelled_keeps_what_had_come(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    run = asyncio.ensure_future(buffer.run("expandTask", task="1", token="mine"))
    [asked] = await model.until(1)
    await asked.say(OWN[:400])
    await editor.until(lambda: any("Testing Plan" in value.get("message", "") for value in editor.progress["mine"]))
    buffer.close()
    assert (await within(run))["status"] == "cancelled"
    await asyncio.wait_for(asked.left.wait(), 1)
    [kept] = (tmp_path / "cache").rglob("*.md")
    assert kept.read_text(encoding="utf-8").endswith(OWN[:400])


async def test_an_edit_waits_for_the_one_before(open_editor, model, tmp_path):
    editor = await open_editor()
    buffer = editor.open(tmp_path / "tasks.md", TASKS)
    go = asyncio.Event()

    async def slowly(params):
        await go.wait()
        return await editor.apply(params)

    editor.on_edit.append(slowly)
    run = asyncio.ensure_future(buffer.run("expandAll"))
    for asked in await model.until(2):
        await asked.finish(OWN)
    await editor.until(lambda: editor.edits)
    await buffer.lenses()
    assert len(editor.edits) == 1
    go.set()
    for count in (3, 4):
        await (await model.until(count))[-1].finish(PARTS)
    assert (await within(run))["status"] == "applied"
    assert len(editor.edits) == 5
