"""The order of work: what is needed first, no more at once than allowed, and nothing left behind."""

from __future__ import annotations

import asyncio

import pytest

from plansmith.expand.schedule import in_order


def run(needs: dict[int, set[int]], most: int, work=None) -> tuple[list[str], int]:
    """What began and ended, in order; and the most that ran at once."""
    told: list[str] = []
    running = peak = 0

    async def one(item: int) -> None:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        told.append(f"+{item}")
        try:
            await (work(item) if work else asyncio.sleep(0))
        finally:
            running -= 1
            told.append(f"-{item}")

    asyncio.run(in_order(list(needs), lambda item: needs[item], one, most))
    assert running == 0
    return told, peak


def test_one_at_a_time_keeps_the_order():
    told, peak = run({1: set(), 2: set(), 3: {1}}, 1)
    assert (told, peak) == (["+1", "-1", "+2", "-2", "+3", "-3"], 1)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_an_item_waits_for_what_it_needs(most):
    needs: dict[int, set[int]] = {0: set(), 1: {0, 9}, 2: {0}, 3: {1, 2}, 4: set()}
    told, peak = run(needs, most)
    assert peak <= most
    for item, others in needs.items():
        for other in others & set(needs):
            assert told.index(f"-{other}") < told.index(f"+{item}")
    assert len(told) == 10


def test_a_cycle_is_begun_at_its_first_item():
    assert run({1: {2}, 2: {1}, 3: {3}}, 1)[0] == ["+3", "-3", "+1", "-1", "+2", "-2"]


def test_each_cycle_is_begun_at_its_first_item():
    told, _ = run({1: {2}, 2: {1}, 3: {4}, 4: {3}}, 1)
    assert told == ["+1", "-1", "+2", "-2", "+3", "-3", "+4", "-4"]


def test_what_an_item_needs_is_asked_once():
    asked: list[int] = []

    def needed(item: int) -> set[int]:
        asked.append(item)
        return {item + 1}

    async def one(item: int) -> None:
        done.append(item)

    done: list[int] = []
    asyncio.run(in_order(range(50), needed, one, 1))
    assert done == [*range(49, -1, -1)]
    assert sorted(asked) == [*range(50)]


def test_what_raises_ends_all():
    async def work(item: int) -> None:
        if item == 2:
            raise ValueError("no")
        await asyncio.sleep(60)

    with pytest.raises(ValueError, match="no"):
        run({1: set(), 2: set(), 3: set()}, 3, work)


def test_a_cancel_ends_all_that_runs():
    ended: list[int] = []

    async def one(item: int) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(item)

    async def cancelled() -> None:
        whole = asyncio.ensure_future(in_order([1, 2, 3], lambda _: (), one, 2))
        await asyncio.sleep(0.01)
        whole.cancel()
        with pytest.raises(asyncio.CancelledError):
            await whole

    asyncio.run(cancelled())
    assert sorted(ended) == [1, 2]
