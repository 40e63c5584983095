"""An editor for the tests: a real server at the other end of a pipe, and documents kept as an editor keeps them.

Places in tests are lines and code-point columns; what goes over the wire is counted in the client's own units,
by code that shares nothing with the server's.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

CLIENTS = Path(__file__).with_name("clients")
CLIENT_INFO = {"vscode": "Visual Studio Code", "neovim": "Neovim"}
TIMEOUT = 20.0  # seconds for any one message
SERVER = (sys.executable, "-m", "plansmith", "server")

MARKS = [
    pytest.mark.lsp,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning"),
]

Answer = Callable[[types.ApplyWorkspaceEditParams], Awaitable[types.ApplyWorkspaceEditResult]]


class Found(NamedTuple):
    """A diagnostic, by lines and code-point columns."""

    rule: str
    severity: int
    span: tuple[int, int, int, int]
    message: str


def recorded(name: str, **changes: Any) -> types.ClientCapabilities:
    """What a real editor declares, but for `changes`: `general__positionEncodings=["utf-8"]`; None takes a key away."""
    capabilities = json.loads((CLIENTS / f"{name}.json").read_text("utf-8"))["capabilities"]
    for path, value in changes.items():
        *folders, key = path.split("__")
        table = capabilities
        for folder in folders:
            table = table.setdefault(folder, {})
        table[key] = value
        if value is None:
            del table[key]
    return get_converter().structure(capabilities, types.ClientCapabilities)


def without_versions() -> types.ClientCapabilities:
    """What an editor declares that applies whatever edit comes, stale or not."""
    return recorded("vscode", workspace__workspaceEdit__documentChanges=None)


def split(text: str) -> list[str]:
    r"""The lines of a text: `\n`, `\r\n` and `\r` end one, and nothing else does."""
    return re.split(r"\r\n|\n|\r", text)


def units(text: str, encoding: str) -> int:
    """How long a text is in the units of an encoding."""
    if encoding == "utf-8":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2 if encoding == "utf-16" else len(text)


class Editor:
    """One connection: a client with its capabilities, and a server of its own."""

    def __init__(self, name: str, capabilities: types.ClientCapabilities | None = None) -> None:
        self.name = name
        self.capabilities = capabilities or recorded(name)
        self.buffers: dict[str, Buffer] = {}
        self.published: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.progress: dict[int | str, list[dict[str, Any]]] = {}
        self.messages: list[types.ShowMessageParams] = []
        self.registered: list[types.Registration] = []
        self.refreshes: list[str] = []
        self.edits: list[types.ApplyWorkspaceEditParams] = []
        self.on_edit: list[Answer] = []  # how the next edits are answered; then as the editor does by itself
        self.on_token: Callable[[], Awaitable[None]] | None = None
        self.questions: list[types.ShowMessageRequestParams] = []
        self.choices: list[str] = []  # the titles that the user picks next; then none
        self.on_question: Callable[[], object] = lambda: None
        self.question_gate: asyncio.Event | None = None  # questions stay open until it is set
        self.partial_plans: list[Any] = []
        self.states: list[Any] = []
        self._news = asyncio.Event()
        self.client = LanguageClient(converter_factory=_converter)
        handlers = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: lambda params: self._published(params),
            types.PROGRESS: lambda params: self._progress(params),
            types.WINDOW_SHOW_MESSAGE: lambda params: self._show_message(params),
            types.WORKSPACE_DIAGNOSTIC_REFRESH: lambda params: self._refresh("diagnostic"),
            types.WORKSPACE_CODE_LENS_REFRESH: lambda params: self._refresh("codeLens"),
            types.WORKSPACE_INLAY_HINT_REFRESH: lambda params: self._refresh("inlayHint"),
            types.WORKSPACE_SEMANTIC_TOKENS_REFRESH: lambda params: self._refresh("semanticTokens"),
            types.CLIENT_REGISTER_CAPABILITY: lambda params: self._register(params),
            types.WINDOW_WORK_DONE_PROGRESS_CREATE: _awaited(self._create_token),
            types.WORKSPACE_APPLY_EDIT: _awaited(self._apply_edit),
            types.WINDOW_SHOW_MESSAGE_REQUEST: _awaited(self._question),
        }
        register_lsp_features(self.client, {**DEFAULT_CLIENT_FEATURES, **handlers})
        self.client.feature("plansmith/partialPlan")(lambda params: self._partial_plan(params))
        self.client.feature("plansmith/status")(lambda params: self._status(params))

    async def start(self, folders: list[Path], *, env: dict[str, str] | None = None, **options: Any) -> Editor:
        """Start a server and say hello; `options` are the `initializationOptions`."""
        await self.client.start_io(*SERVER, env=env)
        self.hello = await within(
            self.client.initialize_session(
                types.InitializeParams(
                    capabilities=self.capabilities,
                    workspace_folders=[types.WorkspaceFolder(uri=f.as_uri(), name=f.name) for f in folders],
                    initialization_options=options or None,
                    client_info=types.ClientInfo(CLIENT_INFO.get(self.name, self.name)),
                )
            )
        )
        chosen = self.hello.capabilities.position_encoding
        self.encoding = str(getattr(chosen, "value", chosen or "utf-16"))
        return self

    async def stop(self) -> int:
        """Say good-bye; returns the server's exit status."""
        server = self.client._server
        assert server is not None
        await within(self.client.shutdown_session())
        await self.client.stop()
        return await within(server.wait())

    @property
    def is_running(self) -> bool:
        """Whether the server's process is there still."""
        server = self.client._server
        return server is not None and server.returncode is None

    @property
    def pulls(self) -> bool:
        """Whether the server leaves it to this client to ask for diagnostics."""
        return self.hello.capabilities.diagnostic_provider is not None

    def reset(self) -> None:
        """Forget what earlier tests left behind."""
        for buffer in list(self.buffers.values()):
            buffer.close()
        self.on_edit.clear()
        self.on_token = None
        self.choices.clear()
        for kept in (self.published, self.progress, self.messages, self.refreshes, self.edits, self.questions):
            kept.clear()

    def open(
        self, path: Path, text: str | None = None, *, version: int | None = None, language: str = "markdown"
    ) -> Buffer:
        """Open a file; with `text` it is written first."""
        if text is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return self.open_uri(path.as_uri(), path.read_bytes().decode(), version=version, language=language)

    def open_uri(self, uri: str, text: str, *, version: int | None = None, language: str = "markdown") -> Buffer:
        """Open a document of any scheme; Neovim's versions begin with 0."""
        version = int(self.name != "neovim") if version is None else version
        buffer = self.buffers[uri] = Buffer(self, uri, version, text)
        item = types.TextDocumentItem(uri=uri, language_id=language, version=version, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return buffer

    async def request(self, method: str, params: Any) -> Any:
        """Send a request and return its result; an error of the server's is raised."""
        return await within(self.client.protocol.send_request_async(method, params))

    async def command(self, command: str, *arguments: Any, token: str | None = None, **named: Any) -> dict[str, Any]:
        """Run a command; named arguments make its one object."""
        given = list(arguments) or [named]
        params = types.ExecuteCommandParams(command=command, arguments=given, work_done_token=token)
        if token is not None:
            self.client.progress_reports.setdefault(token, [])
        answer: dict[str, Any] = await self.request(types.WORKSPACE_EXECUTE_COMMAND, params)
        return answer

    async def until(self, what: Callable[[], Any]) -> Any:
        """Wait until something is true of what the server has said; returns it."""
        while not (found := what()):
            self._news.clear()
            await within(self._news.wait())
        return found

    def heard(self) -> None:
        """Wake whoever waits for the server's words."""
        self._news.set()

    # What the server says.

    def _published(self, params: types.PublishDiagnosticsParams) -> None:
        assert not self.pulls, "a client that pulls gets its diagnostics one way only"
        self.published.setdefault(params.uri, []).append(params)
        self.heard()

    def _progress(self, params: types.ProgressParams) -> None:
        self.progress.setdefault(params.token, []).append(params.value or {})
        self.heard()

    async def _create_token(self, params: types.WorkDoneProgressCreateParams) -> None:
        assert params.token not in self.progress
        self.progress[params.token] = []
        self.heard()
        if self.on_token is not None:
            await self.on_token()

    def _show_message(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params)
        self.heard()

    async def _question(self, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        self.questions.append(params)
        self.heard()
        self.on_question()
        if self.question_gate is not None:
            await self.question_gate.wait()
        return types.MessageActionItem(self.choices.pop(0)) if self.choices else None

    def _partial_plan(self, params: Any) -> None:
        self.partial_plans.append(params)
        self.heard()

    def _status(self, params: Any) -> None:
        self.states.append(params)
        self.heard()

    def _refresh(self, what: str) -> None:
        self.refreshes.append(what)
        self.heard()

    def _register(self, params: types.RegistrationParams) -> None:
        self.registered += params.registrations
        self.heard()

    async def _apply_edit(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.edits.append(params)
        self.heard()
        answer = self.on_edit.pop(0) if self.on_edit else self.apply
        return await answer(params)

    async def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        """Apply an edit as this editor does: VS Code refuses a stale one, Neovim drops it and says that it did not.

        Neovim compares no version with 0, which is that of a document before its first change.
        """
        edit = params.edit
        for change in edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            buffer, version = self.buffers[change.text_document.uri], change.text_document.version
            if self.name == "vscode" and version != buffer.version:
                return types.ApplyWorkspaceEditResult(applied=False, failure_reason="stale")
            if version and version < buffer.version:
                return types.ApplyWorkspaceEditResult(applied=True)
            buffer.apply([each for each in change.edits if isinstance(each, types.TextEdit)])
        for uri, edits in (edit.changes or {}).items():
            self.buffers[uri].apply(list(edits))
        return types.ApplyWorkspaceEditResult(applied=True)


class Buffer:
    """An open document, as the editor has it."""

    def __init__(self, editor: Editor, uri: str, version: int, text: str) -> None:
        self.editor = editor
        self.uri = uri
        self.version = version
        self.changes = 0
        """How many messages have told the server of changes; versions jump."""
        self.text = text

    @property
    def identifier(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def position(self, line: int, column: int) -> types.Position:
        """A code-point place in the client's units."""
        return types.Position(line, units(split(self.text)[line][:column], self.editor.encoding))

    def column(self, position: types.Position) -> int:
        """The code-point column of a position; one that lies inside a character is an error of the server's."""
        line = split(self.text)[position.line]
        for column in range(len(line) + 1):
            if units(line[:column], self.editor.encoding) == position.character:
                return column
        raise AssertionError(f"{position} is no place in {line!r}")

    def range(self, line: int, start: int, end_line: int, end: int) -> types.Range:
        return types.Range(self.position(line, start), self.position(end_line, end))

    def place(self, words: str) -> types.Range:
        """The first occurrence of some words on one line."""
        line = next(number for number, text in enumerate(split(self.text)) if words in text)
        start = split(self.text)[line].index(words)
        return self.range(line, start, line, start + len(words))

    def line_of(self, words: str) -> int:
        return self.place(words).start.line

    def type(self, line: int, column: int, text: str) -> None:
        """Insert a text as if it were typed."""
        self.change(self.range(line, column, line, column), text)

    def change(self, where: types.Range | None, text: str) -> None:
        """Change the text and tell the server; None replaces the whole text."""
        self._replace(where, text)
        self.tell([_change(where, text)])

    def tell(self, changes: list[Any]) -> None:
        """Send a didChange for what was changed already."""
        self.changes += 1
        self.version += 3 if self.editor.name == "neovim" else 1  # Neovim's jump
        identifier = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.editor.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    def apply(self, edits: list[types.TextEdit]) -> None:
        """Apply the server's edits, and tell it so."""
        changes = []
        for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
            self._replace(edit.range, edit.new_text)
            changes.append(_change(edit.range, edit.new_text))
        self.tell(changes)

    def close(self) -> None:
        self.editor.client.text_document_did_close(types.DidCloseTextDocumentParams(self.identifier))
        self.editor.buffers.pop(self.uri, None)

    def save(self) -> None:
        self.editor.client.text_document_did_save(types.DidSaveTextDocumentParams(self.identifier))

    async def diagnostics(self) -> list[types.Diagnostic]:
        """The diagnostics of the text as it stands, pulled or pushed."""
        if self.editor.pulls:
            return list((await self.pull()).items)
        published = await self.editor.until(
            lambda: [each for each in self.editor.published.get(self.uri, []) if each.version == self.version]
        )
        return list(published[-1].diagnostics)

    async def pull(self, previous: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(self.identifier, previous_result_id=previous)
        return await self.editor.request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)

    async def findings(self) -> list[Found]:
        """The same, as values with code-point places."""
        return [self.found(diagnostic) for diagnostic in await self.diagnostics()]

    async def rules(self) -> list[str]:
        return [found.rule for found in await self.findings()]

    def found(self, diagnostic: types.Diagnostic) -> Found:
        where = diagnostic.range
        span = (where.start.line, self.column(where.start), where.end.line, self.column(where.end))
        return Found(str(diagnostic.code), int(diagnostic.severity or 0), span, str(diagnostic.message))

    async def lenses(self, *, resolve: bool = True) -> list[types.CodeLens]:
        found = await self.editor.request(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(self.identifier))
        if not resolve:
            return list(found)
        return [await self.editor.request(types.CODE_LENS_RESOLVE, lens) for lens in found]

    async def actions(self, where: types.Range | str, only: list[str] | None = None, **context: Any) -> list[Any]:
        where = self.place(where) if isinstance(where, str) else where
        params = types.CodeActionParams(
            self.identifier, where, types.CodeActionContext(diagnostics=[], only=only, **context)
        )
        return list(await self.editor.request(types.TEXT_DOCUMENT_CODE_ACTION, params) or [])

    async def run(self, command: str, *, token: str | None = None, **named: Any) -> dict[str, Any]:
        """Run a command on this document."""
        return await self.editor.command(f"plansmith.{command}", token=token, uri=self.uri, **named)

    def _replace(self, where: types.Range | None, text: str) -> None:
        if where is None:
            self.text = text
            return
        lines = split(self.text)
        starts = [0]
        for line in lines:
            end = starts[-1] + len(line)
            starts.append(end + (2 if self.text.startswith("\r\n", end) else 1))
        places = []
        for position in (where.start, where.end):
            if position.line >= len(lines):
                places.append(len(self.text))
            else:
                line = lines[position.line]
                past = position.character >= units(line, self.editor.encoding)
                places.append(starts[position.line] + (len(line) if past else self.column(position)))
        self.text = self.text[: places[0]] + text + self.text[places[1] :]


def _converter() -> Any:
    """The client's converter; lsprotocol's own takes every action that has a command for a bare command."""
    converter = default_converter()

    def command_or_action(data: Any, _: object) -> types.Command | types.CodeAction:
        return converter.structure(data, types.Command if isinstance(data.get("command"), str) else types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, command_or_action)
    return converter


def _awaited(method: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    """A plain function: pygls writes its notes on what it is given, which no bound method takes."""

    async def handler(params: Any) -> Any:
        return await method(params)

    return handler


def _change(where: types.Range | None, text: str) -> Any:
    if where is None:
        return types.TextDocumentContentChangeWholeDocument(text=text)
    return types.TextDocumentContentChangePartial(range=where, text=text)


async def within(work: Awaitable[Any]) -> Any:
    """Wait for something, but not forever."""
    return await asyncio.wait_for(work, TIMEOUT)
