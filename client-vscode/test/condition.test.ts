import assert from 'node:assert/strict';
import test from 'node:test';

import { describe } from '../src/condition';

const running = { kind: 'running', version: '0.1.0', from: 'the PATH' } as const;

test('the item tells the state, and what is behind it', () => {
  assert.equal(describe({ kind: 'starting' }).text, 'Plansmith: starting');
  assert.equal(describe(running).text, 'Plansmith: ready');
  const model = { running: 0, provider: 'anthropic', model: 'claude-x' };
  assert.match(describe({ ...running, status: model }).details, /0\.1\.0, from the PATH\.\nclaude-x writes/);
  assert.equal(describe({ ...running, status: { ...model, running: 2 } }).text, 'Plansmith: expanding 2');
  const offline = { running: 0, provider: 'offline', model: null };
  assert.equal(describe({ ...running, status: offline }).text, 'Plansmith: offline planner');
  assert.equal(describe({ ...running, status: { ...offline, running: 1 } }).text, 'Plansmith: expanding 1');
});

test('only a failure is grave, and it says why', () => {
  const failed = describe({ kind: 'failed', problem: 'No Python.' });
  assert.deepEqual([failed.text, failed.details, failed.grave], ['Plansmith: failed', 'No Python.', true]);
  assert.equal(describe(running).grave, false);
});
