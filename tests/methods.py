"""The methods of the protocol that the server answers, told from what it says of itself to real clients."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.bench.peer import Peer
from tests.lsp.editor import CLIENTS

EDITORS = {"vscode": "VS Code", "neovim": "Neovim"}


class Provider(NamedTuple):
    """What the server offers by one key of its capabilities."""

    method: str  # with those that it can't be used without
    gives: str
    further: Mapping[str, str] = {}  # an option of it, and the method that it brings


_RESOLVE = "resolveProvider"
_FEATURES = {
    "textDocumentSync": Provider("textDocument/didChange", "incremental changes, of open files and unnamed documents"),
    "diagnosticProvider": Provider(
        "textDocument/diagnostic",
        "findings where a client pulls them, of closed plans too; every other client gets them pushed",
        {"workspaceDiagnostics": "workspace/diagnostic"},
    ),
    "codeActionProvider": Provider(
        "textDocument/codeAction",
        "expand, fill, write or replace a section; quick fixes; fix all",
        {_RESOLVE: "codeAction/resolve"},
    ),
    "codeLensProvider": Provider(
        "textDocument/codeLens",
        "expand a task; its progress, what blocks it, whether it is next",
        {_RESOLVE: "codeLens/resolve"},
    ),
    "executeCommandProvider": Provider("workspace/executeCommand", "the commands, with progress and cancel"),
    "documentSymbolProvider": Provider("textDocument/documentSymbol", "tasks, sections and steps with their state"),
    "workspaceSymbolProvider": Provider("workspace/symbol", "tasks of all plans by a few letters of their names"),
    "foldingRangeProvider": Provider("textDocument/foldingRange", "tasks, sections, steps, code and lists"),
    "selectionRangeProvider": Provider(
        "textDocument/selectionRange", "from the word over item, list, section and task to the document"
    ),
    "semanticTokensProvider": Provider(
        "textDocument/semanticTokens/full",
        "tasks, references, sections, paths, commands and placeholders",
        {"delta": "textDocument/semanticTokens/full/delta", "range": "textDocument/semanticTokens/range"},
    ),
    "definitionProvider": Provider(
        "textDocument/definition",
        "from a reference to its task, from a path to its file, from a package to what adds it",
    ),
    "referencesProvider": Provider("textDocument/references", "where a task, a file or a package is spoken of"),
    "documentHighlightProvider": Provider("textDocument/documentHighlight", "the same, in this document"),
    "renameProvider": Provider(
        "textDocument/rename",
        "a task's name or number, with every reference",
        {"prepareProvider": "textDocument/prepareRename"},
    ),
    "documentLinkProvider": Provider("textDocument/documentLink", "paths of the workspace, and addresses"),
    "callHierarchyProvider": Provider(
        "textDocument/prepareCallHierarchy, callHierarchy/incomingCalls, callHierarchy/outgoingCalls",
        "which task waits for which, as a tree",
    ),
    "completionProvider": Provider(
        "textDocument/completion",
        "missing sections, references, choices, paths, commands, rule names, keys of `plansmith.toml`",
        {_RESOLVE: "completionItem/resolve"},
    ),
    "hoverProvider": Provider(
        "textDocument/hover", "sections, tasks, paths, packages; on a finding why its rule is one"
    ),
    "inlayHintProvider": Provider("textDocument/inlayHint", "the state of tasks that are referred to; progress"),
    "documentOnTypeFormattingProvider": Provider(
        "textDocument/onTypeFormatting", "Enter continues a checklist or the steps"
    ),
    "documentFormattingProvider": Provider("textDocument/formatting", "numbering, order, blank lines, markers"),
    "documentRangeFormattingProvider": Provider("textDocument/rangeFormatting", "the same for a part"),
    "willRename": Provider(
        "workspace/willRenameFiles",
        "a renamed file is renamed in the plans that mention it; a renamed plan goes on naming the same files",
    ),
    "workspaceFolders": Provider("workspace/didChangeWorkspaceFolders", "several folders, each with its configuration"),
}
# What is no feature of its own.
_PLAIN = {"positionEncoding", "workspace", "fileOperations"}


def methods_table() -> str:
    """All methods with what they give, and which of the recorded editors gets them."""
    offers = {editor: dict(_offers(editor)) for editor in EDITORS}
    unknown = set().union(*offers.values()) - set(_FEATURES)
    assert not unknown, f"tests/methods.py does not tell what these give: {sorted(unknown)}"
    rows = ["| method | gives | " + " | ".join(EDITORS.values()) + " |", "| --- | --- |" + " --- |" * len(EDITORS)]
    for key, provider in _FEATURES.items():
        having = [offers[editor].get(key) for editor in EDITORS]
        if not any(having):
            continue
        methods = dict.fromkeys(method for found in having if found for method in found)
        cells = ["yes" if found else "–" for found in having]
        rows.append(f"| {', '.join(f'`{method}`' for method in methods)} | {provider.gives} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _offers(editor: str) -> Iterator[tuple[str, list[str]]]:
    """What a real server offers to an editor: by key, the methods."""
    capabilities = json.loads((CLIENTS / f"{editor}.json").read_text("utf-8"))["capabilities"]
    with Peer([sys.executable, "-m", "plansmith", "server"], capabilities=capabilities) as peer:
        return methods_by_key(peer.offers)


def methods_by_key(offered: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The methods behind each key of a server's capabilities; "" where nobody has told yet what is behind one."""
    workspace: dict[str, Any] = offered.get("workspace", {})
    for key, value in {**offered, **workspace, **workspace.get("fileOperations", {})}.items():
        if key in _PLAIN or not value:
            continue
        provider = _FEATURES.get(key, Provider("", ""))
        options = value if isinstance(value, dict) else {}
        options = {**options, **(options["full"] if isinstance(options.get("full"), dict) else {})}
        yield (
            key,
            [
                *provider.method.split(", "),
                *(method for option, method in provider.further.items() if options.get(option)),
            ],
        )
