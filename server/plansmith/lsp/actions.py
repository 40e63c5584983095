"""Code actions: what the light bulb offers for a place. Nothing that costs money has a `source.*` kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from plansmith.expand.expansion import incomplete_tasks, wanted_keys
from plansmith.expand.keep import KeptPlan
from plansmith.expand.write import spec_of
from plansmith.rules.fixing import fix_all, fix_edits
from plansmith.rules.rule import Finding

from .diagnostics import SOURCE
from .edits import workspace_edit
from .kept_plans import kept_actions
from .lenses import expand_title, task_reference
from .session import OpenDocument

EXPAND = "refactor.rewrite.expand"
FILL = "refactor.rewrite.fill"
REGENERATE = "refactor.rewrite.regenerate"
EXPAND_ALL = "refactor.rewrite.expandAll"
FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.plansmith"

CONTENT_MODIFIED = types.LSPErrorCodes.ContentModified.value

KINDS = (EXPAND, FILL, REGENERATE, EXPAND_ALL, FIX, FIX_ALL)


def code_actions(
    opened: OpenDocument,
    params: types.CodeActionParams,
    plans: Sequence[KeptPlan] = (),
    *,
    offers_offline: bool = False,
) -> list[types.CodeAction]:
    """All actions at a range, of the kinds that the client asks for.

    `plans` are the kept plans of the document; with `offers_offline` a model is configured that can't be reached.
    """
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or []]
    automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
    return [
        action
        for action in (
            *kept_actions(opened, plans, opened.positions.span(params.range).line),
            *_actions(opened, params.range, automatic=automatic and not only, offers_offline=offers_offline),
        )
        if not only or any(_is_kind(action.kind, kind) for kind in only)
    ]


def resolve_action(action: types.CodeAction, opened: OpenDocument | None) -> types.CodeAction:
    """The action with its edit, made against the text as it stands; ContentModified where its finding is gone."""
    data: dict[str, Any] = action.data if isinstance(action.data, dict) else {}
    if opened is None or action.edit is not None:
        return action
    if action.kind == FIX_ALL:
        edits = fix_all(opened.document, opened.analysis.checker)
        action.edit = workspace_edit(opened, edits)
    elif action.kind == FIX:
        found = _find(opened, data)
        if found is not None and found[1].fix is not None:
            action.edit = workspace_edit(opened, fix_edits(found[1].fix, opened.document, found[0]))
        else:
            raise JsonRpcException("The text has changed since; ask for the actions again", CONTENT_MODIFIED)
    return action


def _is_kind(kind: object, wanted: str) -> bool:
    text = str(getattr(kind, "value", kind))
    return text == wanted or text.startswith(f"{wanted}.")


def _actions(
    opened: OpenDocument, range_: types.Range, *, automatic: bool, offers_offline: bool
) -> Iterator[types.CodeAction]:
    document = opened.document
    span = opened.positions.span(range_)
    report = opened.report()
    fixable = 0
    for index, findings in report.tasks:
        start = document.start_of(index)
        fixable += sum(finding.fix is not None and finding.fix.safe for finding in findings)
        for finding in findings:
            where = finding.span.shifted(start)
            touches = (where.line, where.start) <= (span.end_line, span.end) and (span.line, span.start) <= (
                where.end_line,
                where.end,
            )
            if touches or where.line == span.line == span.end_line:
                yield from _for_finding(opened, index, finding, start)
    if fixable:
        plural = "problem" if fixable == 1 else "problems"
        yield _lazy(opened, f"Fix {fixable} {plural} in this document", FIX_ALL, {})
    if automatic and not opened.document.tasks:
        return
    index_at = document.task_at(span.line)
    if index_at is not None:
        task = document.tasks[index_at]
        if wanted_keys(task, document.format):
            kind = FILL if task.is_plan else EXPAND
            title = f"{expand_title(task, document)}: {task.label}"
            place = task_reference(document, index_at)
            yield _command(title, kind, "plansmith.expandTask", opened, place)
            if offers_offline:
                title += ", with the offline planner"
                yield _command(title, kind, "plansmith.expandTask", opened, {**place, "offline": True})
        for section in task.walk():
            first, last = document.start_of(index_at) + section.line, document.start_of(index_at) + section.end
            if first == span.line or (first <= span.line < last and not section.children):
                title = f"Write {_title(section.key, opened)} anew (replaces its text)"
                place = {**task_reference(document, index_at), "section": section.key}
                yield _command(title, REGENERATE, "plansmith.regenerateSection", opened, place)
    if len(document.tasks) > 1:
        open_tasks = len(incomplete_tasks(document))
        if open_tasks > 1:
            yield _command(
                f"Expand all {open_tasks} tasks without a complete plan", EXPAND_ALL, "plansmith.expandAll", opened, {}
            )


def _for_finding(opened: OpenDocument, index: int, finding: Finding, start: int) -> Iterator[types.CodeAction]:
    diagnostic = _diagnostic(opened, finding, start)
    if finding.fix is not None:
        data = {"task": index, "rule": finding.rule, "place": list(finding.span)}
        yield _lazy(opened, finding.fix.title, FIX, data, diagnostic, preferred=finding.fix.safe)
    if finding.section:
        title = f"Write {_title(finding.section, opened)}"
        place = {**task_reference(opened.document, index), "section": finding.section}
        yield _command(title, FIX, "plansmith.writeSection", opened, place, diagnostic)


def _title(key: str, opened: OpenDocument) -> str:
    """A section by its title in quotes; one of a step says of which."""
    fmt = opened.document.format
    spec = spec_of(fmt, key)
    if spec is None:
        return f"“{key}”"
    *above, last = key.split(".")
    if last.isdecimal():
        return f"“{spec.called(int(last))}”"
    for place, part in enumerate(above):
        step = spec_of(fmt, ".".join(above[: place + 1])) if part.isdecimal() else None
        if step is not None:
            return f"“{spec.title}” of {step.called(int(part))}"
    return f"“{spec.title}”"


def _diagnostic(opened: OpenDocument, finding: Finding, start: int) -> types.Diagnostic:
    return types.Diagnostic(
        range=opened.positions.range(finding.span.shifted(start)),
        message=finding.message,
        severity=types.DiagnosticSeverity(int(finding.severity or 1)),
        code=finding.rule,
        source=SOURCE,
    )


def _lazy(
    opened: OpenDocument,
    title: str,
    kind: str,
    data: dict[str, Any],
    diagnostic: types.Diagnostic | None = None,
    *,
    preferred: bool = False,
) -> types.CodeAction:
    """An action whose edit is made when it is asked for; at once for a client that can't ask."""
    action = types.CodeAction(
        title=title,
        kind=kind,
        diagnostics=[diagnostic] if diagnostic else None,
        is_preferred=preferred or None,
        data={"uri": opened.uri, "kind": kind, **data},
    )
    if not opened.client.resolves_edits:
        resolve_action(action, opened)
        action.data = None
    return action


def _command(
    title: str,
    kind: str,
    command: str,
    opened: OpenDocument,
    arguments: dict[str, Any],
    diagnostic: types.Diagnostic | None = None,
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=kind,
        diagnostics=[diagnostic] if diagnostic else None,
        command=types.Command(title=title, command=command, arguments=[{"uri": opened.uri, **arguments}]),
    )


def _find(opened: OpenDocument, data: dict[str, Any]) -> tuple[int, Finding] | None:
    """The finding that an action was made for, if it is still there."""
    for index, findings in opened.report().tasks:
        if index != data.get("task"):
            continue
        for finding in findings:
            if finding.rule == data.get("rule") and list(finding.span) == data.get("place"):
                return opened.document.start_of(index), finding
    return None
