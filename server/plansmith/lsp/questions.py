"""Questions to the user, with a few answers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from .server import PlansmithServer


async def ask_user(
    ls: PlansmithServer, message: str, answers: Sequence[str], kind: types.MessageType = types.MessageType.Warning
) -> str | None:
    """Which of the answers the user chooses; None where none is chosen, or where the client can't ask."""
    if not ls.session.client.asks:
        return None
    actions = [types.MessageActionItem(title=answer) for answer in answers]
    params = types.ShowMessageRequestParams(type=kind, message=f"Plansmith: {message}", actions=actions)
    try:
        chosen = await ls.window_show_message_request_async(params)
    except JsonRpcException:
        return None
    return chosen.title if chosen is not None and chosen.title in answers else None
