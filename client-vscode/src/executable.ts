/** Which program starts the server. Pure: what is on the disk is asked through `isProgram`. */

import * as path from 'node:path';

/** What was found: a program with its full path, or what the user can do about it. */
export type Executable =
  | { readonly found: true; readonly program: string; readonly args: readonly string[] }
  | { readonly found: false; readonly problem: string };

export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether this full path is a file that can be run. */
  isProgram(file: string): boolean;
}

/**
 * The command of the setting `plansmith.server.command`; none where it is empty.
 *
 * The program always comes out with its full path, and never from the current folder: Windows
 * would look there first, and the folder may be a repository that nobody trusts.
 */
export function configuredServer(setting: unknown, machine: Machine): Executable | undefined {
  const configured = readCommand(setting);
  if (configured === undefined) {
    return {
      found: false,
      problem:
        'The setting plansmith.server.command is not a list of strings. ' +
        'Write it as ["/full/path/to/plansmith", "server"].',
    };
  }
  const [name, ...args] = configured;
  if (name === undefined) {
    return undefined;
  }
  const program = findProgram(name, machine);
  if (program !== undefined) {
    return { found: true, program, args };
  }
  return {
    found: false,
    problem:
      `The setting plansmith.server.command names "${name}", which is no program on this machine. ` +
      'Correct the setting (a full path, or a name that is on the PATH), or empty it: the extension then finds a server.',
  };
}

/** `plansmith server` by the `PATH`. */
export function serverOnPath(machine: Machine): Executable {
  const program = findProgram('plansmith', machine);
  return program === undefined
    ? { found: false, problem: 'There is no "plansmith" on the PATH.' }
    : { found: true, program, args: ['server'] };
}

function readCommand(setting: unknown): readonly string[] | undefined {
  if (setting === undefined || setting === null) {
    return [];
  }
  const isList = Array.isArray(setting) && setting.every((part) => typeof part === 'string');
  return isList ? (setting as readonly string[]) : undefined;
}

/** The full path of a program; of a bare name, the first on the `PATH`. */
export function findProgram(name: string, machine: Machine): string | undefined {
  const { join, isAbsolute } = machine.platform === 'win32' ? path.win32 : path.posix;
  const spellings = spellingsOf(name, machine);
  if (isAbsolute(name)) {
    return spellings.find((file) => machine.isProgram(file));
  }
  if (name === '' || name.includes('/') || name.includes('\\')) {
    return undefined;
  }
  return searchPath(machine)
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => spellings.map((spelling) => join(folder, spelling)))
    .find((file) => machine.isProgram(file));
}

/** Only `.exe` and `.com` start without a shell, and a shell would read the arguments again. */
function spellingsOf(name: string, machine: Machine): readonly string[] {
  return machine.platform === 'win32' && !/\.(exe|com)$/i.test(name) ? [`${name}.exe`, `${name}.com`] : [name];
}

function searchPath(machine: Machine): readonly string[] {
  const onWindows = machine.platform === 'win32';
  // Windows spells it Path, and a copy of the environment no longer ignores the case.
  const key = Object.keys(machine.env).find((name) => (onWindows ? name.toUpperCase() : name) === 'PATH');
  const value = key === undefined ? '' : (machine.env[key] ?? '');
  return value.split(onWindows ? ';' : ':');
}
