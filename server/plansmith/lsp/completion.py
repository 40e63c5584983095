"""Completion: what the core offers as items of the protocol, in the forms that the client declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from plansmith.plan.blanks import Part, Stop, without_stops
from plansmith.plan.cards import path_card, section_card, task_card
from plansmith.plan.completion import SECTION, TASK, CodePlace, Offer, code_at, completion_at, empty_item_at
from plansmith.plan.document import Document
from plansmith.plan.paths import find_paths, listed_files
from plansmith.plan.scanner import HTML
from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Task
from plansmith.rules.command_free_validation import PROOF_KEYS
from plansmith.rules.rule import Scope
from plansmith.rules.table import RULES
from plansmith.workspace.setting_completion import SettingPlace
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .client import Client
from .hover import markdown, plain, rule_card
from .position import Positions
from .session import OpenDocument

if TYPE_CHECKING:
    from .surroundings import Surroundings

TRIGGERS: Final = ("#", "*", "`", ":", ",", " ", '"', "=", "[")
MOST_PATHS: Final = 100

_IGNORE: Final = re.compile(r"<!--\s*plansmith:\s*ignore\s(?P<names>(?:\s*[\w-]+\s*,)*)\s*(?P<typed>[\w-]*)$")
_NAME: Final = re.compile(r"[\w-]*")
_KINDS: Final = {
    SECTION: types.CompletionItemKind.Snippet,
    TASK: types.CompletionItemKind.Reference,
}


def needs_surroundings(opened: OpenDocument, position: types.Position) -> bool:
    """Whether what can stand at a place hangs on the files around the document."""
    return _code_place(opened, position) is not None


def completion(
    opened: OpenDocument, position: types.Position, surroundings: Surroundings | None = None
) -> types.CompletionList | None:
    """What can stand at a position; None where nothing is expected."""
    line, column = opened.positions.place(position)
    document = opened.document
    if line >= len(document.lines):
        return None
    found = _rule_names(opened, line, column)
    if found is not None:
        return found
    place = _code_place(opened, position)
    if place is not None:
        return _code(opened, place, surroundings)
    offered = completion_at(document, line, column)
    if offered is None:
        return None
    items = [_item(opened, number, offer, offered.span, offered.whole) for number, offer in enumerate(offered.offers)]
    return types.CompletionList(offered.is_incomplete, items)


def resolve_completion(item: types.CompletionItem, opened: OpenDocument | None) -> types.CompletionItem:
    """An item with its documentation; without any where the text has changed too much to tell."""
    data: dict[str, Any] = item.data if isinstance(item.data, dict) else {}
    if opened is not None and item.documentation is None:
        item.documentation = _documentation(opened, str(data.get("kind", "")), str(data.get("key", "")), data)
    return item


def setting_items(place: SettingPlace, line: int, positions: Positions, client: Client) -> types.CompletionList:
    """The settings that can stand at a place of a configuration file."""
    span = on_line(line, place.start, place.end)
    items = [
        types.CompletionItem(
            label=offer.label,
            kind=types.CompletionItemKind.Value if offer.is_value else types.CompletionItemKind.Property,
            documentation=offer.documentation or None,
            sort_text=f"{number:03}",
            filter_text=offer.text.strip("[]\n") if offer.is_value else offer.label,
            text_edit=types.TextEdit(positions.range(span), offer.text),
        )
        for number, offer in enumerate(place.offers)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


# Rules


def _rule_names(opened: OpenDocument, line: int, column: int) -> types.CompletionList | None:
    """The names of rules in an ignore comment: what it opens may be no plan while it is not closed."""
    text = opened.document.lines[line]
    match = _IGNORE.search(text, 0, column) if opened.document.token(line)[0] == HTML else None
    if match is None:
        return None
    named = set(re.findall(r"[\w-]+", match["names"]))
    rest = _NAME.match(text, column)
    span = on_line(line, match.start("typed"), column)
    whole = on_line(line, match.start("typed"), rest.end() if rest else column)
    named.update(re.findall(r"[\w-]+", text[whole.end :].partition("-->")[0]))
    closing = "" if "-->" in text[column:] else " -->"
    offers = [
        Offer("rule", rule.name, (rule.name + closing,), rule.name, rule.summary, rule.name)
        for rule in RULES
        if rule.scope is not Scope.CONFIGURATION and rule.name not in named and rule.name.startswith(match["typed"])
    ]
    items = [_item(opened, number, offer, span, whole) for number, offer in enumerate(offers)]
    return types.CompletionList(is_incomplete=False, items=items) if items else None


# Code


def _code_place(opened: OpenDocument, position: types.Position) -> CodePlace | None:
    document = opened.document
    if not document.is_ours:
        return None
    line, column = opened.positions.place(position)
    place = code_at(document, line, column)
    if place is not None:
        return place
    place = empty_item_at(document, line, column)
    return place if place is not None and _is_proof(place) else None


def _is_proof(place: CodePlace) -> bool:
    return place.section is not None and place.section.spec.key in PROOF_KEYS


def _code(opened: OpenDocument, place: CodePlace, surroundings: Surroundings | None) -> types.CompletionList | None:
    begins = opened.document.lines[place.span.line][: place.span.start].endswith("`")
    before, after = "" if begins else "`", "" if place.is_closed else "`"
    offers: list[Offer] = []
    incomplete = False
    if surroundings is not None and _is_proof(place):
        offers += [
            Offer("command", command, (before + command + after,), before + command, source)
            for command, source in _commands(surroundings.stack, opened.document.tasks[place.task]).items()
            if command.startswith(place.text)
        ]
    if begins and not any(map(str.isspace, place.text)):
        dot = "./" if place.text.startswith("./") else ""
        typed = place.text.removeprefix("./").casefold()
        found = _made_before(opened.document, place, typed)
        files = surroundings.files if surroundings is not None else None
        paths, incomplete = _paths(typed, files) if files is not None else ([], False)
        for path in paths:
            found.setdefault(path, "")
        offers += [
            Offer("path", dot + path, (dot + path + after,), dot + path, detail, path) for path, detail in found.items()
        ]
    items = [_item(opened, number, offer, place.span, place.whole) for number, offer in enumerate(offers)]
    return types.CompletionList(incomplete, items) if items else None


def _commands(stack: Stack, task: Task) -> dict[str, str]:
    """The command lines of a stack that prove something, each with its source.

    Those for the tests that the task names come first, then the main project's.
    """
    found: dict[str, str] = {}
    for place in find_paths(task):
        project = stack.for_path(place.path)
        single = project.test_file_command(place.path) if project.is_test_file(place.path) else None
        if single is not None and len(found) < MOST_PATHS:
            found.setdefault(single.line, single.source)
    for project in (*stack.ecosystems, stack.otherwise):
        own = (
            *(project.test_command, project.coverage_command, project.lint_command, project.type_check_command),
            *(project.build_command, project.run_command, project.format_command),
            *(command for _, command in project.scripts),
        )
        for command in own:
            if command is not None:
                found.setdefault(command.line, command.source)
    return found


def _made_before(document: Document, place: CodePlace, typed: str) -> dict[str, str]:
    """The paths that begin like this and that earlier tasks create, the last one's first, each with who does."""
    found: dict[str, str] = {}
    for index in range(place.task - 1, -1, -1):
        task = document.tasks[index]
        for listed in listed_files(task).new:
            if _begins(listed.path.casefold(), typed):
                found.setdefault(listed.path, f"created by {task.label}")
                if len(found) == MOST_PATHS:
                    return found
    return found


