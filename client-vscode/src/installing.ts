/** How an environment for the server is made, and what its failures mean. Pure. */

/** One program to run, with what it does in the user's words. */
export interface Step {
  readonly title: string;
  readonly command: readonly string[];
}

export interface Tools {
  /** uv's full path, if it is there. */
  readonly uv: string | undefined;
  /** The full path of a Python that can make an environment. */
  readonly python: string | undefined;
}

/** The steps that make the environment `folder` with the server of `wheel` in it; none without a tool that could. */
export function stepsFor(tools: Tools, folder: string, wheel: string, platform: string): readonly Step[] {
  const own = pythonIn(folder, platform);
  if (tools.uv !== undefined) {
    const wanted = tools.python ?? '>=3.10';
    return [
      {
        title: 'making an environment with uv',
        command: [tools.uv, 'venv', '--no-project', '--python', wanted, folder],
      },
      {
        title: 'installing the server with uv',
        command: [tools.uv, 'pip', 'install', '--python', own, wheel],
      },
    ];
  }
  if (tools.python !== undefined) {
    return [
      { title: 'making an environment', command: [tools.python, '-m', 'venv', folder] },
      {
        title: 'installing the server',
        command: [own, '-I', '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', wheel],
      },
    ];
  }
  return [];
}

export function pythonIn(folder: string, platform: string): string {
  return platform === 'win32' ? `${folder}\\Scripts\\python.exe` : `${folder}/bin/python`;
}

export const NO_TOOL =
  'There is no Python 3.10 or newer with the module venv on this machine, and no uv. ' +
  'Install one of them (python.org, or on Debian and Ubuntu "apt install python3 python3-venv"), then choose Retry.';

const OFFLINE =
  /name resolution|name or service not known|getaddrinfo|failed to resolve|dns error|network is unreachable|connection refused|failed to establish a new connection|error sending request|could not connect|timed out|tunnel connection failed|proxy ?error|request failed after|failed to fetch|from versions: none/i;

/** What to tell about a step that failed, from what it printed. */
export function problemOf(step: Step, printed: string): string {
  if (OFFLINE.test(printed)) {
    return (
      'The packages that the server needs could not be downloaded: the package index can\'t be reached, or lacks them. ' +
      'Check the network, or your proxy and index settings, then choose Retry.'
    );
  }
  if (/no space left/i.test(printed)) {
    return 'The disk is full. Make room, then choose Retry.';
  }
  return `The server could not be set up: ${step.title} failed. The log says why; choose Retry when that is mended.`;
}
