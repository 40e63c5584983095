/** One expansion as the user sees it: progress that can be cancelled, then a word if need be. */

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import {
  ExecuteCommandRequest,
  State,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  type LanguageClient,
} from 'vscode-languageclient/node';

import { announce, type Announcement, type Expansion, EXPANSIONS, ProgressSteps } from './protocol';

/** Milliseconds that a word in the status bar stays. */
const STATUS_STAYS = 5000;

/** Runs one of the server's long commands. Never rejects: what goes wrong is told to the user. */
export async function expand(
  client: LanguageClient,
  log: vscode.LogOutputChannel,
  command: Expansion,
  argument: unknown,
): Promise<void> {
  let announcement: Announcement | undefined;
  try {
    announcement = announce(await runWithProgress(client, command, argument));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.error(`${command}: ${message}`);
    announcement =
      client.state === State.Running
        ? { voice: 'error', message }
        : { voice: 'warning', message: 'The server ended while it was writing. The document is as it was; try again.' };
  }
  if (announcement !== undefined) {
    void tell(announcement, log);
  }
}

/**
 * The client brings its own progress token. Progress that the server creates is shown where it
 * can't be cancelled, and VS Code never cancels an `executeCommand` request itself.
 */
function runWithProgress(client: LanguageClient, command: Expansion, argument: unknown): Thenable<unknown> {
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: `Plansmith: ${EXPANSIONS[command]}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancellation) => {
    const token = randomUUID();
    const steps = new ProgressSteps();
    const listening = client.onProgress(WorkDoneProgress.type, token, (value) => {
      if (value.kind !== 'end') {
        progress.report(steps.next(value));
      }
    });
    const cancelling = cancellation.onCancellationRequested(() => {
      void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
    });
    try {
      return await client.sendRequest(ExecuteCommandRequest.type, {
        command,
        arguments: [argument],
        workDoneToken: token,
      });
    } finally {
      listening.dispose();
      cancelling.dispose();
    }
  });
}

export async function tell({ voice, message }: Announcement, log: vscode.LogOutputChannel): Promise<void> {
  const text = `Plansmith: ${message}`;
  switch (voice) {
    case 'status':
      vscode.window.setStatusBarMessage(text, STATUS_STAYS);
      break;
    case 'information':
      await vscode.window.showInformationMessage(text);
      break;
    case 'warning':
      await vscode.window.showWarningMessage(text);
      break;
    case 'error': {
      const showLog = 'Show Log';
      if ((await vscode.window.showErrorMessage(text, showLog)) === showLog) {
        log.show();
      }
      break;
    }
  }
}