def _paths(typed: str, files: WorkspaceFiles) -> tuple[list[str], bool]:
    """The workspace's paths with a part that begins like this, those nearest to the root first; not too many."""
    found = nsmallest(
        MOST_PATHS + 1,
        (path for path in files.paths if _begins(path.casefold(), typed)),
        key=lambda path: (path.count("/"), path),
    )
    return found[:MOST_PATHS], len(found) > MOST_PATHS


def _begins(path: str, typed: str) -> bool:
    return path.startswith(typed) or f"/{typed}" in path


# Items


def _item(opened: OpenDocument, number: int, offer: Offer, span: Span, whole: Span) -> types.CompletionItem:
    client, positions = opened.client, opened.positions
    text = without_stops(offer.parts)
    # Neovim 0.11 writes a plain text only up to its first blank.
    is_snippet = client.snippets and (" " in text or any(isinstance(part, Stop) for part in offer.parts))
    text = _snippet(offer.parts) if is_snippet else text
    edit: types.TextEdit | types.InsertReplaceEdit
    if client.insert_replace and whole != span:
        edit = types.InsertReplaceEdit(text, insert=positions.range(span), replace=positions.range(whole))
    else:
        edit = types.TextEdit(positions.range(span), text)
    data = {"uri": opened.uri, "kind": offer.kind, "key": offer.key, "line": span.line}
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS.get(offer.kind, _OTHER.get(offer.kind, types.CompletionItemKind.Value)),
        detail=offer.detail or None,
        sort_text=f"{number:03}",
        filter_text=offer.filter,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
        text_edit=edit,
        documentation=None
        if client.completes_lazily or offer.kind == "path"
        else _documentation(opened, offer.kind, offer.key, data),
        data=data if offer.key else None,
    )


_OTHER: Final = {
    "rule": types.CompletionItemKind.Keyword,
    "command": types.CompletionItemKind.Function,
    "path": types.CompletionItemKind.File,
}


def _snippet(parts: Iterable[Part]) -> str:
    """Parts in the snippet syntax of the protocol; the last place ends it."""
    found = []
    count = 0
    for part in parts:
        if isinstance(part, str):
            found.append(_escaped(part))
            continue
        count += 1
        if part.choices:
            found.append(f"${{{count}|{','.join(map(_escaped_choice, part.choices))}|}}")
        else:
            found.append(f"${{{count}:{_escaped(part.text)}}}" if part.text else f"${count}")
    return "".join(found)


def _escaped(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


def _escaped_choice(text: str) -> str:
    return re.sub(r"([\\,|])", r"\\\1", text)


def _documentation(opened: OpenDocument, kind: str, key: str, data: dict[str, Any]) -> types.MarkupContent | str | None:
    document = opened.document
    card = None
    if kind == SECTION and key in document.format.by_key:
        index = document.task_at(min(int(data.get("line", 0)), len(document.lines) - 1))
        level = document.tasks[index].level if index is not None else 2
        card = section_card(
            document.format.by_key[key], level, 1 if document.format.by_key[key].kind == "step" else None
        )
    elif kind == TASK and key.isdecimal() and int(key) < len(document.tasks):
        card = task_card(document, int(key))
    elif kind == "path":
        files = opened.files
        card = path_card(document, key, files.exists(key) if files is not None else None)
    elif kind == "rule":
        rule = next((rule for rule in RULES if rule.name == key), None)
        card = rule_card(rule) if rule is not None else None
    if card is None:
        return None
    if opened.client.completion_markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown(card))
    return (
        types.MarkupContent(types.MarkupKind.PlainText, plain(card)) if opened.client.documents_kinds else plain(card)
    )
