/** Where VS Code comes in: little is done here, and the rest is loaded when VS Code has its hands free. */

import * as vscode from 'vscode';

import type { Main } from './main';

let main: Promise<Main> | undefined;

export interface Activation {
  /** Milliseconds of processor time that starting took of the extension host, what was loaded later included. */
  cost(): Promise<number>;
}

export function activate(context: vscode.ExtensionContext): Activation {
  const begun = process.cpuUsage();
  let cost = 0;
  const loading = (async () => {
    const activating = milliseconds(process.cpuUsage(begun));
    await new Promise((resolve) => setImmediate(resolve));
    const resumed = process.cpuUsage();
    const { Main } = await import('./main');
    const loaded = new Main(context);
    cost = activating + milliseconds(process.cpuUsage(resumed));
    return loaded;
  })();
  main = loading;
  const { contributes } = context.extension.packageJSON as { contributes: { commands: readonly { command: string }[] } };
  for (const { command } of contributes.commands) {
    const run = async (argument: unknown): Promise<unknown> => (await loading).run(command, argument);
    context.subscriptions.push(vscode.commands.registerCommand(command, run));
  }
  return {
    cost: async () => {
      await loading;
      return cost;
    },
  };
}

/** VS Code waits for this promise, so that the server's process ends before the window does. */
export async function deactivate(): Promise<void> {
  await (await main)?.stop();
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
