import assert from 'node:assert/strict';
import test from 'node:test';

import { Crashes } from '../src/backoff';

test('each crash waits twice as long, and too many are the end', () => {
  const crashes = new Crashes();
  assert.deepEqual([1, 2, 3, 4, 5, 6].map((time) => crashes.next(time)), [1000, 2000, 4000, 8000, 16000, undefined]);
});

test('crashes of long ago are forgotten, and all of them when the user starts anew', () => {
  const crashes = new Crashes();
  crashes.next(0);
  crashes.next(1);
  assert.equal(crashes.next(3600_000), 1000);
  crashes.forget();
  assert.equal(crashes.next(3600_001), 1000);
});
