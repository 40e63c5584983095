/** The server's process and the client that speaks to it: at most one of each at any time. */

import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { State, type LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';

import { QuietClient } from './client';
import { findServer } from './executable';
import { expand } from './expansion';
import { DID_CHANGE_TRUST, type Expansion, isExpansion, type Trust } from './protocol';

/** Milliseconds that a server gets to shut down before its process is ended. */
const STOP_WITHIN = 2000;

export class Server implements vscode.Disposable {
  private client: QuietClient | undefined;
  /** Starts and stops run one after the other on this promise, which never rejects. */
  private queue: Promise<void> = Promise.resolve();
  private starting: { replace(): void } | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly log: vscode.LogOutputChannel,
    /**
     * The folder that the server starts in. By default that is the workspace, and there
     * `python -m plansmith` would import the workspace's own `plansmith`, trusted or not.
     */
    private readonly cwd: string,
  ) {
    this.subscriptions = [
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('plansmith.server')) {
          void this.restart();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.tellTrust()),
    ];
  }

  /** The client, while its server runs. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** The client, once all starts and stops that were asked for are through; none if that failed. */
  async ready(): Promise<LanguageClient | undefined> {
    await this.queue;
    return this.running;
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopClient();
      await this.startClient();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    void this.stop();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    // Whatever comes next replaces a start that is under way, which may hang.
    this.starting?.replace();
    this.queue = this.queue.then(work).catch((error: unknown) => this.log.error(asError(error)));
    return this.queue;
  }

  private async startClient(): Promise<void> {
    const found = findServer(commandSetting(), { platform: process.platform, env: process.env, isProgram });
    if (!found.found) {
      this.tellProblem(found.problem);
      return;
    }
    const commandLine = [found.program, ...found.args].join(' ');
    this.log.info(`Starting ${commandLine}`);
    const client = new QuietClient({ ...found, cwd: this.cwd }, this.log, this.clientOptions(), () =>
      this.tellProblem('The server crashed again and again, and is not started anew. The log may say why.'),
    );
    this.client = client;
    let replaced = false;
    this.starting = {
      replace: () => {
        replaced = true;
        client.abort();
      },
    };
    try {
      await client.launch();
    } catch (error) {
      await this.stopClient();
      this.log.error(asError(error));
      if (!replaced) {
        this.tellProblem(`The server did not start: "${commandLine}" ended or gave no answer. The log may say why.`);
      }
    } finally {
      this.starting = undefined;
    }
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) {
      return;
    }
    try {
      await client.dispose(STOP_WITHIN);
    } catch (error) {
      // A server that crashed can't say goodbye.
      this.log.debug(asError(error).message);
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: 'file', language: 'markdown' },
        { scheme: 'untitled', language: 'markdown' },
        { scheme: 'file', pattern: '**/plansmith.toml' },
      ],
      // A function, so that each start tells the trust of that moment.
      initializationOptions: (): Trust => ({ trusted: vscode.workspace.isTrusted }),
      middleware: {
        // Lenses and code actions run server commands by themselves, without a way to cancel.
        executeCommand: (command, args, next) =>
          isExpansion(command) ? this.expandWith(command, args[0]) : next(command, args),
      },
    };
  }

  private async expandWith(command: Expansion, argument: unknown): Promise<void> {
    const client = this.running;
    if (client !== undefined) {
      await expand(client, this.log, command, argument);
    }
  }

  private async tellTrust(): Promise<void> {
    const trust: Trust = { trusted: vscode.workspace.isTrusted };
    const client = await this.ready();
    await client?.sendNotification(DID_CHANGE_TRUST, trust);
  }

  private tellProblem(problem: string): void {
    this.log.error(problem);
    const settings = 'Open Settings';
    const log = 'Show Log';
    void vscode.window.showErrorMessage(`Plansmith: ${problem}`, settings, log).then((chosen) => {
      if (chosen === settings) {
        void openSetting('plansmith.server.command');
      } else if (chosen === log) {
        this.log.show();
      }
    });
  }
}

/** Shows a machine-scoped setting, which a remote window hides from the settings of the user. */
async function openSetting(query: string): Promise<void> {
  const remote = vscode.env.remoteName !== undefined;
  const where = remote ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
  await vscode.commands.executeCommand(where, { query });
}

function commandSetting(): unknown {
  return vscode.workspace.getConfiguration('plansmith').get('server.command');
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
