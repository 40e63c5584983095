"""The commands: each reads its one argument, asks the core, and applies or answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from plansmith.expand import expansion
from plansmith.expand.expansion import Outcome
from plansmith.expand.keep import COMPLETE, KeptPlan
from plansmith.plan.document import Document
from plansmith.plan.mermaid import mermaid
from plansmith.plan.moving import Refusal, move
from plansmith.plan.text import Edit
from plansmith.plan.toggle import toggle
from plansmith.workspace.source import DocumentError

from .arguments import (
    DocumentArguments,
    ExpandArguments,
    KeptArguments,
    LineArguments,
    OptionalDocumentArguments,
    SectionArguments,
    TaskArguments,
    read_arguments,
)
from .expand_all import WholeDocument
from .expander import Expander
from .kept_plans import task_for
from .progress import Progress
from .requests import request_text
from .runs import Run
from .session import OpenDocument, TaskAnchor
from .setup import setup_answer

if TYPE_CHECKING:
    from .server import PlansmithServer

logger = logging.getLogger(__name__)

Answer = dict[str, Any]


async def expand_task(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Expand a task, or fill in what its plan lacks."""
    arguments = read_arguments(ExpandArguments, params)
    return await _on_task(
        ls, params, arguments, lambda expander, anchor: expander.expand_alone(anchor), offline=arguments.offline
    )


