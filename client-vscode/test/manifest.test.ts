import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import test from 'node:test';

interface Entry {
  readonly command: string;
  readonly when?: string;
  readonly key?: string;
}

const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly Entry[];
    readonly menus: Readonly<Record<string, readonly Entry[]>>;
    readonly keybindings: readonly Entry[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly scope: string }>> }[];
  };
};
const { commands, menus, keybindings, configuration } = manifest.contributes;
const known = new Set(commands.map(({ command }) => command));

test('each contributed command has a handler, and each handler a command', () => {
  const handled = fs.readFileSync('src/commands.ts', 'utf8').matchAll(/^ {4}'(plansmith\.ui\.\w+)'/gm);
  assert.deepEqual(new Set([...handled].map(([, id]) => id)), known);
});

test('no command has an id of the server', () => {
  for (const command of known) {
    assert.match(command, /^plansmith\.ui\./);
  }
});

test('menus and keys name commands that are there, and keys but one each', () => {
  for (const { command } of [...Object.values(menus).flat(), ...keybindings]) {
    assert.ok(known.has(command), command);
  }
  assert.equal(new Set(keybindings.map(({ key }) => key)).size, keybindings.length);
});

test('the menus of an editor are there only where there are tasks', () => {
  for (const place of ['editor/context', 'editor/title']) {
    for (const { when } of menus[place] ?? []) {
      assert.match(when ?? '', /plansmith\.hasTasks/);
    }
  }
});

test('nothing is asked for that is not used: no proposed API, no other extension, no start with VS Code', () => {
  for (const key of ['enabledApiProposals', 'extensionDependencies', 'extensionPack', 'authentication']) {
    assert.ok(!(key in manifest), key);
  }
  assert.ok(!manifest.activationEvents.some((event) => event === '*' || event.startsWith('onStartup')));
});

test('a workspace says nothing of the server, the model or the key', () => {
  const settings = Object.assign({}, ...configuration.map(({ properties }) => properties)) as Record<
    string,
    { readonly scope: string }
  >;
  const open = Object.entries(settings).filter(([, { scope }]) => scope !== 'machine');
  assert.deepEqual(
    open.map(([name]) => name),
    ['plansmith.preview'],
  );
  assert.ok(!Object.keys(settings).some((name) => /key|secret|token$/i.test(name)));
});
