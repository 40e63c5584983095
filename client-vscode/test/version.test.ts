import assert from 'node:assert/strict';
import test from 'node:test';

import { isNewEnough, OLDEST_SERVER, versionIn } from '../src/version';

test('a version is compared number by number', () => {
  assert.ok(isNewEnough('1.10.0', '1.9.0'));
  assert.ok(isNewEnough('1.9', '1.9.0'));
  assert.ok(isNewEnough('2.0.0.dev1+local', '1.9.0'));
  assert.ok(!isNewEnough('1.9.0', '1.10.0'));
  assert.ok(!isNewEnough('0.99.99', '1.0'));
});

test('what is no version is not new enough', () => {
  for (const version of [undefined, '', 'newest', 'v1.0']) {
    assert.equal(isNewEnough(version), false, version);
  }
  assert.ok(isNewEnough(OLDEST_SERVER));
});

test('only what plansmith prints is its version', () => {
  assert.equal(versionIn('plansmith 0.1.0\n'), '0.1.0');
  assert.equal(versionIn('Python 3.11.2\n'), undefined);
  assert.equal(versionIn('/usr/bin/python3: No module named plansmith\n'), undefined);
});
