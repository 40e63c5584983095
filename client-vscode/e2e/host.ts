/** code-server and the browser: started once, and asked for one window after the other. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

import { writeJson } from './files';
import { Window } from './window';

export interface HostOptions {
  /** Where code-server keeps what it writes; its home folder, too. */
  readonly state: string;
  /** The Node.js that runs code-server, and code-server's program. */
  readonly node: string;
  readonly program: string;
  readonly browser: string;
  readonly extensions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface WindowOptions {
  readonly folder?: string;
  /** A `.code-workspace` file. */
  readonly workspace?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The settings of the machine that the server runs on. */
  readonly machine?: Readonly<Record<string, unknown>>;
  /** Whether Restricted Mode is there; without it every workspace is trusted. */
  readonly restricted?: boolean;
}

/** What would get in the way of a test, or ask the network. */
const QUIET: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'editor.lightbulb.enabled': 'on',
  'editor.minimap.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

export class Host {
  private options: HostOptions | undefined;
  private server: ChildProcess | undefined;
  private browser: Browser | undefined;
  private address = '';

  async start(options: HostOptions): Promise<void> {
    this.options = options;
    const { state, node, program, env } = options;
    fs.mkdirSync(path.join(state, 'home'), { recursive: true });
    fs.writeFileSync(path.join(state, 'config.yaml'), '');
    const whole = { ...env, HOME: path.join(state, 'home') };
    const common = [
      program,
      ...['--config', path.join(state, 'config.yaml')],
      ...['--user-data-dir', path.join(state, 'data')],
      ...['--extensions-dir', path.join(state, 'extensions')],
    ];
    for (const extension of options.extensions) {
      execFileSync(node, [...common, '--install-extension', extension], { env: whole, stdio: 'pipe', timeout: 120_000 });
    }
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}`;
    const log = fs.openSync(path.join(state, 'code-server.log'), 'a');
    this.server = spawn(
      node,
      [
        ...common,
        ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
        ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
        // The extension host of a window that is gone must not stay for hours.
        ...['--reconnection-grace-time', '1'],
      ],
      { env: whole, stdio: ['ignore', log, log], detached: true },
    );
    await until(async () => (await fetch(`${this.address}/healthz`).catch(() => undefined))?.ok ?? false, 60_000);
    this.browser = await chromium.launch({ executablePath: options.browser, headless: true, args: ARGUMENTS });
  }

  async open(options: WindowOptions): Promise<Window> {
    if (this.options === undefined || this.browser === undefined) {
      throw new Error('the host is not started');
    }
    const { state } = this.options;
    const user = { ...QUIET, 'security.workspace.trust.enabled': options.restricted ?? false, ...options.settings };
    writeJson(path.join(state, 'data', 'User', 'settings.json'), user);
    writeJson(path.join(state, 'data', 'Machine', 'settings.json'), options.machine ?? {});
    // A context of its own: no trust, no secret and no layout is left of the window before.
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const log = fs.createWriteStream(path.join(state, 'console.log'), { flags: 'a' });
    page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
    const query = new URLSearchParams();
    if (options.workspace !== undefined) {
      query.set('workspace', options.workspace);
    } else if (options.folder !== undefined) {
      query.set('folder', options.folder);
    }
    await page.goto(`${this.address}/?${query}`);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await page.locator('.statusbar-item').first().waitFor({ timeout: 60_000 });
    return new Window(page, path.join(state, 'data', 'Machine', 'settings.json'));
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    this.browser = undefined;
    const server = this.server;
    this.server = undefined;
    if (server?.pid !== undefined && server.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      process.kill(-server.pid, 'SIGTERM');
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error('code-server did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
