/** Keeps `plansmith.hasTasks` true while the active editor shows a document that has tasks, as the server sees it. */

import * as vscode from 'vscode';

import { TASKS, type Tasks } from './protocol';
import type { Server } from './server';

/** Milliseconds of rest after which a document is asked about again. */
const REST = 300;

export class TaskContext implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => void this.ask()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => void this.ask(), REST);
        }
      }),
      server.onRunning(() => void this.ask()),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.dispose();
  }

  private async ask(): Promise<void> {
    const asked = ++this.asked;
    const document = vscode.window.activeTextEditor?.document;
    const client = this.server.running;
    let count = 0;
    if (document?.languageId === 'markdown' && client !== undefined) {
      const uri = client.code2ProtocolConverter.asUri(document.uri);
      const answer = await client.sendRequest<Tasks>(TASKS, { uri }).catch(() => undefined);
      count = answer?.tasks.length ?? 0;
    }
    if (asked === this.asked) {
      await vscode.commands.executeCommand('setContext', 'plansmith.hasTasks', count > 0);
    }
  }
}
