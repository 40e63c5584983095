"""What expanding a task would send, for people to read before they send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plansmith.expand.claude import Claude
from plansmith.expand.errors import ModelError
from plansmith.expand.expansion import wanted_keys
from plansmith.expand.writers import ModelWriter

from .session import OpenDocument

if TYPE_CHECKING:
    from .server import PlansmithServer


async def request_text(ls: PlansmithServer, opened: OpenDocument, index: int) -> str:
    """The first request for all that a task lacks, whole; or why nothing would be sent."""
    document = opened.document
    task = document.tasks[index]
    keys = wanted_keys(task, document.format)
    if not keys:
        return f"Nothing would be sent: the plan of {task.label} is complete.\n"
    try:
        writer = await ls.provider.writer(opened)
    except ModelError as problem:
        return f"Nothing can be sent: {problem}.\n"
    if not isinstance(writer, ModelWriter) or not isinstance(writer.model, Claude):
        return (
            "Nothing would be sent: the embedded offline planner writes, and asks nobody. "
            f"A model writes where a key or an own endpoint is configured, in {ls.provider.settings.path} "
            "or in the environment.\n"
        )
    return writer.model.shown(await writer.request(document, index, keys))
