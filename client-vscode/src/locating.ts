/** Which server is started: the first that is there, in the order that the README gives. Pure but for `Sources`. */

import type { Executable } from './executable';
import { isNewEnough, OLDEST_SERVER } from './version';

export interface Located {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it was found, in words. */
  readonly from: string;
  readonly kind: 'setting' | 'python' | 'path' | 'managed';
}

export interface Sources {
  /** The user's own command; none where the setting is empty. */
  setting(): Executable | undefined;
  /** The selected Python; none in a workspace that is not trusted, which could bring one along. */
  python(): Promise<string | undefined>;
  path(): Executable;
  /** The Python of the environment that the extension keeps, made if need be. */
  managed(): Promise<string>;
  /** The version that `[...] --version` prints, or none. */
  version(command: readonly string[]): Promise<string | undefined>;
  say(what: string): void;
}

/** What the user must do before a server can be started. */
export class NoServer extends Error {}

const AS_MODULE: readonly string[] = ['-m', 'plansmith', 'server'];

export async function locate(sources: Sources): Promise<Located> {
  const configured = sources.setting();
  if (configured !== undefined) {
    if (!configured.found) {
      throw new NoServer(configured.problem);
    }
    const { program, args } = configured;
    return { program, args, from: 'the setting plansmith.server.command', kind: 'setting' };
  }
  const python = await sources.python();
  if (python !== undefined && (await fits(sources, [python, '-m', 'plansmith'], `The selected Python ${python}`))) {
    return { program: python, args: AS_MODULE, from: 'the selected Python environment', kind: 'python' };
  }
  const path = sources.path();
  if (path.found && (await fits(sources, [path.program], `${path.program} on the PATH`))) {
    return { program: path.program, args: path.args, from: 'the PATH', kind: 'path' };
  }
  const own = await sources.managed();
  return { program: own, args: AS_MODULE, from: "the extension's own environment", kind: 'managed' };
}

async function fits(sources: Sources, command: readonly string[], name: string): Promise<boolean> {
  const version = await sources.version([...command, '--version']);
  if (version === undefined) {
    sources.say(`${name} has no Plansmith`);
    return false;
  }
  if (!isNewEnough(version)) {
    sources.say(`${name} has Plansmith ${version}, which is older than ${OLDEST_SERVER}; it is not used`);
    return false;
  }
  return true;
}

/** What to tell of a server that answered as another version than can be used. */
export function versionProblem(located: Located, name: string | undefined, version: string | undefined): string | undefined {
  if (name === 'plansmith' && isNewEnough(version)) {
    return undefined;
  }
  const what = name === 'plansmith' ? `Plansmith ${version ?? 'of no known version'}` : 'no Plansmith';
  const remedy =
    located.kind === 'setting'
      ? 'Update it with "pip install --upgrade plansmith", or empty the setting: the extension then brings its own server.'
      : 'Update it with "pip install --upgrade plansmith".';
  return `The server of ${located.from} is ${what}; this extension needs ${OLDEST_SERVER} or newer. ${remedy}`;
}
