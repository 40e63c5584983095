/** The user's own settings: only what they set for this machine, never what a workspace says. */

import * as vscode from 'vscode';

import { settingsEnvironment } from './environment';

interface Category {
  readonly properties: Readonly<Record<string, unknown>>;
}

export function serverCommand(): unknown {
  return own('plansmith.server.command');
}

export function showsPreview(): boolean {
  return vscode.workspace.getConfiguration('plansmith').get<boolean>('preview') === true;
}

/** The variables for the settings that the server knows; their list is the generated one of `package.json`. */
export function handedOver(extension: vscode.Extension<unknown>): Record<string, string> {
  const { contributes } = extension.packageJSON as { contributes: { configuration: readonly Category[] } };
  const [, forServer] = contributes.configuration;
  return settingsEnvironment(Object.keys(forServer?.properties ?? {}), own);
}

export function baseUrl(): unknown {
  return own('plansmith.baseUrl');
}

/** Sets a setting of the machine, or with `undefined` leaves it to the default. */
export async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
}

export function own(setting: string): unknown {
  return vscode.workspace.getConfiguration().inspect(setting)?.globalValue;
}

/** Shows a machine-scoped setting, which a remote window hides from the settings of the user. */
export async function openSetting(query: string): Promise<void> {
  const remote = vscode.env.remoteName !== undefined;
  const where = remote ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
  await vscode.commands.executeCommand(where, { query });
}
