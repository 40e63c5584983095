"""The language server: handlers that take a snapshot, ask the core, and convert the answer."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from plansmith import __version__
from plansmith.plan.text import Edit
from plansmith.workspace.folders import SKIPPED_FOLDERS

from .actions import KINDS, code_actions, resolve_action
from .authoring import register_authoring, register_for_client
from .client import Client
from .closed import ClosedDocuments
from .commands import COMMANDS
from .configurations import ConfigurationFiles
from .edits import workspace_edit
from .file_renames import register_file_renames
from .formatting import Formatting
from .hierarchy import register_hierarchy
from .kept_plans import kept_uri
from .lenses import code_lenses, resolve_lens
from .mentions import register_links
from .navigation import register_navigation
from .plans import Plans
from .protocol import PlansmithProtocol, RawAnswer, serve
from .provider import Provider
from .pulled import PulledDiagnostics
from .renaming import register_renaming
from .runs import Runs
from .session import OpenDocument, Session
from .status import Status
from .structure import register_structure
from .surroundings import Surroundings, read_surroundings
from .symbols import register_symbols
from .tasks import TASKS, tasks_answer

logger = logging.getLogger(__name__)

TRUST_CHANGED = "plansmith/didChangeTrust"


class PlansmithServer(LanguageServer):
    """One connection to one client."""

    protocol: PlansmithProtocol
    session: Session

    def __init__(self) -> None:
        """The session begins with the client's initialize."""
        super().__init__("plansmith", __version__, protocol_cls=PlansmithProtocol)
        self.runs = Runs()
        self.configurations = ConfigurationFiles(self)
        self.closed = ClosedDocuments(self)
        self.pulled = PulledDiagnostics(self)
        self.plans = Plans(self)
        self._surroundings: dict[Path, Surroundings] = {}
        self._kept: set[asyncio.Future[Any]] = set()
        self.provider = Provider(self)
        self.status = Status(self)
        self.formatting = Formatting(self)
        self.runs.on_change = self.status.tell
        self.protocol.on_cancel = self._cancel_request
        self.protocol.raw_notifications[types.TEXT_DOCUMENT_DID_CHANGE] = self._did_change
        self.protocol.raw_notifications[TRUST_CHANGED] = self._did_change_trust
        self.protocol.raw_requests[TASKS] = lambda params: tasks_answer(self.session.documents.get(params["uri"]))
        register(self)

    def _cancel_request(self, request: int | str) -> None:
        self.runs.cancel(lambda run: run.request == request)

    def keep(self, future: asyncio.Future[Any]) -> None:
        """Keep work that nobody waits for from being thrown away half done."""
        self._kept.add(future)
        future.add_done_callback(self._kept.discard)

    async def apply(self, opened: OpenDocument, edits: Sequence[Edit], label: str) -> bool:
        """Ask the client to apply edits to a document as one step; whether it says that it did."""
        params = types.ApplyWorkspaceEditParams(edit=workspace_edit(opened, edits), label=label)
        try:
            answer = await self.workspace_apply_edit_async(params)
        except JsonRpcException as problem:
            logger.warning("the client could not apply an edit: %s", problem)
            return False
        return answer.applied

    async def surroundings(self, uri: str) -> Surroundings:
        """The files and the stack around a document; read off the event loop, and kept until files change."""
        root = self.session.root(uri)
        if root is None:
            return Surroundings()
        known = self._surroundings.get(root)
        if known is None:
            known = self._surroundings[root] = await asyncio.to_thread(read_surroundings, root)
        return known

    def files_changed(self) -> None:
        """Look at the workspace's files anew, and show the findings that hang on them."""
        self._surroundings.clear()
        changed = list(self.session.files_changed())
        for opened in changed:
            self.publish(opened)
        if changed:
            self.refresh_pulled()
        self.closed.files_changed()

    def answer_raw(self, method: str, answer: RawAnswer, options: Any = None) -> None:
        """Register a request that is answered in JSON, without objects of the protocol."""
        self.feature(method, options)(_answered_raw)
        self.protocol.raw_requests[method] = answer

    # Diagnostics: each client gets them one way only.

    def publish(self, opened: OpenDocument) -> None:
        """Push a document's findings with the version that they speak of; nothing for a client that pulls."""
        if not self.session.client.pulls:
            self.publish_raw(opened.uri, opened.version, opened.diagnostics())

    def publish_raw(self, uri: str, version: int | None, items: bytes) -> None:
        """Push diagnostics that are JSON already."""
        head = json.dumps(uri).encode()
        tail = b"" if version is None else b',"version":%d' % version
        self.protocol.send_bytes(
            b'{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":'
            + head + tail + b',"diagnostics":' + items + b"}}"
        )  # fmt: skip

    def refresh(self) -> None:
        """Show all findings anew after something but the text has changed."""
        for opened in self.session.reload():
            self.publish(opened)
        self.configurations.publish()
        self.formatting.update()
        self.closed.reload()
        self.refresh_pulled()
        self.refresh_lenses()
        client = self.session.client
        for asked, method in (
            (client.hints_refresh, types.WORKSPACE_INLAY_HINT_REFRESH),
            (client.tokens_refresh, types.WORKSPACE_SEMANTIC_TOKENS_REFRESH),
        ):
            if asked:
                self.protocol.send_request(method, callback=None)

    def refresh_lenses(self) -> None:
        """Have a client that takes it ask for lenses anew."""
        if self.session.client.lens_refresh:
            self.protocol.send_request(types.WORKSPACE_CODE_LENS_REFRESH, callback=None)

    def refresh_pulled(self) -> None:
        """Have a client that pulls pull again."""
        if self.session.client.pulls:
            self.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH, callback=None)

    # What comes with every keystroke, as plain JSON.

    def _did_change(self, params: Any) -> None:
        opened = self.session.change(params)
        if opened is not None:
            self.publish(opened)
        else:
            self.configurations.change(params)

    def _did_change_trust(self, params: Any) -> None:
        trusted = isinstance(params, dict) and params.get("trusted") is True
        if trusted != self.session.trusted:
            self.session.trusted = trusted
            self.refresh()


