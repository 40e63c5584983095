/** Where VS Code comes in: wires the log, the server and the commands together. */

import * as vscode from 'vscode';

import { registerCommands } from './commands';
import { Server } from './server';

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Plansmith', { log: true });
  server = new Server(log, context.extensionPath);
  context.subscriptions.push(log, server, registerCommands(server, log));
  // Not awaited: the log and the restart must be at hand while a server is slow to start.
  void server.restart();
}

/** VS Code waits for this promise, so that the server's process ends before the window does. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
