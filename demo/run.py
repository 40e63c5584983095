"""The main job, end to end: a real language server expands a task of a real breakdown, and the plan is checked.

Nothing in the repository is changed: the example is copied into a temporary folder first.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from plansmith.plan.text import Edit, Span, apply_edits

EXAMPLE = Path(__file__).parent.parent / "examples" / "notes-service"
TIMEOUT = 60.0  # seconds for any one answer
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


class Editor:
    """As much of an editor as the demo needs: one document, its version, its findings."""

    def __init__(self, path: Path) -> None:
        """Read the document."""
        self.path = path
        self.uri = path.as_uri()
        self.text = path.read_text(encoding="utf-8")
        self.version = 1
        self.edits = 0
        self.findings: list[types.Diagnostic] = []
        self.progress: list[str] = []
        self._published = asyncio.Event()
        self.client = LanguageClient("plansmith-demo", "1")
        feature = self.client.feature
        feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._on_diagnostics(params))
        feature(types.WORKSPACE_APPLY_EDIT)(lambda params: self._on_edit(params))
        feature(types.PROGRESS)(lambda params: self._on_progress(params))
        feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)(lambda params: None)

    async def start(self) -> None:
        """Start the server and open the document."""
        await self.client.start_io(sys.executable, "-m", "plansmith", "server")
        capabilities = types.ClientCapabilities(
            workspace=types.WorkspaceClientCapabilities(
                apply_edit=True, workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
            ),
            text_document=types.TextDocumentClientCapabilities(
                code_action=types.CodeActionClientCapabilities(
                    code_action_literal_support=types.ClientCodeActionLiteralOptions(
                        code_action_kind=types.ClientCodeActionKindOptions(value_set=["source.fixAll"])
                    )
                )
            ),
            window=types.WindowClientCapabilities(work_done_progress=True),
            general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf32]),
        )
        folder = self.path.parent
        await self.client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities,
                workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name=folder.name)],
            )
        )
        self.client.initialized(types.InitializedParams())
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri=self.uri, language_id="markdown", version=1, text=self.text)
            )
        )
        await asyncio.wait_for(self._published.wait(), TIMEOUT)

    async def run(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Run a command of the server's and return its answer."""
        params = types.ExecuteCommandParams(command=command, arguments=[{"uri": self.uri, **arguments}])
        answer = await asyncio.wait_for(self.client.workspace_execute_command_async(params), TIMEOUT)
        return answer if isinstance(answer, dict) else vars(answer)

    async def fix_all(self) -> str:
        """Take the code action that fixes all that is safe to fix; returns its title."""
        start = types.Position(0, 0)
        params = types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(self.uri),
            range=types.Range(start, start),
            context=types.CodeActionContext(diagnostics=[], only=["source.fixAll.plansmith"]),
        )
        actions = await asyncio.wait_for(self.client.text_document_code_action_async(params), TIMEOUT)
        for action in actions or []:
            assert isinstance(action, types.CodeAction)
            assert action.edit is not None
            self._apply(action.edit)
            return action.title
        return "nothing to fix"

    async def stop(self) -> None:
        """Say good-bye."""
        await asyncio.wait_for(self.client.shutdown_async(None), TIMEOUT)
        self.client.exit(None)

    def _on_diagnostics(self, params: types.PublishDiagnosticsParams) -> None:
        if params.uri == self.uri and params.version == self.version:
            self.findings = list(params.diagnostics)
            self._published.set()

    def _on_edit(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self._apply(params.edit)
        self.edits += 1
        return types.ApplyWorkspaceEditResult(applied=True)

    def _apply(self, edit: types.WorkspaceEdit) -> None:
        for change in edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            edits = [
                Edit(
                    Span(e.range.start.line, e.range.start.character, e.range.end.line, e.range.end.character),
                    e.new_text,
                )
                for e in change.edits
                if isinstance(e, types.TextEdit)
            ]
            self.text = apply_edits(self.text, edits)
        self.version += 1
        self._published.clear()
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version),
                [types.TextDocumentContentChangeWholeDocument(text=self.text)],
            )
        )

    def _on_progress(self, params: types.ProgressParams) -> None:
        message = (
            params.value.get("message") if isinstance(params.value, dict) else getattr(params.value, "message", "")
        )
        if message:
            self.progress.append(str(message))

    async def settled(self) -> None:
        """Wait for the findings of the text as it stands."""
        await asyncio.wait_for(self._published.wait(), TIMEOUT)


async def demo(console: Console) -> int:
    """Show a task before and after; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="plansmith-demo-") as folder:
        workspace = Path(folder) / EXAMPLE.name
        shutil.copytree(EXAMPLE, workspace)
        editor = Editor(workspace / "tasks.md")
        console.rule("The breakdown, as its author wrote it")
        console.print(Markdown(editor.text))
        await editor.start()
        before = editor.text
        console.rule("Findings before")
        show(console, editor)
        for task in ("Task 1", "Task 2"):
            answer = await editor.run("plansmith.expandTask", task=task)
            await editor.settled()
            console.print(f"[bold]plansmith.expandTask {task}[/]: {answer['status']}: {answer['message']}")
        kept = iter(editor.text.splitlines())
        lost = [line for line in before.splitlines() if line not in kept]
        title = await editor.fix_all()
        console.print(f"[bold]code action[/]: {title}")
        await editor.settled()
        console.rule("The breakdown, with the plans in place")
        console.print(Markdown(editor.text))
        console.rule("Findings after")
        show(console, editor)
        console.print(f"{editor.edits} edits, each one undo step; {len(lost)} of the author's lines lost or altered.")
        await editor.stop()
        clean = all(found.severity == types.DiagnosticSeverity.Hint for found in editor.findings)
        return 0 if clean and not lost and editor.edits == 2 else 1


def show(console: Console, editor: Editor) -> None:
    """Print the findings as a table."""
    table = Table("line", "severity", "rule", "message")
    for found in sorted(editor.findings, key=lambda found: found.range.start.line):
        table.add_row(str(found.range.start.line + 1), SEVERITIES[found.severity or 1], str(found.code), found.message)
    if editor.findings:
        console.print(table)
    else:
        console.print("none")


def main() -> int:
    """Run the demo within bounds."""
    return asyncio.run(asyncio.wait_for(demo(Console(width=110 if not sys.stdout.isatty() else None)), 5 * TIMEOUT))


if __name__ == "__main__":
    sys.exit(main())
