/** The user's keys: in VS Code's secret storage, each under the origin that it belongs to, and in no setting. */

import * as vscode from 'vscode';

import { KEY_VARIABLE, keyProblem, ORIGIN_VARIABLE, originOf } from './environment';
import { baseUrl, openSetting, own, set } from './settings';

const NAME = 'key ';

export class Keys {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Calls back when a key was stored or removed, in whichever window. */
  onChange(changed: () => void): vscode.Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key.startsWith(NAME)) {
        changed();
      }
    });
  }

  /** The variables that hand the key for the configured address to the server; without a key there are none. */
  async handedOver(): Promise<Record<string, string>> {
    const origin = originOf(baseUrl());
    if (origin === undefined) {
      return {};
    }
    try {
      const key = await this.secrets.get(NAME + origin);
      return key === undefined ? {} : { [KEY_VARIABLE]: key, [ORIGIN_VARIABLE]: origin };
    } catch (error) {
      this.log.warn(`The secret storage can't be read: ${String(error)}`);
      return {};
    }
  }

  /** Asks for a key, and stores it; `changed` is awaited before it is said that it is stored. */
  async ask(changed: () => Promise<void>): Promise<void> {
    const origin = await configuredOrigin();
    if (origin === undefined) {
      return;
    }
    const key = await vscode.window.showInputBox({
      title: 'Plansmith: API Key',
      prompt: `The key for ${origin}. It is kept in the secret storage, and sent nowhere else.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (value === '' ? undefined : keyProblem(value)),
    });
    if (key === undefined || keyProblem(key) !== undefined) {
      return;
    }
    await this.secrets.store(NAME + origin, key.trim());
    if (own('plansmith.provider') === 'offline') {
      await set('plansmith.provider', undefined);
    }
    await changed();
    void vscode.window.showInformationMessage(`Plansmith: The key for ${origin} is stored.`);
  }

  async remove(changed: () => Promise<void>): Promise<void> {
    const origin = await configuredOrigin();
    if (origin === undefined) {
      return;
    }
    const known = (await this.secrets.get(NAME + origin)) !== undefined;
    await this.secrets.delete(NAME + origin);
    await changed();
    const told = known ? `The key for ${origin} is removed.` : `No key is stored for ${origin}.`;
    void vscode.window.showInformationMessage(`Plansmith: ${told}`);
  }
}

async function configuredOrigin(): Promise<string | undefined> {
  const origin = originOf(baseUrl());
  if (origin === undefined) {
    const open = 'Open Settings';
    const told = 'Plansmith: The setting plansmith.baseUrl is no web address. Correct it first.';
    if ((await vscode.window.showWarningMessage(told, open)) === open) {
      await openSetting('plansmith.baseUrl');
    }
  }
  return origin;
}
