/** Runs a program to its end, for what it prints. */

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';

export interface Ended {
  /** The exit status; none where the program could not be started, was ended or took too long. */
  readonly status: number | undefined;
  /** What it printed, on both streams. */
  readonly printed: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds. */
  readonly within: number;
  readonly signal?: AbortSignal;
  onLine?(line: string): void;
}

const MOST_KEPT = 200_000;

/** Never rejects. No shell reads the command. */
export function run([program = '', ...args]: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve) => {
    let printed = '';
    let rest = '';
    const heard = (data: Buffer): void => {
      const text = data.toString();
      printed = (printed + text).slice(-MOST_KEPT);
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach((line) => options.onLine?.(line));
    };
    const child = spawn(program, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const end = (): boolean => child.kill('SIGKILL');
    const timer = setTimeout(end, options.within);
    options.signal?.addEventListener('abort', end, { once: true });
    if (options.signal?.aborted === true) {
      end();
    }
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    const ended = (status: number | undefined): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', end);
      if (rest !== '') {
        options.onLine?.(rest);
      }
      resolve({ status, printed });
    };
    child.on('error', (error) => {
      printed += error.message;
      ended(undefined);
    });
    child.on('close', (status) => ended(status ?? undefined));
  });
}

/** Whether this full path is a file that can be run. */
export function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
