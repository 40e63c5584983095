/** Texts of the server shown beside the document: nothing of them is on the disk, and none can be changed. */

import * as vscode from 'vscode';

const SCHEME = 'plansmith-text';

export class Texts implements vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changes.event,
    provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? '',
  });
  private readonly closing = vscode.workspace.onDidCloseTextDocument((document) =>
    this.texts.delete(document.uri.toString()),
  );

  /** Shows a text under a name that ends with its kind, such as `Graph.md`; the focus stays where it is. */
  async show(name: string, text: string): Promise<void> {
    const uri = uriOf(name);
    this.update(name, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  update(name: string, text: string): void {
    const uri = uriOf(name);
    this.texts.set(uri.toString(), text);
    this.changes.fire(uri);
  }

  async close(name: string): Promise<void> {
    const uri = uriOf(name).toString();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri);
    await vscode.window.tabGroups.close(tabs, true);
  }

  /** Scrolls to the end where the text is visible. */
  follow(name: string): void {
    const uri = uriOf(name).toString();
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri) {
        const end = editor.document.lineAt(editor.document.lineCount - 1).range;
        editor.revealRange(end);
      }
    }
  }

  dispose(): void {
    vscode.Disposable.from(this.registered, this.closing, this.changes).dispose();
  }
}

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name.replaceAll('/', '∕')}` });
}
