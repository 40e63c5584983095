/** The server's process and the client that speaks to it: at most one of each at any time. */

import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { State, type LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';

import { Crashes } from './backoff';
import { QuietClient } from './client';
import type { Condition, ServerStatus } from './condition';
import { configuredServer, type Machine, serverOnPath } from './executable';
import { expand } from './expansion';
import type { Keys } from './keys';
import { type Located, locate, NoServer, versionProblem } from './locating';
import { type Managed, SetUpProblem } from './managed';
import type { PartialPlan, Preview } from './preview';
import { isProgram, run } from './programs';
import { DID_CHANGE_TRUST, type Expansion, isExpansion, PARTIAL_PLAN, STATUS, type Trust } from './protocol';
import { onSelectedPython, selectedPython } from './python';
import { handedOver, openSetting, serverCommand } from './settings';
import { versionIn } from './version';

/** Milliseconds that a server gets to shut down before its process is ended. */
const STOP_WITHIN = 2000;

/** Milliseconds that a program gets to print its version. */
const VERSION_WITHIN = 20_000;

export const MACHINE: Machine = { platform: process.platform, env: process.env, isProgram };

export interface Surroundings {
  readonly extension: vscode.Extension<unknown>;
  readonly log: vscode.LogOutputChannel;
  readonly keys: Keys;
  readonly managed: Managed;
  readonly preview: Preview;
  show(condition: Condition): void;
}

export class Server implements vscode.Disposable {
  private client: QuietClient | undefined;
  private located: Located | undefined;
  /** Starts and stops run one after the other on this promise, which never rejects. */
  private queue: Promise<void> = Promise.resolve();
  private starting: AbortController | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private readonly crashes = new Crashes();
  private saidOfCrash = false;
  private python: vscode.Disposable | undefined;
  private told: ServerStatus | undefined;
  /** The key that the server got, as variables; none before the first start. */
  private key: Readonly<Record<string, string>> | undefined;
  private readonly started = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires when a server has started. */
  readonly onRunning = this.started.event;

  constructor(private readonly around: Surroundings) {
    this.subscriptions = [
      this.started,
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('plansmith') && !change.affectsConfiguration('plansmith.preview')) {
          void this.restart();
        }
      }),
      around.keys.onChange(() => void this.keysChanged()),
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

  /** What the user asks for: what was tried before is forgotten. */
  restart(): Promise<void> {
    this.crashes.forget();
    this.saidOfCrash = false;
    return this.startAnew();
  }

  /** Starts anew if the key that the server got is not the one that is stored now. */
  async keysChanged(): Promise<void> {
    const key = await this.around.keys.handedOver();
    await this.queue;
    if (this.key !== undefined && !isDeepStrictEqual(key, this.key)) {
      await this.restart();
    }
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
    this.python?.dispose();
    void this.stop();
  }

  private startAnew(): Promise<void> {
    return this.enqueue(async (signal) => {
      await this.stopClient();
      await this.startClient(signal);
    });
  }

  private enqueue(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    // Whatever comes next replaces a start that is under way, which may hang, or that waits for its time.
    clearTimeout(this.waiting);
    this.starting?.abort();
    const starting = new AbortController();
    this.starting = starting;
    this.queue = this.queue
      .then(() => (starting.signal.aborted ? undefined : work(starting.signal)))
      .catch((error: unknown) => this.around.log.error(asError(error)));
    return this.queue;
  }

  private async startClient(signal: AbortSignal): Promise<void> {
    this.around.show({ kind: 'starting' });
    try {
      const located = await this.locate(signal);
      if (!signal.aborted) {
        await this.launch(located, signal);
      }
    } catch (error) {
      await this.stopClient();
      if (signal.aborted) {
        return;
      }
      this.around.log.error(asError(error));
      const known = error instanceof NoServer || error instanceof SetUpProblem;
      const problem = known ? error.message : `The server did not start: ${asError(error).message}. The log may say why.`;
      this.fail(problem);
    }
  }

  private async launch(located: Located, signal: AbortSignal): Promise<void> {
    const { extension, log, keys } = this.around;
    const key = await keys.handedOver();
    this.key = key;
    const commandLine = [located.program, ...located.args].join(' ');
    log.info(`Starting ${commandLine} (from ${located.from})`);
    const program = {
      ...located,
      // Not the workspace: there `python -m plansmith` would import the workspace's own `plansmith`, trusted or not.
      cwd: extension.extensionPath,
      env: { ...handedOver(extension), ...key },
    };
    const client = new QuietClient(program, log, this.clientOptions(), () => this.crashed(client));
    this.client = client;
    this.located = located;
    this.told = undefined;
    client.onNotification(STATUS, (status: ServerStatus) => this.showRunning(client, status));
    client.onNotification(PARTIAL_PLAN, (plan: PartialPlan) => void this.around.preview.heard(plan));
    const abort = (): void => client.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await client.launch();
    } catch (error) {
      log.error(asError(error));
      if (located.kind === 'managed' && !signal.aborted) {
        await this.around.managed.forget(); // The next try makes it anew.
      }
      throw new NoServer(`The server did not start: "${commandLine}" ended or gave no answer. The log may say why.`);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    const { serverInfo } = client.initializeResult ?? {};
    const problem = versionProblem(located, serverInfo?.name, serverInfo?.version);
    if (problem !== undefined) {
      throw new NoServer(problem);
    }
    this.showRunning(client);
    this.started.fire();
  }

  private locate(signal: AbortSignal): Promise<Located> {
    const { extension, log, managed } = this.around;
    return locate({
      setting: () => configuredServer(serverCommand(), MACHINE),
      python: async () => {
        if (!vscode.workspace.isTrusted) {
          return undefined;
        }
        const python = await selectedPython(log);
        this.python?.dispose();
        this.python = onSelectedPython(() => void this.reconsider(python));
        return python;
      },
      path: () => serverOnPath(MACHINE),
      managed: async () => (await managed.find()) ?? this.setUp(signal),
      version: async (command) =>
        versionIn((await run(command, { cwd: extension.extensionPath, within: VERSION_WITHIN, signal })).printed),
      say: (what) => log.info(what),
    });
  }

  /** Starts anew if another Python is selected than the one that was looked at. */
  private async reconsider(before: string | undefined): Promise<void> {
    if ((await selectedPython(this.around.log)) !== before) {
      await this.restart();
    }
  }

  private async setUp(signal: AbortSignal): Promise<string> {
    const { managed, show } = this.around;
    const options: vscode.ProgressOptions = {
      location: vscode.ProgressLocation.Notification,
      title: 'Plansmith: setting up its server, once',
      cancellable: true,
    };
    return vscode.window.withProgress(options, (progress, cancellation) => {
      const stopping = new AbortController();
      const stop = (): void => stopping.abort();
      cancellation.onCancellationRequested(stop);
      signal.addEventListener('abort', stop, { once: true });
      return managed.make(stopping.signal, (message) => {
        progress.report({ message });
        show({ kind: 'starting', what: `The server is set up: ${message}.` });
      });
    });
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) {
      return;
    }
    await this.around.preview.clear();
    try {
      await client.dispose(STOP_WITHIN);
    } catch (error) {
      // A server that crashed can't say goodbye.
      this.around.log.debug(asError(error).message);
    }
  }

  private crashed(client: QuietClient): void {
    if (client !== this.client) {
      return; // It was given up already.
    }
    void this.around.preview.clear();
    const wait = this.crashes.next(Date.now());
    if (wait === undefined) {
      this.fail('The server crashed again and again, and is not started anew. The log may say why.');
      return;
    }
    this.around.log.error(`The server ended by itself; it is started again in ${wait / 1000} s`);
    this.around.show({ kind: 'starting', what: 'The server crashed, and is started again.' });
    if (!this.saidOfCrash) {
      this.saidOfCrash = true;
      void this.tell('warning', 'The server crashed, and is started again. The log may say why.', ['Show Log']);
    }
    this.waiting = setTimeout(() => void this.startAnew(), wait);
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
      await expand(client, this.around.log, command, argument);
    }
  }

  private async tellTrust(): Promise<void> {
    const trust: Trust = { trusted: vscode.workspace.isTrusted };
    const client = await this.ready();
    await client?.sendNotification(DID_CHANGE_TRUST, trust);
  }

  private showRunning(client: QuietClient, status?: ServerStatus): void {
    // What it tells before its version is known to fit is shown with it.
    this.told = status ?? this.told;
    const version = client.initializeResult?.serverInfo?.version;
    if (client === this.client && version !== undefined && this.located !== undefined) {
      const from = this.located.from;
      this.around.show({ kind: 'running', version, from, ...(this.told === undefined ? {} : { status: this.told }) });
    }
  }

  private fail(problem: string): void {
    this.around.log.error(problem);
    this.around.show({ kind: 'failed', problem });
    void this.tell('error', problem, ['Retry', 'Open Settings', 'Show Log']);
  }

  private async tell(voice: 'warning' | 'error', what: string, answers: readonly string[]): Promise<void> {
    const show = voice === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
    switch (await show(`Plansmith: ${what}`, ...answers)) {
      case 'Retry':
        await this.restart();
        break;
      case 'Open Settings':
        await openSetting('plansmith.server.command');
        break;
      case 'Show Log':
        this.around.log.show();
        break;
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
