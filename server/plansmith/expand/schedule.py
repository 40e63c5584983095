"""Several tasks at once, each as soon as all that it builds on is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


async def in_order(
    items: Sequence[Item],
    needed: Callable[[Item], Collection[Item]],
    work: Callable[[Item], Awaitable[None]],
    most: int,
) -> None:
    """Do the work of all items, of at most `most` at a time, in their order where nothing else decides.

    An item waits for those of the items that it needs, whether or not their work came to anything; a cycle is begun
    at its first item. When the work of one raises, or this is cancelled, the others are cancelled, and have ended.
    """
    waiting = list(items)
    left = set(items)
    running: dict[asyncio.Future[None], Item] = {}
    try:
        while waiting or running:
            ready = [item for item in waiting if not left.intersection(needed(item)) - {item}]
            if not ready and not running:
                ready = waiting[:1]
            for item in ready[: max(most - len(running), 0)]:
                waiting.remove(item)
                running[asyncio.ensure_future(work(item))] = item
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                left.discard(running.pop(future))
                future.result()
    finally:
        for future in running:
            future.cancel()
        await asyncio.gather(*running, return_exceptions=True)
