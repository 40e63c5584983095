"""All that llmock can do to an answer, and what must come of it, whoever asks: the server or the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmock.pytest_plugin import LLMock
from llmock.streaming import text_pieces

from tests.expand.test_engine import PLAN

PIECES = text_pieces(PLAN)
FIRST = 3  # events before the first piece of text: the start of the message and of its block, and a ping
LAST = FIRST + len(PIECES) + 2  # the event that says that the message has ended
MIDDLE = FIRST + 60

Inject = Callable[[LLMock, "int | None"], object]  # for so many requests; None is for all


class Fault(NamedTuple):
    """A fault that a second request may be spared."""

    inject: Inject
    words: str
    """What the user is told where it never ends."""
    pieces: int = 0
    """How many pieces of the answer come before it."""
    finding: str = ""
    """What llmock's verdict says of the last attempt where it never ends, whatever its client did."""
    unseen: bool = False
    """The answer is over when it strikes: llmock takes it for a whole one, and what comes next for another request."""


def _status(status: int) -> Inject:
    return lambda llmock, times: llmock.fail(status, times=times, retry_after=0.1)


def _refused(status: int) -> Callable[[LLMock], object]:
    return lambda llmock: llmock.fail(status, times=None)


def _broken(kind: str, after: int, **options: float) -> Inject:
    return lambda llmock, times: getattr(llmock, kind)(after_chunks=after, times=times, **options)


DROPPED = "broke while the model was writing"
CUT_OFF = "broke off before its end"
UNREADABLE = "sent something that can't be read"
SILENT = "was silent for more than 1 s"
PASSING = {
    **{str(status): Fault(_status(status), f"failed (status {status})") for status in (408, 409, 500, 502, 504)},
    "429 with retry-after": Fault(lambda llmock, times: llmock.rate_limit(times=times, retry_after=0.3), "limits how often"),
    "429 without": Fault(lambda llmock, times: llmock.fail(429, times=times), "limits how often"),
    "503": Fault(_status(503), "is overloaded"),
    "529": Fault(_status(529), "is overloaded"),
    "outage": Fault(lambda llmock, times: llmock.outage() if times is None else llmock.fail(503, times=times), "is overloaded"),
    "disconnect at once": Fault(_broken("disconnect", 0), DROPPED),
    "disconnect": Fault(_broken("disconnect", MIDDLE), DROPPED, MIDDLE - FIRST),
    "disconnect at the end": Fault(_broken("disconnect", LAST), DROPPED, len(PIECES)),
    "truncated at once": Fault(_broken("truncate", 0), CUT_OFF, 0, "truncated_stream_accepted"),
    "truncated": Fault(_broken("truncate", MIDDLE), CUT_OFF, MIDDLE - FIRST, "truncated_stream_accepted"),
    "truncated before it says why it ends": Fault(
        _broken("truncate", LAST - 1), CUT_OFF, len(PIECES), "truncated_stream_accepted"
    ),
    "truncated before its end event": Fault(_broken("truncate", LAST), CUT_OFF, len(PIECES), "truncated_stream_accepted"),
    "malformed at once": Fault(_broken("corrupt", 0), UNREADABLE, 0, "malformed_chunk_ignored"),
    "malformed start of a block": Fault(_broken("corrupt", 1), UNREADABLE, 0, "malformed_chunk_ignored"),
    "malformed ping": Fault(_broken("corrupt", 2), UNREADABLE, 0, "malformed_chunk_ignored"),
    "malformed": Fault(_broken("corrupt", MIDDLE), UNREADABLE, MIDDLE - FIRST, "malformed_chunk_ignored"),
    "malformed end": Fault(_broken("corrupt", LAST), UNREADABLE, len(PIECES), "malformed_chunk_ignored", unseen=True),
    "stall at once": Fault(_broken("stall", 0, seconds=30), SILENT),
    "stall": Fault(_broken("stall", MIDDLE, seconds=30), SILENT, MIDDLE - FIRST),
    "first token too slow": Fault(lambda llmock, times: llmock.slow_first_token(30, times=times), SILENT),
    "answer too late": Fault(lambda llmock, times: llmock.delay(2.5, times=times), SILENT),
}  # fmt: skip

SLOW: dict[str, Callable[[LLMock], object]] = {
    "slow first token": lambda llmock: llmock.slow_first_token(0.5),
    "slow answer": lambda llmock: llmock.delay(0.5),
    "short stall": lambda llmock: llmock.stall(after_chunks=MIDDLE, seconds=0.5),
    "one piece after another": lambda llmock: llmock.pace(2),
}

# What no second request can change, and what the user is told of it.
LASTING: dict[str, tuple[Callable[[LLMock], object], str]] = {
    **{
        str(status): (_refused(status), words)
        for status, words in {
            400: "did not accept the request (status 400)",
            401: "wants a key, and none is set for it",
            402: "wants to be paid first",
            403: "wants a key, and none is set for it",
            404: "knows no model",
            405: "did not accept the request (status 405)",
            413: "longer than the model can read",
            418: "did not accept the request (status 418)",
            422: "did not accept the request (status 422)",
            451: "did not accept the request (status 451)",
        }.items()
    },
    "context overflow": (lambda llmock: llmock.context_overflow(times=None), "longer than the model can read"),
    "context window": (lambda llmock: llmock.limits(context_window=100), "longer than the model can read"),
}


def partial(fault: Fault) -> str:
    """The text that has come when a fault strikes."""
    return "".join(PIECES[: fault.pieces])


def prepare(llmock: LLMock, fault: Fault, times: int | None) -> None:
    """Have the model say the same plan to all who ask, and be struck by a fault so many times."""
    llmock.reply(PLAN, times=None)
    if fault.pieces or fault.finding:
        # A server that sends all at once does not see where its client stops reading.
        llmock.pace(1)
    fault.inject(llmock, times)


def verdict(llmock: LLMock, finding: str = "", requests: int = 2) -> None:
    """The verdict on whoever asked is clean, but for what it always says of the last attempt of some faults."""
    if not finding:
        llmock.assert_resilient(strict=True)
        return
    found = llmock.verdict()
    assert {each.code for each in found.findings} == {finding}, found.render()
    assert found.attempts >= requests, found.render()
