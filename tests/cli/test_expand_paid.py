"""What was paid for outlives terminals, readers and disks that go away; and nobody pays for what can't be written."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal

import pytest

from tests.expand.test_engine import OWN, PARTS

from .conftest import TASKS
from .test_expand_resume import by_task, kept, text

pytestmark = [pytest.mark.asyncio(loop_scope="session")]

HALF = OWN[: OWN.index("### Success Criteria")]


async def write_all(model) -> None:
    """Answer for all three tasks."""
    asked = by_task(await model.until(2))
    await asked["Task 3"].say(HALF)
    await asked["Task 1"].finish(OWN)
    await (await model.until(3))[2].finish(PARTS)
    await asked["Task 3"].finish(OWN[len(HALF) :])


async def test_where_nobody_reads_on_what_is_paid_for_is_written(expand, model, tmp_path):
    """`plansmith expand FILE --all --write 2>&1 | sed -u 1q`."""
    ours, theirs = os.pipe()
    run = await expand("--all", "--write", stdout=theirs, stderr=theirs)
    os.close(theirs)
    await model.until(2)
    os.read(ours, 10)
    os.close(ours)
    await write_all(model)
    status, _, _ = await run.end()
    assert status == 0
    assert text(tmp_path).count("### Testing Plan") == 3
    assert kept(tmp_path) == []


async def test_where_nobody_reads_the_document_every_task_is_kept(expand, model, tmp_path):
    """`plansmith expand FILE --all 2>&1 | head -1`."""
    ours, theirs = os.pipe()
    run = await expand("--all", stdout=theirs, stderr=theirs)
    os.close(theirs)
    await model.until(2)
    os.close(ours)
    await write_all(model)
    assert (await run.end())[0] == 2
    assert len(kept(tmp_path)) == 3


@pytest.mark.parametrize("stream", ["/dev/full", "closed"])
async def test_where_nothing_can_be_said_the_work_is_done(expand, model, tmp_path, stream):
    with open("/dev/full", "wb") as full:
        options = {"stderr": full} if stream == "/dev/full" else {"closed": 2}
        run = await expand("--task", "1", "--write", **options)
    await (await model.until(1))[0].finish(OWN)
    status, out, _ = await run.end()
    assert (status, out) == (0, "")
    assert "### Testing Plan" in text(tmp_path)


@pytest.mark.parametrize("stream", ["/dev/full", "closed"])
async def test_a_document_that_can_not_be_printed_is_one_clear_line(expand, model, tmp_path, stream):
    with open("/dev/full", "wb") as full:
        options = {"stdout": full} if stream == "/dev/full" else {"closed": 1}
        run = await expand("--task", "1", **options)
    await (await model.until(1))[0].finish(OWN)
    status, _, err = await run.end()
    assert status == 2
    why = "no space left on device" if stream == "/dev/full" else "bad file descriptor"
    assert err.splitlines()[-1] == (
        f"plansmith: the document could not be printed: {why}; what was paid for is kept, and the same command goes on "
        "with it"
    )
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert len(kept(tmp_path)) == 1


async def test_what_could_not_be_kept_is_not_paid_for(expand, model, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    run = await expand("--all", "--write")
    status, _, err = await run.end()
    assert (status, model.asked) == (2, [])
    assert err == (
        f"plansmith: plans can't be kept in {tmp_path / 'cache' / 'kept'}: not a directory; nothing was asked; "
        "set cache-folder to a folder that can be written\n"
    )
    assert text(tmp_path) == TASKS


async def test_a_document_that_could_not_be_written_is_not_paid_for(expand, model, tmp_path):
    (tmp_path / "tasks.md").chmod(0o444)
    run = await expand("--task", "1", "--write")
    status, _, err = await run.end()
    assert (status, model.asked) == (2, [])
    assert err == f"plansmith: {tmp_path / 'tasks.md'}: not written: it is read-only\n"
    # To look at it needs no leave to write it.
    run = await expand("--task", "1")
    await (await model.until(1))[0].finish(OWN)
    assert (await run.end())[0] == 0


@pytest.mark.parametrize("arguments", [("--write",), ()])
async def test_what_can_not_be_kept_is_printed(expand, model, tmp_path, arguments):
    run = await expand("--task", "1", *arguments)
    [asked] = await model.until(1)
    await asked.say(f"{HALF}\x1b[31m")
    await asyncio.sleep(0.3)  # for the piece to be read
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    (tmp_path / "cache").write_text("in the way")
    run.send(signal.SIGTERM)
    status, out, err = await run.end()
    assert status == 143
    assert HALF in (out if arguments else err)
    assert "\x1b" not in out + err
    assert "it can't be kept: " in err
    assert "can't be written; what came is printed" in err


async def test_a_document_that_can_neither_be_printed_nor_kept_is_told(expand, model, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    with open("/dev/full", "wb") as full:
        run = await expand("--task", "1", stdout=full)
    await (await model.until(1))[0].finish(OWN)
    status, _, err = await run.end()
    assert status == 2
    assert "### Testing Plan" in err
    assert "what came is printed here" in err


async def test_a_model_does_not_steer_the_terminal(expand, model, tmp_path):
    run = await expand("--task", "1", "--write")
    [asked] = await model.until(1)
    evil = "#### Step 1: \x1b]0;pwned\x07\x1b[31m\x9b2J\u202eLook\n"
    await asked.say(f"### Implementation Steps\n\n{evil}")
    await asked.finish()
    for count in (2, 3):
        await (await model.until(count))[-1].finish(f"### Implementation Steps\n\n{evil}")
    status, _, err = await run.end()
    assert status == 2
    assert "Step 1: ]0;pwned[31m2JLook" in err
    assert not {sign for sign in err if not sign.isprintable()} - {"\n"}


async def test_of_an_empty_answer_nothing_is_kept(expand, model, tmp_path):
    run = await expand("--task", "1", "--write")
    for count in (1, 2, 3):
        await (await model.until(count))[-1].finish()
    status, _, err = await run.end()
    assert status == 2
    assert "kept" not in err
    assert kept(tmp_path) == []
