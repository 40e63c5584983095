"""The tasks of a document as a client may list them: `plansmith/tasks`, a request of ours."""

from __future__ import annotations

import json
from typing import Any, Final

from plansmith.expand.expansion import wanted_keys
from plansmith.plan.queries import is_complete
from plansmith.plan.states import ready

from .session import OpenDocument

TASKS: Final = "plansmith/tasks"


def tasks_answer(opened: OpenDocument | None) -> bytes:
    """`{tasks: [{line, id, name, plan, complete, missing, done, ready}]}` in the order of the text, as JSON.

    `plan` is whether it is one, `complete` whether it lacks nothing, `missing` are the keys of what an expansion would
    write, `ready` is whether it can be started now.
    A document that is switched off, or not open, has none.
    """
    return json.dumps({"tasks": [] if opened is None or opened.is_off else _tasks(opened)}).encode()


def _tasks(opened: OpenDocument) -> list[dict[str, Any]]:
    document = opened.document
    startable = set(ready(document))
    return [
        {
            "line": document.start_of(index) + task.heading.line,
            "id": task.id,
            "name": task.name,
            "plan": task.is_plan,
            "complete": is_complete(task, document.format),
            "missing": wanted_keys(task, document.format),
            "done": task.done,
            "ready": index in startable,
        }
        for index, task in enumerate(document.tasks)
    ]
