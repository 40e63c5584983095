import assert from 'node:assert/strict';
import test from 'node:test';

import { problemOf, pythonIn, stepsFor } from '../src/installing';

const wheel = '/x/plansmith-0.1.0-py3-none-any.whl';
const step = { title: 'installing the server', command: ['pip'] };

test('uv makes the environment where it is there, with the Python that is there', () => {
  const commands = stepsFor({ uv: '/bin/uv', python: '/bin/python3' }, '/e', wheel, 'linux').map((each) => each.command);
  assert.deepEqual(commands, [
    ['/bin/uv', 'venv', '--no-project', '--python', '/bin/python3', '/e'],
    ['/bin/uv', 'pip', 'install', '--python', '/e/bin/python', wheel],
  ]);
});

test('without uv Python does it, and pip never sees what lies around', () => {
  const [venv, pip] = stepsFor({ uv: undefined, python: '/bin/python3' }, '/e', wheel, 'linux');
  assert.deepEqual(venv?.command, ['/bin/python3', '-m', 'venv', '/e']);
  assert.deepEqual(pip?.command.slice(0, 4), ['/e/bin/python', '-I', '-m', 'pip']);
});

test('without both there is nothing to do', () => {
  assert.deepEqual(stepsFor({ uv: undefined, python: undefined }, '/e', wheel, 'linux'), []);
});

test('Windows keeps its Python elsewhere', () => {
  assert.equal(pythonIn('C:\\e', 'win32'), 'C:\\e\\Scripts\\python.exe');
});

test('a network that is not there is told as that', () => {
  for (const printed of [
    'Failed to establish a new connection: [Errno 111] Connection refused',
    'Temporary failure in name resolution',
    // All that pip says where it tries but once:
    'ERROR: Could not find a version that satisfies the requirement anthropic<3 (from versions: none)',
    'error: Request failed after 3 retries\n  Caused by: dns error: failed to lookup address information',
  ]) {
    assert.match(problemOf(step, printed), /package index can't be reached.*Retry/s, printed);
  }
});

test('any other failure names the step', () => {
  assert.match(problemOf(step, 'ERROR: Could not build'), /installing the server failed/);
  assert.match(problemOf(step, 'OSError: [Errno 28] No space left on device'), /disk is full/);
});
