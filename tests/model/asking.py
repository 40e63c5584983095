"""Asking a model in tests: a request, and one answer taken in whole."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from plansmith.expand.claude import Claude, claude_for
from plansmith.expand.errors import ModelError
from plansmith.expand.model import Block, End, Request, Text, Usage
from plansmith.workspace.user import UserSettings

KEY = "sk-own-0123456789abcdefghijklmnop"
REQUEST = Request((Block("The rules.", mark=True),), (Block("The stack.", mark=True), Block("Task 1.")), 1000)


def model_at(
    url: str, *, key: str | None = KEY, environment=None, effort=None, silence=5.0, connect=5.0, **own
) -> Claude:
    settings = UserSettings(
        model="some-model",
        base_url=url,
        keys={url: key} if key else {},
        effort=effort,
        silence_timeout=silence,
        connect_timeout=connect,
        path="config.toml",
        **own,
    )
    return claude_for(settings, environment or {})


async def asked(model: Claude, request: Request = REQUEST) -> tuple[str, End]:
    """The text and the end of one answer."""
    parts = []
    try:
        async with aclosing(model.stream(request)) as events:
            async for event in events:
                if isinstance(event, Text):
                    parts.append(event.text)
                elif isinstance(event, End):
                    return "".join(parts), event
                else:
                    assert isinstance(event, Usage)
    finally:
        await model.close()
    raise AssertionError("no end")


async def failed(model: Claude) -> ModelError:
    """The error of an answer."""
    with pytest.raises(ModelError) as caught:
        await asked(model)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return caught.value
