import assert from 'node:assert/strict';
import test from 'node:test';

import { configuredServer, type Machine, serverOnPath } from '../src/executable';

function machine(platform: string, PATH: string, ...programs: string[]): Machine {
  return { platform, env: { PATH }, isProgram: (file) => programs.includes(file) };
}

test('without a setting the server is the first plansmith on the PATH', () => {
  assert.equal(configuredServer([], machine('linux', '/b', '/b/plansmith')), undefined);
  assert.equal(configuredServer(undefined, machine('linux', '/b', '/b/plansmith')), undefined);
  const found = serverOnPath(machine('linux', '/a:/b:/c', '/b/plansmith', '/c/plansmith'));
  assert.deepEqual(found, { found: true, program: '/b/plansmith', args: ['server'] });
});

test('the setting is the whole command', () => {
  const found = configuredServer(['/v/bin/python', '-m', 'plansmith', 'server'], machine('linux', '', '/v/bin/python'));
  assert.deepEqual(found, { found: true, program: '/v/bin/python', args: ['-m', 'plansmith', 'server'] });
});

test('a bare name in the setting is looked up on the PATH', () => {
  const found = configuredServer(['smith'], machine('linux', '/a', '/a/smith'));
  assert.deepEqual(found, { found: true, program: '/a/smith', args: [] });
});

test('a folder of the PATH that is not absolute is never searched', () => {
  const found = serverOnPath(machine('linux', '.::bin', 'plansmith', './plansmith', 'bin/plansmith', '/plansmith'));
  assert.equal(found.found, false);
});

test('a relative path in the setting is refused, whatever the current folder holds', () => {
  for (const name of ['./plansmith', 'venv/bin/plansmith', 'venv\\plansmith', '']) {
    assert.equal(configuredServer([name], machine('linux', '/', `/${name}`, name))?.found, false, name);
  }
});

test('Windows finds the .exe, by whatever case Path has', () => {
  const windows: Machine = {
    platform: 'win32',
    env: { Path: 'C:\\Windows;C:\\Tools' },
    isProgram: (file) => file === 'C:\\Tools\\plansmith.exe',
  };
  assert.deepEqual(serverOnPath(windows), {
    found: true,
    program: 'C:\\Tools\\plansmith.exe',
    args: ['server'],
  });
});

test('a full path without its ending is found on Windows', () => {
  const found = configuredServer(['C:\\v\\plansmith', 'server'], machine('win32', '', 'C:\\v\\plansmith.exe'));
  assert.deepEqual(found, { found: true, program: 'C:\\v\\plansmith.exe', args: ['server'] });
});

test('a missing program of the setting is named', () => {
  const missing = configuredServer(['/gone/plansmith', 'server'], machine('linux', '/a', '/a/plansmith'));
  assert.ok(missing?.found === false && missing.problem.includes('"/gone/plansmith"'));
});

test('a setting of a wrong shape says how to write it', () => {
  for (const setting of ['plansmith server', [1], {}, true]) {
    const wrong = configuredServer(setting, machine('linux', '/a', '/a/plansmith'));
    assert.ok(wrong?.found === false && wrong.problem.includes('list of strings'), JSON.stringify(setting));
  }
});
