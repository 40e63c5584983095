/**
 * The commands that this extension contributes.
 *
 * Their ids start with `plansmith.ui.`: the client registers every command of the server under the
 * server's own id, and an extension that contributes the same id fails to start.
 */

import * as vscode from 'vscode';
import { ExecuteCommandRequest, type LanguageClient } from 'vscode-languageclient/node';

import { expand } from './expansion';
import { CANCEL, type InDocument, type TaskAtLine } from './protocol';
import type { Server } from './server';

export function registerCommands(server: Server, log: vscode.LogOutputChannel): vscode.Disposable {
  /** Runs `work` if there is both a server and a Markdown editor, and says so otherwise. */
  const inMarkdown = async (work: (client: LanguageClient, editor: vscode.TextEditor) => Promise<void>) => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'markdown') {
      void vscode.window.showInformationMessage('Plansmith: Open a Markdown document first.');
      return;
    }
    const client = await server.ready();
    if (client === undefined) {
      // Starts it, or says anew what keeps it from starting: the user has just asked for it.
      await server.restart();
    }
    const started = client ?? server.running;
    if (started !== undefined) {
      await work(started, editor);
    }
  };

  const handlers: Record<string, () => unknown> = {
    'plansmith.ui.expandTask': () =>
      inMarkdown((client, editor) => {
        const argument: TaskAtLine = { ...documentOf(client, editor), line: editor.selection.active.line };
        return expand(client, log, 'plansmith.expandTask', argument);
      }),
    'plansmith.ui.expandAll': () =>
      inMarkdown((client, editor) => expand(client, log, 'plansmith.expandAll', documentOf(client, editor))),
    'plansmith.ui.cancel': () =>
      server.running?.sendRequest(ExecuteCommandRequest.type, { command: CANCEL, arguments: [{}] }),
    'plansmith.ui.restartServer': () => server.restart(),
    'plansmith.ui.showLog': () => log.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
  );
}

function documentOf(client: LanguageClient, editor: vscode.TextEditor): InDocument {
  return { uri: client.code2ProtocolConverter.asUri(editor.document.uri) };
}