async def write_section(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Write one section that a task lacks."""
    arguments = read_arguments(SectionArguments, params)
    key = arguments.section
    return await _on_task(ls, params, arguments, lambda expander, anchor: expander.write(anchor, key))


async def regenerate_section(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Replace one section by a newly written one."""
    arguments = read_arguments(SectionArguments, params)
    key = arguments.section
    return await _on_task(ls, params, arguments, lambda expander, anchor: expander.regenerate(anchor, key))


async def expand_all(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Expand every task without a complete plan, in the order of their dependencies."""
    arguments = read_arguments(DocumentArguments, params)
    opened = _open_document(ls, arguments.uri)
    if isinstance(opened, Outcome):
        return _answer(opened)
    return await _run(ls, params, opened, _whole_document)


async def insert_kept(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Insert a plan that was kept; nobody is asked."""
    return await _on_kept(
        ls, params, lambda expander, anchor, plan: expander.insert_kept(anchor, plan), is_inserted=True
    )


async def continue_kept(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Have the model write what a plan that was kept lacks."""
    return await _on_kept(ls, params, lambda expander, anchor, plan: expander.continue_kept(anchor, plan))


def dismiss_kept(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Forget a plan that was kept, and the older ones of its task."""
    arguments = read_arguments(KeptArguments, params)
    plan = ls.provider.plans.load(arguments.plan)
    if plan is None:
        return _answer(Outcome(expansion.NOTHING_MISSING, _NO_PLAN))
    for older in ls.provider.plans.of(plan.uri):
        if older.task == plan.task:
            ls.provider.plans.remove(older.name)
    return _answer(Outcome(expansion.APPLIED, f"The kept plan of “{plan.called}” is dismissed"))


_NO_PLAN = "This plan is kept no more: it was used, dismissed, or is too old"


async def toggle_done(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Tick or untick a checkbox, or all boxes of a step."""
    arguments = read_arguments(LineArguments, params)
    opened = _open_document(ls, arguments.uri)
    if isinstance(opened, Outcome):
        return _answer(opened)
    document = opened.document
    index = document.task_at(arguments.line)
    start = document.start_of(index) if index is not None else 0
    edits = toggle(document.tasks[index], arguments.line - start) if index is not None else ()
    if not edits:
        place = f"Line {arguments.line + 1} is neither a checkbox nor the heading of a step with checkboxes"
        return _answer(Outcome(expansion.CONFLICT, place))
    shifted = [Edit(edit.span.shifted(start), edit.text) for edit in edits]
    applied = await ls.apply(opened, shifted, "Tick")
    if not applied:
        return _answer(Outcome(expansion.FAILED, "The editor refused the edit; try again"))
    return _answer(Outcome(expansion.APPLIED, f"{len(edits)} changed"))


async def move_up(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Move a step or a task past the one before it."""
    return await _move(ls, params, up=True)


async def move_down(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Move a step or a task past the one after it."""
    return await _move(ls, params, up=False)


async def _move(ls: PlansmithServer, params: types.ExecuteCommandParams, *, up: bool) -> Answer:
    """The answer has the line on which what was moved starts then, so that a cursor can follow."""
    arguments = read_arguments(LineArguments, params)
    opened = _open_document(ls, arguments.uri)
    if isinstance(opened, Outcome):
        return _answer(opened)
    found = move(opened.document, arguments.line, up=up)
    if isinstance(found, Refusal):
        return _answer(Outcome(expansion.CONFLICT, found.message))
    direction = "up" if up else "down"
    if not await ls.apply(opened, found.edits, f"Move {found.what} {direction}"):
        return _answer(Outcome(expansion.FAILED, "The editor refused the edit; try again"))
    outcome = Outcome(expansion.APPLIED, f"{found.what} moved {direction}")
    return {**_answer(outcome), "line": found.line}


def cancel(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """Cancel the running expansions, of one document or of all."""
    arguments = read_arguments(OptionalDocumentArguments, params)
    count = ls.runs.cancel(lambda run: arguments.uri is None or run.uri == arguments.uri)
    message = "Nothing is running" if not count else f"{count} cancelled"
    return _answer(Outcome(expansion.CANCELLED if count else expansion.NOTHING_MISSING, message))


def show_graph(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """The dependency graph as Mermaid."""
    arguments = read_arguments(DocumentArguments, params)
    try:
        return {"text": mermaid(ls.session.read(arguments.uri))}
    except DocumentError as problem:
        raise JsonRpcException(str(problem), types.LSPErrorCodes.RequestFailed.value) from None


async def show_request(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """What expanding a task would send first; nothing is sent."""
    arguments = read_arguments(TaskArguments, params)
    opened = ls.session.documents.get(arguments.uri)
    if opened is None:
        return {"text": f"{arguments.uri} is not open in the editor; open it and try again\n"}
    index = _find_task(opened.document, arguments)
    if isinstance(index, Outcome):
        return {"text": f"{index.message}\n"}
    return {"text": await request_text(ls, opened, index)}


def show_setup(ls: PlansmithServer, params: types.ExecuteCommandParams) -> Answer:
    """How the server is set up: version, workspace, trust, who writes, and where the key comes from."""
    return setup_answer(ls, read_arguments(OptionalDocumentArguments, params).uri)


COMMANDS: dict[str, Callable[[PlansmithServer, types.ExecuteCommandParams], Any]] = {
    "plansmith.expandTask": expand_task,
    "plansmith.expandAll": expand_all,
    "plansmith.writeSection": write_section,
    "plansmith.regenerateSection": regenerate_section,
    "plansmith.insertKept": insert_kept,
    "plansmith.continueKept": continue_kept,
    "plansmith.dismissKept": dismiss_kept,
    "plansmith.toggleDone": toggle_done,
    "plansmith.moveUp": move_up,
    "plansmith.moveDown": move_down,
    "plansmith.cancel": cancel,
    "plansmith.showRequest": show_request,
    "plansmith.showGraph": show_graph,
    "plansmith.showSetup": show_setup,
}


async def _on_task(
    ls: PlansmithServer,
    params: types.ExecuteCommandParams,
    arguments: TaskArguments,
    work: Callable[[Expander, TaskAnchor], Coroutine[Any, Any, Outcome]],
    *,
    offline: bool = False,
) -> Answer:
    opened = _open_document(ls, arguments.uri)
    if isinstance(opened, Outcome):
        return _answer(opened)
    index = _find_task(opened.document, arguments)
    if isinstance(index, Outcome):
        return _answer(index)
    anchor = opened.anchor(index)
    return await _run(
        ls,
        params,
        opened,
        lambda expander: Work(lambda: work(expander, anchor), expander.cancelled),
        lambda: opened.release(anchor),
        offline=offline,
    )


async def _on_kept(
    ls: PlansmithServer,
    params: types.ExecuteCommandParams,
    work: Callable[[Expander, TaskAnchor, KeptPlan], Coroutine[Any, Any, Outcome]],
    *,
    is_inserted: bool = False,
) -> Answer:
    arguments = read_arguments(KeptArguments, params)
    opened = _open_document(ls, arguments.uri)
    if isinstance(opened, Outcome):
        return _answer(opened)
    plan = ls.provider.plans.load(arguments.plan)
    if plan is None:
        return _answer(Outcome(expansion.NOTHING_MISSING, _NO_PLAN))
    index = task_for(opened.document, plan, arguments.line)
    if index is None and plan.status == COMPLETE and is_inserted:
        return await _run(
            ls, params, opened, lambda expander: Work(lambda: expander.restore_kept(plan), expander.cancelled)
        )
    if index is None:
        message = f"“{plan.called}” is no longer in the document; do this in the task that the kept plan is for"
        return _answer(Outcome(expansion.CONFLICT, message))
    anchor = opened.anchor(index)
    return await _run(
        ls,
        params,
        opened,
        lambda expander: Work(lambda: work(expander, anchor, plan), expander.cancelled),
        lambda: opened.release(anchor),
    )


def _find_task(document: Document, arguments: TaskArguments) -> int | Outcome:
    """The task that a command names, or what is said where there is none."""
    if arguments.line is not None:
        index = document.task_at(arguments.line) if arguments.line < len(document.lines) else None
        where = f"in line {arguments.line + 1}"
    else:
        assert arguments.task is not None
        index = expansion.find_task(document, arguments.task, arguments.nth)
        where = f"is called “{arguments.task}”"
    return Outcome(expansion.CONFLICT, expansion.no_task_message(document, where)) if index is None else index


class Work(NamedTuple):
    """What a command does in a document."""

    expand: Callable[[], Coroutine[Any, Any, Outcome]]
    cancelled: Callable[[], Outcome]  # how it ended when it was cancelled


def _whole_document(expander: Expander) -> Work:
    run = WholeDocument(expander)
    return Work(run.expand, run.cancelled)


async def _run(
    ls: PlansmithServer,
    params: types.ExecuteCommandParams,
    opened: OpenDocument,
    make: Callable[[Expander], Work],
    done: Callable[[], None] = lambda: None,
    *,
    offline: bool = False,
) -> Answer:
    """Do the work with progress and a way to cancel it; `done` is called when it is over, however it ends."""
    progress = Progress(ls, params.work_done_token)
    run = Run(opened.uri, ls.protocol.msg_id, progress)
    work = make(Expander(ls, opened, progress, offline=offline))

    async def whole() -> Outcome:
        await progress.begin("Plansmith", "Reading the workspace")
        return await work.expand()

    async def to_the_end() -> Outcome:
        outcome = Outcome(expansion.CANCELLED, "Cancelled")
        try:
            outcome = await ls.runs.run(run, whole(), work.cancelled)
        except Exception as problem:
            logger.exception("an expansion failed")
            what = f"{type(problem).__name__}: {problem}"
            outcome = Outcome(expansion.FAILED, f"Something broke inside Plansmith ({what}); the log says more")
        finally:
            progress.end(outcome.message)
            done()
        return outcome

    if not ls.session.client.reply_at_start:
        return _answer(await to_the_end())

    async def tell() -> None:
        outcome = await to_the_end()
        kind = types.MessageType.Info if outcome.status in _QUIET else types.MessageType.Warning
        ls.window_show_message(types.ShowMessageParams(type=kind, message=f"Plansmith: {outcome.message}"))

    ls.keep(asyncio.ensure_future(tell()))
    return _answer(Outcome(expansion.STARTED, "Started; the outcome is told when it is there"))


_QUIET = (expansion.APPLIED, expansion.NOTHING_MISSING, expansion.CANCELLED)


def _open_document(ls: PlansmithServer, uri: str) -> OpenDocument | Outcome:
    """The document that a command is to change, or why it can't."""
    opened = ls.session.documents.get(uri)
    if opened is None:
        return Outcome(expansion.CONFLICT, f"{uri} is not open in the editor; open it and try again")
    if not ls.session.client.applies_edits:
        return Outcome(
            expansion.FAILED, "This editor does not take edits (workspace/applyEdit); use `plansmith expand --write`"
        )
    return opened


def _answer(outcome: Outcome) -> Answer:
    return {
        "status": outcome.status,
        "message": outcome.message,
        "usage": outcome.usage,
        "added": list(outcome.added),
    }
