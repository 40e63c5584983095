"""Expansion by a model: what Plansmith adds to the SDK's own stream, and whether one can type while 20 tasks stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest

from plansmith.expand.watch import SectionWatch
from tests.expand.test_answers import stack
from tests.expand.test_engine import FORMAT

from .model import environment, last_body, model
from .peer import Open, Peer
from .plans import breakdown
from .table import Pairs, Target, head, row

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

PAUSE = 4  # milliseconds between two words of the answer
RUNS = 12
EDITS = 60
TASKS = 20


class Times(NamedTuple):
    """Milliseconds from the question to the first section that is told, and to the end."""

    first: float
    whole: float


class Expanding:
    """A server that expands one task again and again, each time in a document of its own."""

    def __init__(self, peer: Peer, folder: Path, text: str) -> None:
        self._peer, self._folder, self._text = peer, folder, text
        self._count = 0

    def run(self) -> Times:
        """From the command to the edit that brings the plan; the edit is refused, and the document closed."""
        self._count += 1
        uri = (self._folder / f"tasks-{self._count}.md").as_uri()
        self._peer.open(uri, self._text)
        arguments = {"command": "plansmith.expandTask", "arguments": [{"uri": uri, "task": "2"}]}
        first = 0.0
        began = time.perf_counter()
        number = self._peer.request("workspace/executeCommand", {**arguments, "workDoneToken": "bench"})
        while True:
            message = self._peer.message()
            told = message.get("params", {}).get("value", {}).get("message", "") if "method" in message else ""
            if not first and told.startswith("Task 2: ") and "tokens)" in told and "asking" not in told:
                first = time.perf_counter()
            elif message.get("method") == "workspace/applyEdit":
                whole = time.perf_counter()
                self._peer.answer_to(message, {"applied": False})
                self._peer.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            elif message.get("id") == number and "method" not in message:
                break
        assert first, message
        return Times((first - began) * 1000, (whole - began) * 1000)


class PlainStream:
    """The SDK alone, with the very request that Plansmith sends."""

    def __init__(self, url: str) -> None:
        from anthropic import AsyncAnthropic

        self._loop = asyncio.new_event_loop()
        self._client = AsyncAnthropic(api_key="none", base_url=url, max_retries=0)
        self._body = last_body(url)

    def run(self) -> Times:
        return self._loop.run_until_complete(self._ask())

    async def _ask(self) -> Times:
        watch, first, parts = SectionWatch(FORMAT), 0.0, []
        began = time.perf_counter()
        async for event in await self._client.messages.create(**self._body):
            if event.type == "content_block_delta":
                parts.append(event.delta.text)
                if not first and watch.feed(event.delta.text):
                    first = time.perf_counter()
        assert "### Next Steps" in "".join(parts)
        return Times((first - began) * 1000, (time.perf_counter() - began) * 1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plansmith.toml").write_text("", "utf-8")
    return tmp_path


def test_an_expansion_against_the_plain_stream(plansmith, folder):
    text, answer = stack("python")
    (folder / "answer.txt").write_text(answer, "utf-8")
    with ExitStack() as opened:
        url = opened.enter_context(model(folder / "answer.txt", PAUSE))
        peer = opened.enter_context(Peer([plansmith, "server"], environment(url, folder)))
        ours = Expanding(peer, folder, text)
        ours.run()  # loads the SDK
        theirs = PlainStream(url)
        theirs.run()
        found = [(ours.run(), theirs.run()) for _ in range(RUNS)]
    whole = Pairs([pair[0].whole for pair in found], [pair[1].whole for pair in found])
    first = Pairs([pair[0].first for pair in found], [pair[1].first for pair in found])
    print(head("one task, the same stream", theirs="SDK"))
    more = [ours - theirs for ours, theirs in zip(first.ours, first.theirs, strict=True)]
    verdict = "met" if median(more) <= 20 else "NOT MET"
    print(f"{row('until the first section is told', first)}  {median(more):.1f} ms more, at most 20: {verdict}")
    print(row("until the plan is brought", whole, Target(1.05)))


@pytest.fixture
def servers(plansmith, folder) -> Iterator[tuple[Peer, Peer]]:
    """One server that expands, and one that has nothing else to do."""
    (folder / "answer.txt").write_text("### Implementation Steps\n\n" + "Words of a long plan.\n\n" * 5_000, "utf-8")
    with ExitStack() as opened:
        url = opened.enter_context(model(folder / "answer.txt", 50))
        variables = environment(url, folder, concurrency=TASKS, ask_above=1_000_000_000, max_run_tokens=1_000_000_000)
        yield (
            opened.enter_context(Peer([plansmith, "server"], variables)),
            opened.enter_context(Peer([plansmith, "server"], variables)),
        )


def test_typing_while_twenty_tasks_are_expanded(servers, folder):
    """A slow model: 20 words a second for each task."""
    text = breakdown(1_000) + "\n" + "".join(f"\n## Task {900 + n}: Coarse {n}\n\nSay it.\n" for n in range(TASKS))
    busy, idle = (peer.open((folder / f"{name}.md").as_uri(), text) for name, peer in zip("ab", servers, strict=True))
    _begin(servers[0], busy)
    places = _places(text)
    pairs = Pairs([], [])
    for number in range(EDITS):
        place = places[number % len(places)]
        for edit in ("insert", "delete"):
            for document, times in ((busy, pairs.ours), (idle, pairs.theirs)):
                times.append(getattr(document, edit)(*place))
            time.sleep(0.02)
    print(head(f"a keystroke while {TASKS} tasks stream", "busy", "idle"))
    print(row("typed, 1,000 lines", pairs, Target(2.0)))
    slowest = [sorted(times)[int(len(times) * 0.95)] for times in pairs]
    print(f"95 of 100 keystrokes: {slowest[0]:.2f} ms busy, {slowest[1]:.2f} ms idle: {slowest[0] / slowest[1]:.2f}")


def _begin(peer: Peer, document: Open) -> None:
    """Have all tasks expanded, and wait until each of them is being written."""
    for n in range(TASKS):
        arguments = [{"uri": document.uri, "task": str(900 + n)}]
        command = {"command": "plansmith.expandTask", "arguments": arguments, "workDoneToken": f"task {n}"}
        peer.request("workspace/executeCommand", command)
    writing: set[Any] = set()
    while len(writing) < TASKS:
        message = peer.message()
        params = message.get("params") or {}
        if "Implementation Steps" in str(params.get("value")):
            writing.add(params["token"])
        assert "error" not in message, message


def _places(text: str) -> list[tuple[int, int, str]]:
    lines = text.splitlines()
    prose = [number for number, line in enumerate(lines) if len(line) > 30 and not line.startswith("#")]
    return [(line, len(lines[line]) // 2, "x") for line in prose[:: len(prose) // 25]]