def register(server: PlansmithServer) -> None:
    """Register all handlers; what depends on the client is registered when it says what it can do."""
    feature = server.feature
    feature(types.INITIALIZE)(initialize)
    feature(types.INITIALIZED)(initialized)
    feature(types.SHUTDOWN)(shutdown)
    feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)
    feature(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)
    feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel_progress)
    feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))(code_lens)
    feature(types.CODE_LENS_RESOLVE)(code_lens_resolve)
    options = types.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
    feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    feature(types.CODE_ACTION_RESOLVE)(code_action_resolve)
    register_structure(server)
    register_symbols(server)
    register_authoring(server)
    register_navigation(server)
    register_hierarchy(server)
    register_renaming(server)
    register_links(server)
    for name, handler in COMMANDS.items():
        server.command(name)(handler)


def initialize(ls: PlansmithServer, params: types.InitializeParams) -> None:
    """Begin the session; from here on the server knows what the client can do."""
    folders = [folder.uri for folder in params.workspace_folders or []]
    if not folders and params.root_uri:
        folders = [params.root_uri]
    ls.session = Session(Client(params), folders)
    register_for_client(ls)
    if ls.session.client.tells_renames:
        register_file_renames(ls)
    if ls.session.client.pulls:
        options = types.DiagnosticOptions(
            identifier="plansmith",
            inter_file_dependencies=False,
            workspace_diagnostics=True,
            work_done_progress=True,
        )
        ls.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(_answered_raw)
        ls.feature(types.WORKSPACE_DIAGNOSTIC)(_answered_raw)
        ls.protocol.raw_requests[types.TEXT_DOCUMENT_DIAGNOSTIC] = ls.pulled.document
        ls.protocol.raw_requests[types.WORKSPACE_DIAGNOSTIC] = ls.pulled.workspace


def _answered_raw(params: object) -> None:
    """Never reached: these requests are answered before they are structured."""


def initialized(ls: PlansmithServer, params: types.InitializedParams) -> None:
    """Watch the files that matter, where the client can."""
    watch_files(ls)
    ls.formatting.update()
    ls.configurations.publish()
    ls.provider.tell_mistakes()
    ls.status.tell()


def watch_files(ls: PlansmithServer, *, anew: bool = False) -> None:
    """Ask for changes of the files that matter; `anew` because Neovim watches the folders that it has when asked."""
    if not ls.session.client.watches:
        return
    name, method = "plansmith-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    if anew:
        ls.client_unregister_capability(types.UnregistrationParams([types.Unregistration(id=name, method=method)]))
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
    # Plans name files of any kind; what is in them does not matter.
    watchers.append(types.FileSystemWatcher(glob_pattern="**/*", kind=_MADE_OR_DELETED))
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
    registration = types.Registration(id=name, method=method, register_options=options)
    ls.client_register_capability(types.RegistrationParams(registrations=[registration]))


_WATCHED = (
    *("**/plansmith.toml", "**/pyproject.toml", "**/*.toml", "**/package.json", "**/go.mod", "**/Cargo.toml"),
    *("**/*.md", "**/*.markdown", "**/.gitignore", "**/requirements*.txt"),
    *("**/pom.xml", "**/*.gradle", "**/*.gradle.kts", "**/*.*proj", "**/Gemfile", "**/composer.json"),
)
_MADE_OR_DELETED = types.WatchKind.Create | types.WatchKind.Delete


