/** The server's process and the client that speaks to it: at most one of each at any time. */

import * as fs from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { LanguageClient, State, type LanguageClientOptions } from 'vscode-languageclient/node';

import { type Executable, findServer } from './executable';
import { expand } from './expansion';
import { DID_CHANGE_TRUST, type Expansion, isExpansion, type Trust } from './protocol';

/** Milliseconds that a server gets to shut down before its process is ended. */
const STOP_WITHIN = 2000;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops run one after the other on this promise, which never rejects. */
  private queue: Promise<void> = Promise.resolve();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly log: vscode.LogOutputChannel,
    /** The folder that the server starts in: see `processOptions`. */
    private readonly home: string,
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
    this.queue = this.queue.then(work).catch((error: unknown) => this.log.error(asError(error)));
    return this.queue;
  }

  private async startClient(): Promise<void> {
    const executable = findServer(commandSetting(), {
      platform: process.platform,
      env: process.env,
      isProgram,
    });
    if (!executable.found) {
      this.log.error(executable.problem);
      void this.tellProblem(executable.problem);
      return;
    }
    this.log.info(`Starting ${[executable.program, ...executable.args].join(' ')}`);
    this.client = new LanguageClient('plansmith', 'Plansmith', this.processOptions(executable), this.clientOptions());
    try {
      await this.client.start();
    } catch {
      // The client has said so already, in a message of its own and in the log.
      await this.stopClient();
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

  private processOptions(executable: Executable & { found: true }) {
    return {
      command: executable.program,
      args: [...executable.args],
      // By default it would start in the workspace, and `python -m plansmith` would import a
      // `plansmith` of that folder, trusted or not.
      options: { cwd: this.home, env: process.env },
    };
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
      outputChannel: this.log,
      traceOutputChannel: this.log,
      // The server logs to stderr, and by default each of its lines would stand here as an error.
      stdioOptions: { stdout: logLines, stderr: logLines },
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

  private async tellProblem(problem: string): Promise<void> {
    const settings = 'Open Settings';
    const log = 'Show Log';
    const chosen = await vscode.window.showErrorMessage(`Plansmith: ${problem}`, settings, log);
    if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'plansmith.server.command');
    } else if (chosen === log) {
      this.log.show();
    }
  }
}

function commandSetting(): unknown {
  return vscode.workspace.getConfiguration('plansmith').get('server.command');
}

function logLines(stream: Readable, log: vscode.LogOutputChannel): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => log.info(line));
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
