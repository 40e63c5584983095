"""Several tasks at once, each as soon as all that it builds on is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from heapq import heappop, heappush
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
    places = {item: place for place, item in enumerate(items)}
    blockers = {item: {other for other in needed(item) if other in places and other != item} for item in items}
    blocked: dict[Item, list[Item]] = {}
    for item, others in blockers.items():
        for other in others:
            blocked.setdefault(other, []).append(item)
    ready = [place for item, place in places.items() if not blockers[item]]  # a heap, and sorted lists are one
    waiting = dict.fromkeys(items)
    running: dict[asyncio.Future[None], Item] = {}
    try:
        while waiting or running:
            if not ready and not running:
                ready = [places[next(iter(waiting))]]
            while ready and len(running) < most:
                item = items[heappop(ready)]
                del waiting[item]
                running[asyncio.ensure_future(work(item))] = item
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                item = running.pop(future)
                for other in blocked.get(item, ()):
                    blockers[other].discard(item)
                    if not blockers[other] and other in waiting:
                        heappush(ready, places[other])
                future.result()
    finally:
        for future in running:
            future.cancel()
        await asyncio.gather(*running, return_exceptions=True)
