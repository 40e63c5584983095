/** Wires the log, the server and the commands together. */

import * as vscode from 'vscode';

import { type Handler, handlersOf } from './commands';
import { TaskContext } from './context';
import { Texts } from './documents';
import { Keys } from './keys';
import { Managed } from './managed';
import { Preview } from './preview';
import { MACHINE, Server } from './server';
import { StatusItem } from './status';

export class Main {
  private readonly server: Server;
  private readonly handlers: Readonly<Record<string, Handler>>;

  constructor(context: vscode.ExtensionContext) {
    const log = vscode.window.createOutputChannel('Plansmith', { log: true });
    const status = new StatusItem();
    const texts = new Texts();
    const keys = new Keys(context.secrets, log);
    const bundle = context.asAbsolutePath('dist/server');
    const managed = new Managed(context.globalStorageUri.fsPath, bundle, MACHINE, log);
    const server = new Server({
      extension: context.extension,
      log,
      keys,
      managed,
      preview: new Preview(texts),
      show: (condition) => status.show(condition),
    });
    this.server = server;
    this.handlers = handlersOf({ context, server, log, keys, texts });
    context.subscriptions.push(log, status, texts, server, new TaskContext(server));
    // Not awaited: the log and the restart must be at hand while a server is slow to start.
    void server.restart();
  }

  run(command: string, argument: unknown): unknown {
    return this.handlers[command]?.(argument);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
