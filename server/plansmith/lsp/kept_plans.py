"""Kept plans as code actions and commands: at their task, or anywhere once it is gone, until used or dismissed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from lsprotocol import types

from plansmith.expand.keep import COMPLETE, Keep, KeptPlan
from plansmith.plan.document import Document

from .session import OpenDocument, file_path

INSERT: Final = "refactor.rewrite.expand.kept"
CONTINUE: Final = "refactor.rewrite.expand.continue"
DISMISS: Final = "refactor.rewrite.expand.dismiss"


def kept_actions(opened: OpenDocument, plans: Sequence[KeptPlan], line: int) -> Iterator[types.CodeAction]:
    """What can be done, at a line, with the kept plans of a document, the newest of each task first."""
    document = opened.document
    here = document.task_at(line)
    seen = set()
    for plan in plans:
        own = document.graph.find(plan.task)
        if plan.task in seen or (own is not None and own != here):
            continue
        seen.add(plan.task)
        # The task is gone: the plan can go into the one at the cursor.
        of = f" of “{plan.called}”" if own is None else ""
        into = f" into {document.tasks[here].label}" if own is None and here is not None else ""
        if plan.status == COMPLETE:
            yield _action(f"Insert the kept plan{of}{into}", INSERT, "plansmith.insertKept", opened, plan, line)
        else:
            title = f"Continue the unfinished plan{of}{into}"
            yield _action(title, CONTINUE, "plansmith.continueKept", opened, plan, line)
        yield _action(f"Dismiss the kept plan{of}", DISMISS, "plansmith.dismissKept", opened, plan, None)


def task_for(document: Document, plan: KeptPlan, line: int | None) -> int | None:
    """The task that a kept plan belongs to; where that is gone, the one at a line."""
    own = document.graph.find(plan.task)
    if own is not None or line is None or line >= len(document.lines):
        return own
    return document.task_at(line)


def kept_uri(uri: str) -> str:
    """What a document is called among the kept plans: the same in every editor and on the command line."""
    path = file_path(uri)
    return path.as_uri() if path is not None and path.is_absolute() else uri


def kept_words(plans: Keep, plan: KeptPlan) -> str:
    """How a message says that a plan is kept, and how it is used."""
    till = "" if plans.path(plan) else " until the server ends"
    if plan.status == COMPLETE:
        return f"the plan is kept{till}: the action “Insert the kept plan” inserts it, and asks nobody"
    return f"what came is kept{till}: the action “Continue the unfinished plan” goes on with it"


def _action(
    title: str, kind: str, command: str, opened: OpenDocument, plan: KeptPlan, line: int | None
) -> types.CodeAction:
    argument: dict[str, Any] = {"uri": opened.uri, "plan": plan.name}
    if line is not None:
        argument["line"] = line
    return types.CodeAction(
        title=title, kind=kind, command=types.Command(title=title, command=command, arguments=[argument])
    )
