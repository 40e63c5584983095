import assert from 'node:assert/strict';
import test from 'node:test';

import { announce, isExpansion, ProgressSteps } from '../src/protocol';

test('what the text shows is not said again', () => {
  assert.equal(announce({ status: 'applied', message: 'Wrote 9 sections.' }), undefined);
  assert.equal(announce({ status: 'started', message: 'Running.' }), undefined);
});

test('every other outcome is told, the graver the louder', () => {
  const voice = (status: string) => announce({ status, message: 'Because.' })?.voice;
  assert.equal(voice('cancelled'), 'status');
  assert.equal(voice('nothing-missing'), 'information');
  assert.equal(voice('conflict'), 'warning');
  assert.equal(voice('failed'), 'error');
});

test('a status of a newer server is told too', () => {
  assert.deepEqual(announce({ status: 'queued', message: 'Waiting.' }), {
    voice: 'information',
    message: 'Waiting.',
  });
  assert.deepEqual(announce({ status: 'toString', message: 'Waiting.' }), {
    voice: 'information',
    message: 'Waiting.',
  });
});

test('an answer of another shape is no reason to say anything', () => {
  for (const answer of [null, undefined, 'text', 3, {}, { status: 'failed' }, { status: 'failed', message: '' }]) {
    assert.equal(announce(answer), undefined);
  }
});

test('only the long commands get progress of their own', () => {
  assert.ok(isExpansion('plansmith.expandTask'));
  assert.ok(isExpansion('plansmith.writeSection'));
  assert.ok(!isExpansion('plansmith.toggleDone'));
  assert.ok(!isExpansion('toString'));
});

test('totals become increments that never go back or past the end', () => {
  const steps = new ProgressSteps();
  assert.deepEqual(steps.next({ message: 'Reading' }), { message: 'Reading' });
  assert.deepEqual(steps.next({ percentage: 30 }), { increment: 30 });
  assert.deepEqual(steps.next({ percentage: 20, message: 'Step 2' }), { message: 'Step 2', increment: 0 });
  assert.deepEqual(steps.next({ percentage: 250 }), { increment: 70 });
  assert.deepEqual(steps.next({ percentage: 100 }), { increment: 0 });
});
