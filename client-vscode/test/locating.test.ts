import assert from 'node:assert/strict';
import test from 'node:test';

import { locate, NoServer, type Sources, versionProblem } from '../src/locating';

const missing = { found: false, problem: 'Not there.' } as const;
const onPath = { found: true, program: '/bin/plansmith', args: ['server'] } as const;

/** A machine where nothing is there but what is said; `asked` tells what was looked at. */
function machine(there: Partial<Sources> = {}): Sources & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    setting: () => undefined,
    python: async () => undefined,
    path: () => missing,
    managed: async () => '/own/python',
    version: async ([program = '']) => {
      asked.push(program);
      return '0.1.0';
    },
    say: () => undefined,
    ...there,
  };
}

test('the setting comes first, and nothing else is asked', async () => {
  const sources = machine({
    setting: () => ({ found: true, program: '/s', args: ['server'] }),
    python: () => Promise.reject(new Error('asked')),
  });
  assert.equal((await locate(sources)).kind, 'setting');
  assert.deepEqual(sources.asked, []);
});

test('a setting that is wrong is no reason to start something else', async () => {
  await assert.rejects(locate(machine({ setting: () => missing, path: () => onPath })), NoServer);
});

test('then the selected Python, if it has a Plansmith that fits', async () => {
  const python = async (): Promise<string> => '/venv/python';
  const found = await locate(machine({ python, path: () => onPath }));
  assert.deepEqual([found.kind, found.program, found.args], ['python', '/venv/python', ['-m', 'plansmith', 'server']]);
  for (const version of [undefined, '0.0.9']) {
    const sources = machine({
      python,
      path: () => onPath,
      version: async ([program]) => (program === '/venv/python' ? version : '0.1.0'),
    });
    assert.equal((await locate(sources)).kind, 'path', version);
  }
});

test('then the PATH, and at last an environment of our own', async () => {
  assert.equal((await locate(machine({ path: () => onPath }))).kind, 'path');
  const old = await locate(machine({ path: () => onPath, version: async () => '0.0.1' }));
  assert.deepEqual([old.kind, old.program], ['managed', '/own/python']);
  assert.equal((await locate(machine())).kind, 'managed');
});

test('a server that answers as something else is refused with what to do', () => {
  const located = { program: '/s', args: [], from: 'the setting plansmith.server.command', kind: 'setting' } as const;
  assert.equal(versionProblem(located, 'plansmith', '0.1.0'), undefined);
  assert.match(versionProblem(located, 'plansmith', '0.0.9') ?? '', /0\.0\.9.*pip install --upgrade plansmith.*empty/);
  assert.match(versionProblem(located, 'ruff', '1.0.0') ?? '', /is no Plansmith/);
  assert.match(versionProblem(located, undefined, undefined) ?? '', /is no Plansmith/);
});
