"""`plansmith expand` through a model, over several runs: nothing is paid for twice, and the price is known before."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
from pathlib import Path

import pytest

from tests.expand.test_engine import OWN, PARTS, REPAIR, VALIDATION
from tests.lsp.modelling import Asked

from .conftest import TASKS

pytestmark = [pytest.mark.asyncio(loop_scope="session")]


def text(tmp_path: Path) -> str:
    return (tmp_path / "tasks.md").read_text(encoding="utf-8")


def kept(tmp_path: Path) -> list[str]:
    return [path.read_text(encoding="utf-8").partition("\n")[2] for path in (tmp_path / "cache").rglob("*.md")]


def by_task(asked: list[Asked]) -> dict[str, Asked]:
    return {each.task: each for each in asked}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_an_interrupted_run_is_gone_on_with(expand, model, tmp_path, number):
    first = await expand("--all", "--write")
    asked = by_task(await model.until(2))
    assert set(asked) == {"Task 1", "Task 3"}
    await asked["Task 3"].say(OWN[: OWN.index("### Success Criteria")])
    await asked["Task 1"].finish(OWN)
    serve = (await model.until(3))[2]
    # Task 1 is written at once.
    assert "### Testing Plan" in text(tmp_path).partition("## Task 2")[0]
    assert "### Testing Plan" not in text(tmp_path).partition("## Task 2")[2]
    await asyncio.sleep(0.3)  # for the pieces to be read
    first.send(number)
    status, _, err = await first.end()
    assert status == 128 + number
    assert f"Task 3: kept in {tmp_path}" in err
    # Of the two that were interrupted the input is counted, and of the output what came of it.
    assert re.search(r"plansmith: 21 tokens in, \d{2,} out, in 3 requests\n", err), err
    assert "Traceback" not in err
    await asyncio.wait_for(serve.left.wait(), 1)
    assert kept(tmp_path) == [OWN[: OWN.index("### Success Criteria")]]

    second = await expand("--all", "--write")
    asked = by_task((await model.until(5))[3:])
    assert set(asked) == {"Task 2", "Task 3"}
    assert "### Success Criteria" in asked["Task 3"].text
    assert "**Unit Tests**" not in asked["Task 3"].text.partition("## What is wanted")[2]
    await asked["Task 2"].finish(PARTS)
    await asked["Task 3"].finish(OWN[OWN.index("### Testing Plan") :])
    status, _, err = await second.end()
    assert status == 0, err
    assert "Task 3: going on with the plan that was kept" in err
    assert "tokens in" in err
    assert text(tmp_path).count("### Success Criteria") == 3
    assert kept(tmp_path) == []


async def test_what_was_only_shown_is_not_paid_for_twice(expand, model, tmp_path):
    shown = await expand("--task", "1", "--diff")
    await (await model.until(1))[0].finish(OWN)
    status, out, err = await shown.end()
    assert (status, "+### Testing Plan" in out) == (0, True)
    assert text(tmp_path) == TASKS
    written = await expand("--task", "1", "--write")
    status, _, err = await written.end()
    assert status == 0, err
    assert "Task 1: using the plan that was kept" in err
    assert "### Testing Plan" in text(tmp_path)
    assert (len(model.asked), kept(tmp_path)) == (1, [])


async def test_kept_plans_are_inserted_without_a_model(expand, model, tmp_path):
    shown = await expand("--task", "1")
    await (await model.until(1))[0].finish(OWN)
    await shown.end()
    run = await expand("--all", "--kept", "--write", provider="offline")
    status, _, err = await run.end()
    assert status == 2
    assert "Task 2: no whole plan of it is kept" in err
    assert "### Testing Plan" in text(tmp_path).partition("## Task 2")[0]
    assert "### Testing Plan" not in text(tmp_path).partition("## Task 2")[2]
    assert len(model.asked) == 1


async def test_anew_leaves_kept_plans_alone(expand, model, tmp_path):
    shown = await expand("--task", "1")
    await (await model.until(1))[0].finish(OWN)
    await shown.end()
    run = await expand("--task", "1", "--anew", "--write")
    assert "Write the plan of" in (await model.until(2))[1].text
    await model.asked[1].finish(OWN)
    assert (await run.end())[0] == 0
    assert len(kept(tmp_path)) == 1


async def test_a_refused_plan_is_mended_by_the_next_run(expand, model, tmp_path):
    run = await expand("--task", "1", "--write")
    for count in (1, 2, 3):
        await (await model.until(count))[-1].finish(OWN.replace(VALIDATION, ""))
    status, _, err = await run.end()
    assert status == 2
    assert "does not pass the rules" in err
    assert f"kept in {tmp_path}" in err
    run = await expand("--task", "1", "--write")
    await (await model.until(4))[-1].finish(REPAIR)
    assert (await run.end())[0] == 0
    assert "`pytest -k health` passes" in text(tmp_path)


async def test_a_file_that_changed_meanwhile_loses_nothing(expand, model, tmp_path):
    run = await expand("--task", "1", "--write")
    [asked] = await model.until(1)
    (tmp_path / "tasks.md").write_text(f"{TASKS}\nMore.\n", encoding="utf-8")
    await asked.finish(OWN)
    status, _, err = await run.end()
    assert status == 2
    assert text(tmp_path) == f"{TASKS}\nMore.\n"
    assert f"kept in {tmp_path}" in err
    run = await expand("--task", "1", "--write")
    assert (await run.end())[0] == 0
    assert "### Testing Plan" in text(tmp_path)
    assert len(model.asked) == 1


async def test_above_the_limit_a_script_is_told_which_option_to_give(expand, model, tmp_path):
    run = await expand("--all", "--write", ask_above=9000)
    status, _, err = await run.end()
    assert status == 2
    assert "expanding 3 tasks takes about 2" in err
    assert "more than ask-above allows (9,000); pass --yes, or raise it" in err
    assert model.asked == []
    run = await expand("--all", "--write", "--yes", ask_above=9000)
    await model.until(2)
    run.send(signal.SIGINT)
    _, _, err = await run.end()
    assert "expanding 3 tasks takes about 2" in err


@pytest.mark.parametrize(("answer", "count"), [("y\n", 2), ("n\n", 0)])
async def test_above_the_limit_a_person_is_asked(expand, model, tmp_path, answer, count):
    ours, theirs = pty.openpty()
    run = await expand("--all", "--write", ask_above=9000, stdin=theirs, stderr=theirs)
    os.close(theirs)
    loop = asyncio.get_running_loop()
    said = b""
    while b"go on? [y/N]" not in said:
        said += await asyncio.wait_for(loop.run_in_executor(None, os.read, ours, 1000), 30)
    os.write(ours, answer.encode())
    await model.until(count)
    if count:
        run.send(signal.SIGINT)
    status, _, _ = await run.end()
    os.close(ours)
    assert status == (130 if count else 2)
    assert len(model.asked) == count
    assert text(tmp_path) == TASKS


async def test_where_nobody_can_be_reached_it_is_said_once(expand, tmp_path):
    run = await expand("--all", "--write", url="http://127.0.0.1:9")
    status, _, err = await run.end()
    assert status == 2
    assert err.count("can't be reached") == 1
    assert "--offline asks no model" in err
    assert text(tmp_path) == TASKS
    run = await expand("--all", "--write", "--offline", url="http://127.0.0.1:9")
    assert (await run.end())[0] == 0
    assert text(tmp_path).count("### Testing Plan") == 3


@pytest.mark.parametrize(
    ("settings", "file"), [({"provider": "ofline"}, ""), ({}, "retries = \n"), ({"base_url": "example.com"}, "")]
)
async def test_where_settings_can_not_be_read_nobody_is_asked(expand, model, tmp_path, settings, file):
    (tmp_path / "configuration").mkdir()
    (tmp_path / "configuration" / "config.toml").write_text(file)
    run = await expand("--all", "--write", **settings)
    status, _, err = await run.end()
    assert (status, model.asked) == (2, [])
    assert err.splitlines()[-1].endswith(
        "no model is asked until it is mended; or use the offline planner; --offline asks no model"
    )
    assert text(tmp_path) == TASKS
    run = await expand("--task", "1", "--write", "--offline", **settings)
    assert (await run.end())[0] == 0
