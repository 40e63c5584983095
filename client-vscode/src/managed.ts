/**
 * The environment that this extension keeps for itself, where the user has no server.
 *
 * It is made beside its place and renamed when it is whole: what stands in its place can be used,
 * also by another window that made it meanwhile.
 */

import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type * as vscode from 'vscode';

import { findProgram, type Machine } from './executable';
import { NO_TOOL, problemOf, pythonIn, type Step, stepsFor, type Tools } from './installing';
import { isProgram, run } from './programs';

/** Milliseconds that one step of the set-up may take; slow networks are slow. */
const STEP_WITHIN = 15 * 60_000;
const PROBE_WITHIN = 20_000;

/** Milliseconds after which an environment of another version is no longer wanted. */
const OLD = 30 * 24 * 3600_000;

const PYTHONS = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const PROBE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

/** Why there is no environment, in words for the user. */
export class SetUpProblem extends Error {}

export class Managed {
  constructor(
    private readonly storage: string,
    /** The folder in the extension that has the server's wheel in it. */
    private readonly bundle: string,
    private readonly machine: Machine,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The Python of the environment, if it is there. */
  async find(): Promise<string | undefined> {
    const python = pythonIn(await this.place(), this.machine.platform);
    return isProgram(python) ? python : undefined;
  }

  /** Makes the environment; its Python. Raises `SetUpProblem`. */
  async make(signal: AbortSignal, report: (what: string) => void): Promise<string> {
    const place = await this.place();
    const folder = `${place}.${randomUUID()}`;
    await fs.mkdir(this.storage, { recursive: true });
    report('looking for uv or Python');
    const tools = await this.tools(signal);
    const steps = stepsFor(tools, folder, await this.wheel(), this.machine.platform);
    if (steps.length === 0) {
      throw new SetUpProblem(NO_TOOL);
    }
    try {
      for (const step of steps) {
        report(step.title);
        await this.take(step, signal);
      }
      return await this.settle(folder, place);
    } finally {
      await remove(folder);
    }
  }

  /** Forgets the environment, so that it is made anew. */
  async forget(): Promise<void> {
    await remove(await this.place());
  }

  private async take(step: Step, signal: AbortSignal): Promise<void> {
    this.log.info(`Set-up: ${step.command.join(' ')}`);
    const ended = await run(step.command, {
      cwd: this.storage,
      within: STEP_WITHIN,
      signal,
      onLine: (line) => this.log.info(line),
    });
    if (signal.aborted) {
      throw new SetUpProblem('Setting up the server was stopped. Choose Retry to begin anew.');
    }
    if (ended.status !== 0) {
      throw new SetUpProblem(problemOf(step, ended.printed));
    }
  }

  private async settle(folder: string, place: string): Promise<string> {
    const python = pythonIn(place, this.machine.platform);
    if (!isProgram(python)) {
      await remove(place); // Its Python has gone from this machine.
      await fs.rename(folder, place).catch((error: unknown) => {
        if (!isProgram(python)) {
          throw error;
        }
      });
    }
    await this.removeOld(place);
    return python;
  }

  private async removeOld(place: string): Promise<void> {
    for (const name of await fs.readdir(this.storage)) {
      const folder = path.join(this.storage, name);
      const { mtimeMs } = await fs.stat(folder);
      if (name.startsWith('server-') && folder !== place && Date.now() - mtimeMs > OLD) {
        await remove(folder);
      }
    }
  }

  private async tools(signal: AbortSignal): Promise<Tools> {
    const uv = findProgram('uv', this.machine);
    for (const name of PYTHONS) {
      const python = findProgram(name, this.machine);
      if (python !== undefined) {
        const probed = await run([python, '-I', '-c', PROBE], { cwd: this.storage, within: PROBE_WITHIN, signal });
        if (probed.status === 0) {
          return { uv, python };
        }
        this.log.info(`Set-up: ${python} is too old, or lacks the module venv`);
      }
    }
    return { uv, python: undefined };
  }

  private async place(): Promise<string> {
    const content = await fs.readFile(await this.wheel());
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
    return path.join(this.storage, `server-${digest}`);
  }

  private async wheel(): Promise<string> {
    const name = (await fs.readdir(this.bundle)).find((each) => each.endsWith('.whl'));
    if (name === undefined) {
      throw new SetUpProblem('This extension was packaged without its server. Install it anew from its .vsix.');
    }
    return path.join(this.bundle, name);
  }
}

async function remove(folder: string): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
