"""500 expansions, good, broken and cancelled: the server holds no more than after the first, and nothing is left open."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
import pytest_asyncio

from plansmith.expand.claude import claude_for
from plansmith.expand.context import gather_shared
from plansmith.expand.engine import Engine, UnfinishedError
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.prompts import load_prompts
from plansmith.plan.document import Document
from plansmith.rules.runner import Checker
from plansmith.workspace.stack import Stack
from plansmith.workspace.user import load_user_settings
from tests.expand.test_engine import COARSE, FORMAT, PLAN

from .editor import MARKS, within
from .modelling import environment

pytestmark = [
    *MARKS,
    pytest.mark.sweep,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

EXPANSIONS = 500
WARM_UP = 150
MEGABYTE = 1 << 20


@pytest_asyncio.fixture(loop_scope="session")
async def editor(start, llmock, tmp_path):
    return await start("vscode", [tmp_path], env=environment(llmock.base_url("anthropic"), tmp_path))


def resident(pid: int) -> int:
    """The bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def sockets(pid: int) -> int:
    """How many connections a process has open."""
    found = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:")
        except FileNotFoundError:
            continue
    return found


async def test_a_server_is_as_large_after_500_expansions_as_after_the_first(editor, llmock, tmp_path, record_property):
    pid = editor.client._server.pid
    sizes: list[int] = []
    buffer = editor.open(tmp_path / "tasks.md", COARSE)
    for number in range(EXPANSIONS):
        llmock.reset().reply(PLAN, times=None)
        kind = "cut" if number % 5 == 3 else "cancelled" if number % 7 == 5 else "whole"
        if kind == "cut":
            llmock.truncate(after_chunks=40)
        elif kind == "cancelled":
            llmock.stall(after_chunks=40, seconds=20)
        run = asyncio.ensure_future(buffer.run("expandTask", task="1", token=f"run {number}"))
        if kind == "cancelled":
            await editor.until(lambda token=f"run {number}": "tokens)" in str(editor.progress.get(token)))
            await buffer.run("cancel")
        answer = await within(run)
        assert answer["status"] == {"cut": "failed", "cancelled": "cancelled", "whole": "applied"}[kind], answer
        if kind == "whole":
            buffer.change(None, COARSE)
        for told in (editor.progress, editor.edits, editor.messages, editor.questions, editor.published):
            told.clear()
        sizes.append(resident(pid))
        if number == WARM_UP:
            before = sizes[-1], threads(pid), sockets(pid)
    after = sizes[-1], threads(pid), sockets(pid)
    record_property("resident", sizes[::50])
    print(f"\n{[size // MEGABYTE for size in sizes[::50]]} MB, {before[1:]} and {after[1:]} threads and sockets")
    assert after[0] - before[0] < 5 * MEGABYTE
    # The main one, the reader, and asyncio's own for what would block the loop.
    assert after[1] <= 2 + min(32, (os.cpu_count() or 1) + 4)
    # One connection waits for the next request.
    assert after[2] <= before[2]
    llmock.reset()
    assert (await buffer.run("cancel"))["message"] == "Nothing is running"


async def test_an_engine_leaves_no_task_no_thread_and_no_object_behind(llmock, tmp_path, record_property):
    variables = environment(llmock.base_url("anthropic"), tmp_path)
    settings, document, checker = load_user_settings(variables), Document(COARSE, FORMAT), Checker(FORMAT)
    keys, prompts = wanted_keys(document.tasks[0], FORMAT), load_prompts(None, None, trusted=False)
    shared = gather_shared(document, None, Stack(), None, trusted=False)

    async def expand(number: int) -> None:
        llmock.reset().reply(PLAN)
        if number % 5 == 3:
            llmock.truncate(after_chunks=40)
        model = claude_for(settings, variables)
        engine = Engine(model, settings, prompts, shared, None, None, trusted=False)
        try:
            await engine.write(document, 0, keys, checker, lambda _: None)
        except UnfinishedError:
            assert number % 5 == 3
        finally:
            await model.close()

    def held() -> int:
        gc.collect()
        # What the peer and the import of modules hold is not ours.
        kept = tracemalloc.take_snapshot().filter_traces(
            [tracemalloc.Filter(True, "*plansmith*"), tracemalloc.Filter(True, "*anthropic*"), tracemalloc.Filter(True, "*httpx*")]
        )  # fmt: skip
        return sum(trace.size for trace in kept.traces)

    for number in range(10):
        await expand(number)
    tasks, running = asyncio.all_tasks(), set(threading.enumerate())
    tracemalloc.start()
    try:
        for number in range(20):
            await expand(number)
        before = held()
        for number in range(EXPANSIONS // 5):
            await expand(number)
        after = held()
    finally:
        tracemalloc.stop()
    record_property("held", [before, after])
    print(f"\n{before:,} and {after:,} bytes")
    assert after - before < MEGABYTE // 4
    assert asyncio.all_tasks() <= tasks
    ours = {thread for thread in set(threading.enumerate()) - running if "llmock" not in thread.name}
    assert not [thread for thread in ours if "asyncio" not in thread.name and "AnyIO" not in thread.name], ours
