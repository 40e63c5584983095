/**
 * The Python environment that the user has selected, by the extension that knows it, where that is there.
 *
 * No dependency: an extension that depends on another one is never activated where that can't be installed.
 */

import * as vscode from 'vscode';

const PYTHON_EXTENSION = 'ms-python.python';

/** Milliseconds that the other extension gets to say it. */
const ANSWERS_WITHIN = 10_000;

/** What we use of its API (`@vscode/python-extension`, version 1). */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(path: { readonly id: string; readonly path: string }): Promise<
      { readonly executable: { readonly uri?: vscode.Uri | undefined } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** The full path of the selected Python. Never rejects. */
export async function selectedPython(log: vscode.LogOutputChannel): Promise<string | undefined> {
  try {
    return await within(ANSWERS_WITHIN, ask());
  } catch (error) {
    log.info(`The Python extension did not tell its environment: ${String(error)}`);
    return undefined;
  }
}

/** Calls back when another environment is selected; nothing is activated for it. */
export function onSelectedPython(changed: () => void): vscode.Disposable {
  const api = vscode.extensions.getExtension<PythonApi>(PYTHON_EXTENSION);
  return api?.isActive === true
    ? api.exports.environments.onDidChangeActiveEnvironmentPath(changed)
    : vscode.Disposable.from();
}

async function ask(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(PYTHON_EXTENSION);
  if (extension === undefined) {
    return undefined;
  }
  const { environments } = await extension.activate();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}

async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
