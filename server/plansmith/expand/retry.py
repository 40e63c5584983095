"""A failed request is sent again a few times, later each time and never sooner than its provider asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from .errors import ModelError, RetryableError
from .model import End, Model, Request, Text, Usage

RETRIES: Final = 3
LONGEST_WAIT: Final = 60.0  # seconds; whoever asks for more gets no second request from this run
_FIRST_WAIT: Final = 0.5
_LONGEST_BACKOFF: Final = 16.0


class Again(NamedTuple):
    """The text so far is void: the request is sent again after a wait."""

    attempt: int  # the number of the attempt to come, from 2
    attempts: int  # how many there will be at most
    wait: float  # seconds
    reason: str  # what the failed attempt's error says


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `cut` says that the output limit ended it."""

    text: str
    usage: Usage  # of all attempts together
    cut: bool = False
    attempts: int = 1


Listener: TypeAlias = "Callable[[Text | Usage | Again], None]"


async def ask(
    model: Model,
    request: Request,
    *,
    on_event: Listener | None = None,
    retries: int = RETRIES,
    longest_wait: float = LONGEST_WAIT,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> Answer:
    """Ask until there is a whole answer, at most `retries` times more than once.

    The listener hears the text as it comes, the counts of all attempts together, and where the text begins anew.
    Raises the last attempt's `ModelError`, with the longest text that any attempt had got and the counts of all
    attempts. When it is cancelled, the connection to the model is closed before it ends.
    """
    spent = Usage()
    partial = ""
    for attempt in range(1, retries + 2):
        try:
            return await _attempt(model, request, spent, on_event, attempt)
        except ModelError as error:
            spent.add(error.usage)
            partial = max(partial, error.partial, key=len)
            wait = _wait(error, attempt, retries, longest_wait, chance)
            if wait is None:
                raise _final(error, partial, spent, attempt, longest_wait) from error
            if on_event is not None:
                on_event(Again(attempt + 1, retries + 1, wait, str(error)))
        await sleep(wait)
    raise AssertionError("the last attempt returns or raises")


async def _attempt(model: Model, request: Request, spent: Usage, listener: Listener | None, attempt: int) -> Answer:
    parts: list[str] = []
    # Closed at once where this is cancelled; a generator that is merely dropped waits for the garbage collector.
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            if isinstance(event, Text):
                parts.append(event.text)
            if isinstance(event, End):
                return Answer("".join(parts), _sum(spent, event.usage), event.cut, attempt)
            if listener is not None:
                listener(_sum(spent, event) if isinstance(event, Usage) else event)
    raise ModelError("internal", f"{model.name} ended without an end; please report this", partial="".join(parts))


def _wait(error: ModelError, attempt: int, retries: int, longest: float, chance: Callable[[], float]) -> float | None:
    """The seconds until the next attempt; None where there is to be none."""
    if not isinstance(error, RetryableError) or attempt > retries:
        return None
    if error.wait:
        # A little later than asked, or all who were sent away come back at the same moment.
        return error.wait + min(error.wait * 0.1, 1.0) * chance() if error.wait <= longest else None
    # At most a quarter of chance, so that each wait is longer than the one before.
    return min(_FIRST_WAIT * float(2 ** (attempt - 1)), _LONGEST_BACKOFF) * (1 + 0.25 * chance())


def _final(error: ModelError, partial: str, spent: Usage, attempts: int, longest: float) -> ModelError:
    """The error as the user gets it: how often it was tried, or why not."""
    message = str(error)
    if isinstance(error, RetryableError) and error.wait and error.wait > longest:
        message += f" (more than {longest:g} s are not waited)"
    elif attempts > 1:
        message += f" (tried {attempts} times)"
    return ModelError(error.kind, message, partial=partial, usage=spent)


def _sum(first: Usage, second: Usage) -> Usage:
    total = first.copy()
    total.add(second)
    return total
