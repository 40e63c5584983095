/**
 * Drives a real VS Code for the tests, which are in `tests/vscode/`.
 *
 * Each line of stdin is a call, `{"call": NAME, "arguments": [...]}`; its answer is one line of stdout,
 * `{"value": ...}` or `{"error": TEXT}`. Calls are answered one after the other.
 */

import { createInterface } from 'node:readline';

import { Host, type HostOptions, type WindowOptions } from './host';
import type { Window } from './window';

const host = new Host();
let window: Window | undefined;

const calls: Record<string, (...values: never[]) => Promise<unknown>> = {
  start: (options: HostOptions) => host.start(options),
  stop: () => host.stop(),
  open: async (options: WindowOptions) => {
    await calls['close']?.();
    window = await host.open(options);
  },
  close: async () => {
    await window?.close();
    window = undefined;
  },
};

async function answer(line: string): Promise<unknown> {
  const { call, arguments: values } = JSON.parse(line) as { call: string; arguments: never[] };
  const own = calls[call];
  if (own !== undefined) {
    return own(...values);
  }
  const method = (window as unknown as Record<string, unknown> | undefined)?.[call];
  if (window === undefined || typeof method !== 'function') {
    throw new Error(`no window is open, or it has no ${call}`);
  }
  return (method as (...values: never[]) => unknown).call(window, ...values);
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: unknown;
    try {
      reply = { value: (await answer(line)) ?? null };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  await host.stop();
  process.exit();
}

void main();
