"""What the server is doing, for clients that show it: `plansmith/status`, whenever it changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .server import PlansmithServer

STATUS: Final = "plansmith/status"


class Status:
    """Tells a client that says so how many expansions run, and who writes: `{running, provider, model}`."""

    def __init__(self, server: PlansmithServer) -> None:
        """Nothing is told yet."""
        self._server = server
        self._told: dict[str, Any] = {}

    def tell(self) -> None:
        """Tell how things stand, if that is news."""
        server = self._server
        if not server.session.client.shows_status:
            return
        offline = server.provider.is_offline
        params = {
            "running": len(server.runs),
            "provider": "offline" if offline else "anthropic",
            "model": None if offline else server.provider.settings.model,
        }
        if params != self._told:
            self._told = params
            server.protocol.send_bytes(json.dumps({"jsonrpc": "2.0", "method": STATUS, "params": params}).encode())