def shutdown(ls: PlansmithServer, params: object) -> None:
    """Stop what runs, and close the connections to the model."""
    ls.runs.cancel()
    ls.keep(asyncio.ensure_future(ls.provider.close()))


def did_open(ls: PlansmithServer, params: types.DidOpenTextDocumentParams) -> None:
    """Take a document over, and show its findings."""
    item = params.text_document
    if ls.configurations.open(item.uri, item.text):
        return
    if item.language_id not in ("markdown", "") and not item.uri.lower().endswith((".md", ".markdown")):
        return
    if not ls.session.client.watches:
        ls.session.forget_files()  # nobody tells when they change
    opened = ls.session.open(item.uri, item.version, item.text)
    ls.closed.opened(item.uri)
    ls.formatting.update()
    ls.publish(opened)
    if opened.document.tasks:
        ls.provider.prepare_when_idle()
    ls.configurations.publish()


def did_close(ls: PlansmithServer, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document, stop what runs in it, and show what its file has instead."""
    uri = params.text_document.uri
    if ls.configurations.close(uri):
        return
    ls.runs.cancel(lambda run: run.uri == uri)
    ls.session.close(uri)
    ls.closed.closed(uri)


def did_save(ls: PlansmithServer, params: types.DidSaveTextDocumentParams) -> None:
    """A saved configuration counts from now on, for clients that don't watch files too."""
    ls.files_changed()
    if ls.configurations.is_users(params.text_document.uri):
        ls.provider.reload()
        ls.provider.tell_mistakes()
        ls.status.tell()
    if ls.configurations.is_configuration(params.text_document.uri):
        ls.refresh()


def did_change_watched_files(ls: PlansmithServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Read what changed anew."""
    uris = [change.uri for change in params.changes]
    if any(map(_may_be_named, uris)):
        ls.files_changed()
    ls.configurations.changed(uris)
    if any(map(ls.configurations.is_configuration, uris)):
        ls.refresh()
    ls.closed.changed(uris)


def _may_be_named(uri: str) -> bool:
    """Whether plans may speak of a file: not of what tools keep for themselves, of which there may be thousands."""
    return SKIPPED_FOLDERS.isdisjoint(uri.split("/"))


def did_change_workspace_folders(ls: PlansmithServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Follow the workspace's folders: what is shown of files in one that is gone is taken back."""
    event = params.event
    ls.session.change_folders([folder.uri for folder in event.added], [folder.uri for folder in event.removed])
    watch_files(ls, anew=True)
    ls.files_changed()
    ls.refresh()


def cancel_progress(ls: PlansmithServer, params: types.WorkDoneProgressCancelParams) -> None:
    """Cancel the expansion whose progress the user has cancelled."""
    ls.runs.cancel(lambda run: run.progress.token == params.token)


def code_lens(ls: PlansmithServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The lenses of a document."""
    opened = ls.session.documents.get(params.text_document.uri)
    return code_lenses(opened) if opened and not opened.is_off else []


def code_lens_resolve(ls: PlansmithServer, params: types.CodeLens) -> types.CodeLens:
    """One lens with its command."""
    data = cast("dict[str, Any]", params.data if isinstance(params.data, dict) else {})
    return resolve_lens(params, ls.session.documents.get(str(data.get("uri", ""))))


def code_action(ls: PlansmithServer, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
    """The actions at a place; plain commands for a client that knows no others."""
    opened = ls.session.documents.get(params.text_document.uri)
    if opened is None or opened.is_off:
        return []
    provider = ls.provider
    plans = provider.plans.of(kept_uri(opened.uri))
    actions = code_actions(opened, params, plans, offers_offline=provider.trouble is not None)
    if not ls.session.client.action_literals:
        return [action.command for action in actions if action.command is not None]
    return list(actions)


def code_action_resolve(ls: PlansmithServer, params: types.CodeAction) -> types.CodeAction:
    """One action with its edit."""
    data = cast("dict[str, Any]", params.data if isinstance(params.data, dict) else {})
    return resolve_action(params, ls.session.documents.get(str(data.get("uri", ""))))


def run_server(log_level: str) -> int:
    """Speak the protocol over stdin and stdout until the client ends it; returns the exit status."""
    logging.basicConfig(stream=sys.stderr, level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    if log_level != "debug":
        # pygls logs every refused request with its traceback; the client is told what it needs to know.
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
    return serve(PlansmithServer())
