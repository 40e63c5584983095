/**
 * The commands that this extension contributes.
 *
 * Their ids start with `plansmith.ui.`: the client registers every command of the server under the
 * server's own id, and an extension that contributes the same id fails to start.
 */

import * as vscode from 'vscode';
import { ExecuteCommandRequest, type LanguageClient } from 'vscode-languageclient/node';

import { announce, CANCEL, type InDocument, TASKS, type TaskAtLine, type Tasks } from './protocol';
import type { Texts } from './documents';
import { expand, tell } from './expansion';
import type { Keys } from './keys';
import type { Server } from './server';
import { openSetting, set } from './settings';

const WALKTHROUGH = 'plansmith.plansmith#start';

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly server: Server;
  readonly log: vscode.LogOutputChannel;
  readonly keys: Keys;
  readonly texts: Texts;
}

export type Handler = (argument: unknown) => unknown;

type Work = (client: LanguageClient, editor: vscode.TextEditor) => Promise<void>;

/** Puts the cursor on a line, and the line on the screen. */
function showLine(editor: vscode.TextEditor, line: number, how = vscode.TextEditorRevealType.Default): void {
  const place = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(new vscode.Range(place, place), how);
}

/** What each command does, by its id. */
export function handlersOf({ context, server, log, keys, texts }: Parts): Readonly<Record<string, Handler>> {
  /** Runs `work` if there is both a server and a Markdown editor, and says so otherwise; `file` is opened first. */
  const inMarkdown = async (file: unknown, work: Work): Promise<void> => {
    const editor =
      file instanceof vscode.Uri ? await vscode.window.showTextDocument(file) : vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'markdown') {
      void vscode.window.showInformationMessage('Plansmith: Open a Markdown document first.');
      return;
    }
    if ((await server.ready()) === undefined) {
      // Starts it, or says anew what keeps it from starting: the user has just asked for it.
      await server.restart();
    }
    const client = server.running;
    if (client !== undefined) {
      await work(client, editor);
    }
  };

  /** Runs a command of the server's, and gives its answer; what goes wrong is told. */
  const ask = async (client: LanguageClient, command: string, argument: object): Promise<unknown> => {
    try {
      return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
    } catch (error) {
      void tell({ voice: 'error', message: error instanceof Error ? error.message : String(error) }, log);
      return undefined;
    }
  };

  const showText = async (client: LanguageClient, name: string, command: string, argument: object, fence = '') => {
    const answer = (await ask(client, command, argument)) as { text?: string } | undefined;
    if (typeof answer?.text === 'string') {
      await texts.show(name, fence === '' ? answer.text : `\`\`\`${fence}\n${answer.text}\`\`\`\n`);
    }
  };

  const expandTask = (more: object) => (file: unknown) =>
    inMarkdown(file, (client, editor) =>
      expand(client, log, 'plansmith.expandTask', { ...taskAt(client, editor), ...more }),
    );

  /** A command for what is at the cursor, which goes along with what is moved. */
  const atCursor = (command: string) => () =>
    inMarkdown(undefined, async (client, editor) => {
      const answer = await ask(client, command, taskAt(client, editor));
      const announcement = announce(answer);
      if (announcement !== undefined) {
        void tell(announcement, log);
      }
      const line = (answer as { line?: unknown } | undefined)?.line;
      if (typeof line === 'number') {
        showLine(editor, line);
      }
    });

  return {
    'plansmith.ui.expandTask': expandTask({}),
    // The server writes what is missing, be it all or little.
    'plansmith.ui.fillMissing': expandTask({}),
    'plansmith.ui.expandTaskOffline': expandTask({ offline: true }),
    'plansmith.ui.expandAll': (file) =>
      inMarkdown(file, (client, editor) => expand(client, log, 'plansmith.expandAll', documentOf(client, editor))),
    'plansmith.ui.toggleDone': atCursor('plansmith.toggleDone'),
    'plansmith.ui.moveUp': atCursor('plansmith.moveUp'),
    'plansmith.ui.moveDown': atCursor('plansmith.moveDown'),
    'plansmith.ui.nextTask': () =>
      inMarkdown(undefined, async (client, editor) => {
        const { tasks } = await client.sendRequest<Tasks>(TASKS, documentOf(client, editor));
        const next = tasks.find(({ ready }) => ready);
        if (next === undefined) {
          void vscode.window.showInformationMessage('Plansmith: No task of this document can be started now.');
          return;
        }
        showLine(editor, next.line, vscode.TextEditorRevealType.AtTop);
      }),
    'plansmith.ui.showRequest': () =>
      inMarkdown(undefined, (client, editor) =>
        showText(client, 'Request.md', 'plansmith.showRequest', taskAt(client, editor)),
      ),
    'plansmith.ui.showGraph': () =>
      inMarkdown(undefined, (client, editor) =>
        showText(client, 'Graph.md', 'plansmith.showGraph', documentOf(client, editor), 'mermaid'),
      ),
    'plansmith.ui.cancel': async () => {
      const client = server.running;
      const announcement = client === undefined ? undefined : announce(await ask(client, CANCEL, {}));
      if (announcement !== undefined) {
        void tell(announcement, log);
      }
    },
    'plansmith.ui.setKey': () => keys.ask(() => server.keysChanged()),
    'plansmith.ui.removeKey': () => keys.remove(() => server.keysChanged()),
    'plansmith.ui.useOffline': async () => {
      await set('plansmith.provider', 'offline');
      void vscode.window.showInformationMessage(
        'Plansmith: The offline planner writes from now on. A key that you set switches back to the model.',
      );
    },
    'plansmith.ui.openSample': () => openSample(context),
    'plansmith.ui.openWalkthrough': () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
    'plansmith.ui.openSettings': () => openSetting('@ext:plansmith.plansmith'),
    'plansmith.ui.restartServer': () => server.restart(),
    'plansmith.ui.showLog': () => log.show(),
  };
}

async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const file = vscode.Uri.joinPath(context.extensionUri, 'walkthrough', 'sample.md');
  const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}

function taskAt(client: LanguageClient, editor: vscode.TextEditor): TaskAtLine {
  return { ...documentOf(client, editor), line: editor.selection.active.line };
}

function documentOf(client: LanguageClient, editor: vscode.TextEditor): InDocument {
  return { uri: client.code2ProtocolConverter.asUri(editor.document.uri) };
}
