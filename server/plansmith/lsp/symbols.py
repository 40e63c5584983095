"""Searching all plans of the workspace for tasks and steps: the best are told, a client may cancel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from plansmith.plan.symbols import match_score

from .outline import KINDS
from .parts import Parts
from .plans import Named
from .progress import asked_progress

if TYPE_CHECKING:
    from .server import PlansmithServer

MAX_FOUND: Final = 200
_PART: Final = 50  # symbols in one partial result
_AT_ONCE: Final = 2_000  # symbols that are looked at before others have their turn
_MAX_QUERY: Final = 200  # characters


def register_symbols(server: PlansmithServer) -> None:
    """Register the search."""
    options = types.WorkspaceSymbolOptions(work_done_progress=True)
    server.answer_raw(types.WORKSPACE_SYMBOL, lambda params: workspace_symbols(server, params), options)


def workspace_symbols(server: PlansmithServer, params: dict[str, Any]) -> Awaitable[bytes]:
    """The tasks and steps whose names hold all words of the query, or their letters; the best first."""
    query = params["query"]
    words = tuple(str(query)[:_MAX_QUERY].casefold().split())
    return _search(server, words, params.get("workDoneToken"), Parts(server, params.get("partialResultToken")))


async def _search(server: PlansmithServer, words: tuple[str, ...], work_token: int | str | None, parts: Parts) -> bytes:
    found: list[tuple[int, int, int, str, Named]] = []
    count = 0
    async with asked_progress(server, work_token, "Searching plans", "reading") as progress:
        async for batch in server.plans.batches():
            progress.report(*batch.told)
            for plan in batch.plans:
                for symbol in plan.symbols:
                    count += 1
                    if count % _AT_ONCE == 0:
                        await asyncio.sleep(0)
                    score = match_score(words, symbol.folded)
                    if score:
                        # Of what fits alike the shorter name goes first, then what stands first.
                        found.append((-score, len(symbol.name) if words else 0, count, plan.uri, symbol))
    found.sort(key=lambda each: each[:3])
    return await parts.send_all([_information(uri, symbol) for *_, uri, symbol in found[:MAX_FOUND]], _PART)


def _information(uri: str, symbol: Named) -> bytes:
    container = symbol.container or uri.rpartition("/")[2]
    location = {"uri": uri, "range": symbol.range}
    kind = KINDS[symbol.kind]
    return json.dumps({"name": symbol.name, "kind": kind, "location": location, "containerName": container}).encode()
