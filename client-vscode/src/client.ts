/** The language client, made quiet: whoever owns it tells the user what happened, and tells it once. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type StaticFeature,
} from 'vscode-languageclient/node';

/** Milliseconds from the start of the process to the answer to `initialize`. */
const START_WITHIN = 60_000;

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Tells the server that its notifications of our own are heard. */
const OWN_CAPABILITIES: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { plansmith: { partialPlan: true, status: true } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

export class QuietClient extends LanguageClient {
  private launched = false;

  /** `onCrash` is called when a server that once ran has ended by itself; it is not started again. */
  constructor(
    { program, args, cwd, env }: Program,
    log: vscode.LogOutputChannel,
    options: LanguageClientOptions,
    onCrash: () => void,
  ) {
    super(
      'plansmith',
      'Plansmith',
      { command: program, args: [...args], options: { cwd, env: { ...process.env, ...env } } },
      {
        ...options,
        outputChannel: log,
        traceOutputChannel: log,
        // The server logs to stderr, and by default each of its lines would stand here as an error.
        stdioOptions: { stdout: logLines, stderr: logLines },
        initializationFailedHandler: () => false, // By default a pop-up; `launch` rejects anyway.
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }), // The close that follows counts.
          closed: () => {
            if (this.launched) {
              onCrash();
            }
            return { action: CloseAction.DoNotRestart, handled: true };
          },
        },
      },
    );
    this.registerFeature(OWN_CAPABILITIES);
  }

  /** Starts the server; rejects when it ends, refuses or says nothing for too long. */
  async launch(): Promise<void> {
    const impatience = setTimeout(() => this.abort(), START_WITHIN);
    try {
      await this.start();
      this.launched = true;
    } finally {
      clearTimeout(impatience);
    }
  }

  /** Ends a start that is under way; one that is through is ended by `dispose`. */
  abort(): void {
    if (!this.launched) {
      this.serverProcess?.kill();
    }
  }

  /** Logs only. The base class pops up each failed request, and a start that fails three times over. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function logLines(stream: Readable, log: vscode.LogOutputChannel): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => log.info(line));
}
