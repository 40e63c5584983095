/** The language client, made quiet: whoever owns it tells the user what happened, and tells it once. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type CloseHandlerResult,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';

/** Milliseconds from the start of the process to the answer to `initialize`. */
const START_WITHIN = 30_000;

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

export class QuietClient extends LanguageClient {
  private launched = false;

  /** `onGivenUp` is called when a server that once ran has crashed too often to be started again. */
  constructor(
    { program, args, cwd }: Program,
    log: vscode.LogOutputChannel,
    options: LanguageClientOptions,
    onGivenUp: () => void,
  ) {
    super(
      'plansmith',
      'Plansmith',
      { command: program, args: [...args], options: { cwd, env: process.env } },
      {
        ...options,
        outputChannel: log,
        traceOutputChannel: log,
        // The server logs to stderr, and by default each of its lines would stand here as an error.
        stdioOptions: { stdout: logLines, stderr: logLines },
        initializationFailedHandler: () => false, // By default a pop-up; `launch` rejects anyway.
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }), // The close that follows counts.
          closed: () => this.afterClose(onGivenUp),
        },
      },
    );
  }

  private readonly crashes = this.createDefaultErrorHandler();

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

  private async afterClose(onGivenUp: () => void): Promise<CloseHandlerResult> {
    const verdict = this.launched ? await this.crashes.closed() : { action: CloseAction.DoNotRestart };
    if (this.launched && verdict.action === CloseAction.DoNotRestart) {
      onGivenUp();
    }
    return { ...verdict, handled: true };
  }
}

function logLines(stream: Readable, log: vscode.LogOutputChannel): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => log.info(line));
}
