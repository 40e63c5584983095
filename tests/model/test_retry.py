"""Asking again: later each time, never sooner than asked, never in vain, and gone at once when it is cancelled."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from plansmith.expand.errors import ModelError, RetryableError
from plansmith.expand.model import End, Text, Usage
from plansmith.expand.retry import Again, Answer, ask
from tests.model.asking import REQUEST, model_at
from tests.model.peer import HEAD, Peer, start, text

# Long enough that a client which stops reading is noticed before the peer has sent all.
PLAN = "### Implementation Steps\n\n" + " ".join(f"word{number}" for number in range(400)) + "\n"


class Scripted:
    """A model that plays one list of events and errors a request."""

    name = "scripted"

    def __init__(self, *attempts: list) -> None:
        self.attempts = list(attempts)
        self.asked = 0
        self.closed = 0

    async def stream(self, request):
        self.asked += 1
        try:
            for item in self.attempts.pop(0):
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed += 1

    async def close(self):
        pass


def broken(partial: str = "", wait: float | None = None) -> RetryableError:
    return RetryableError("server", "It broke; try again", partial=partial, wait=wait, usage=Usage(10, 2, requests=1))


END = End(Usage(input=10, output=5, requests=1))


async def told(model, **options) -> tuple[Answer | ModelError, list, list[float]]:
    """The outcome, what the listener heard, and the waits."""
    heard: list = []
    waits: list[float] = []

    async def sleep(seconds):
        waits.append(seconds)

    try:
        outcome = await ask(model, REQUEST, on_event=heard.append, sleep=sleep, chance=lambda: 0.5, **options)
    except ModelError as problem:
        return problem, heard, waits
    return outcome, heard, waits


async def test_a_whole_answer_is_the_only_attempt():
    outcome, heard, waits = await told(Scripted([Text("Hello"), Text(" there"), END]))
    assert outcome == Answer("Hello there", Usage(10, 5, requests=1))
    assert heard == [Text("Hello"), Text(" there")]
    assert waits == []


async def test_the_text_begins_anew_and_the_listener_is_told():
    outcome, heard, _ = await told(Scripted([Text("Hal"), broken("Hal")], [Text("Hello"), END]))
    assert isinstance(outcome, Answer)
    assert (outcome.text, outcome.attempts) == ("Hello", 2)
    assert heard == [Text("Hal"), Again(2, 4, 0.5625, "It broke; try again"), Text("Hello")]


async def test_the_counts_are_those_of_all_attempts():
    attempt = [Usage(10, 1, requests=1), Text("Hello"), END]
    outcome, heard, _ = await told(Scripted([Usage(10, 1, requests=1), broken()], attempt))
    assert outcome.usage == Usage(20, 7, requests=2)
    assert [item for item in heard if isinstance(item, Usage)] == [Usage(10, 1, requests=1), Usage(20, 3, requests=2)]


async def test_each_wait_is_longer_than_the_one_before():
    _, _, waits = await told(Scripted(*[[broken()]] * 9), retries=8)
    assert waits[:4] == [pytest.approx(0.5 * 2**n * 1.125) for n in range(4)]
    assert max(waits) <= 20


async def test_the_providers_wait_is_honoured():
    _, _, waits = await told(Scripted([broken(wait=7)], [broken(wait=0.1)], [broken(wait=0)], [END]))
    assert [round(wait, 3) for wait in waits] == [7.35, 0.105, 2.25]


async def test_a_wait_beyond_the_limit_is_not_waited():
    outcome, _, waits = await told(Scripted([broken("Half", wait=61)]), longest_wait=60)
    assert isinstance(outcome, ModelError)
    assert str(outcome) == "It broke; try again (more than 60 s are not waited)"
    assert outcome.partial == "Half"
    assert waits == []


async def test_the_longest_text_is_kept():
    model = Scripted([broken("First and longer")], [broken("Second")])
    outcome, heard, _ = await told(model, retries=1)
    assert isinstance(outcome, ModelError)
    assert (outcome.kind, outcome.partial, outcome.usage) == ("server", "First and longer", Usage(20, 4, requests=2))
    assert str(outcome) == "It broke; try again (tried 2 times)"
    assert [item.attempt for item in heard] == [2]


async def test_what_no_second_request_can_change_is_asked_once():
    model = Scripted([ModelError("refused-key", "No", partial="")])
    outcome, heard, _ = await told(model)
    assert (str(outcome), model.asked, heard) == ("No", 1, [])


async def test_an_answer_without_an_end_is_none():
    outcome, _, _ = await told(Scripted([Text("Hello")]))
    assert isinstance(outcome, ModelError)
    assert outcome.partial == "Hello"


async def test_a_listener_that_fails_does_not_leave_the_model_open():
    model = Scripted([Text("Hello"), END])

    def fail(_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await ask(model, REQUEST, on_event=fail)
    assert model.closed == 1


# With a real peer


@pytest.fixture
def asking(llmock):
    """Ask llmock, with every answer the same plan, and give back the answer or the error."""

    async def run(**options):
        llmock.reply(PLAN, times=None).pace(1)
        model = model_at(llmock.base_url("anthropic"), silence=options.pop("silence", 5))
        try:
            return await ask(model, REQUEST, **options)
        except ModelError as problem:
            return problem
        finally:
            await model.close()

    return run


FAULTS = {
    "rate limit": lambda llmock: llmock.rate_limit(times=2, retry_after=0.3),
    "408": lambda llmock: llmock.fail(408),
    "409": lambda llmock: llmock.fail(409),
    "500": lambda llmock: llmock.fail(500, times=3),
    "502": lambda llmock: llmock.fail(502),
    "503": lambda llmock: llmock.fail(503, retry_after=0.2),
    "529": lambda llmock: llmock.fail(529, times=2, retry_after=0.2),
    "disconnect": lambda llmock: llmock.disconnect(after_chunks=9, times=2),
    "truncate": lambda llmock: llmock.truncate(after_chunks=9, times=2),
    "truncate at once": lambda llmock: llmock.truncate(after_chunks=0),
    "corrupt": lambda llmock: llmock.corrupt(after_chunks=9, times=2),
    "stall": lambda llmock: llmock.stall(after_chunks=9, seconds=30),
    "one after another": lambda llmock: llmock.fail(500).disconnect(after_chunks=5).truncate(after_chunks=7),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_that_ends_is_outlived(llmock, asking, fault):
    FAULTS[fault](llmock)
    outcome = await asking(silence=1)
    assert isinstance(outcome, Answer)
    assert outcome.text == PLAN
    assert outcome.attempts > 1
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("slow", ["slow_first_token", "delay"])
async def test_a_slow_answer_is_waited_for(llmock, asking, slow):
    getattr(llmock, slow)(0.5)
    outcome = await asking()
    assert (outcome.text, outcome.attempts) == (PLAN, 1)
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_request_that_was_refused_is_not_repeated(llmock, asking, status):
    llmock.fail(status, times=None)
    assert isinstance(await asking(), ModelError)
    assert len(llmock.requests) == 1
    llmock.assert_resilient(strict=True)


async def test_an_outage_ends_in_one_message(llmock, asking):
    llmock.fail(503, times=None, retry_after=0.1)
    outcome = await asking(retries=2)
    assert str(outcome).endswith("is overloaded; try again in a few minutes (tried 3 times)")
    assert len(llmock.requests) == 3
    llmock.assert_resilient(strict=True)


async def test_a_connection_that_always_drops_ends_in_one_message(llmock, asking):
    llmock.disconnect(after_chunks=9, times=None)
    outcome = await asking(retries=2)
    assert outcome.kind == "connection"
    assert outcome.partial
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize(
    ("fault", "kind", "finding"),
    [("truncate", "cut-off", "truncated_stream_accepted"), ("corrupt", "malformed", "malformed_chunk_ignored")],
)
async def test_a_stream_that_never_comes_whole_is_never_a_plan(llmock, asking, fault, kind, finding):
    """The verdict judges the last attempt, whatever the client made of it."""
    getattr(llmock, fault)(after_chunks=9, times=None)
    outcome = await asking(retries=2)
    assert outcome.kind == kind
    assert outcome.partial.startswith("### Implementation Steps")
    verdict = llmock.verdict()
    assert {found.code for found in verdict.findings} == {finding}
    assert [len(call.attempts) for call in verdict.calls] == [3]


# Cancelling


async def cancelled(peer: Peer, task: asyncio.Task) -> float:
    """The seconds from the cancellation until the peer has seen the connection closed."""
    began = time.monotonic()
    task.cancel()
    await asyncio.wait_for(peer.left.wait(), 5)
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    return time.monotonic() - began


@pytest.mark.parametrize("written", [b"", HEAD, HEAD + start() + text("Half")], ids=["silent", "head", "text"])
async def test_a_cancelled_question_closes_its_connection_within_a_second(written):
    asked = asyncio.Event()

    async def respond(_, send):
        await send(written)
        asked.set()
        await asyncio.sleep(60)

    async with Peer(respond) as peer:
        model = model_at(peer.url)
        task = asyncio.create_task(ask(model, REQUEST))
        await asyncio.wait_for(asked.wait(), 20)
        await asyncio.sleep(0)
        assert await cancelled(peer, task) < 1
        assert len(peer.requests) == 1
        await model.close()


async def test_a_question_is_cancelled_while_it_waits_to_be_asked_again():
    waiting = asyncio.Event()

    async def sleep(_):
        waiting.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(ask(Scripted([broken()]), REQUEST, sleep=sleep))
    await asyncio.wait_for(waiting.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
