import assert from 'node:assert/strict';
import test from 'node:test';

import { keyProblem, originOf, settingsEnvironment, variableOf } from '../src/environment';

test('a setting is handed over as the server spells its variable', () => {
  assert.equal(variableOf('plansmith.maxOutput'), 'PLANSMITH_MAX_OUTPUT');
  assert.equal(variableOf('plansmith.provider'), 'PLANSMITH_PROVIDER');
});

test('only what the user has set is handed over', () => {
  const values: Record<string, unknown> = {
    'plansmith.model': 'claude',
    'plansmith.effort': null,
    'plansmith.baseUrl': '',
    'plansmith.maxOutput': 100,
    'plansmith.ambientHeaders': false,
  };
  const names = [...Object.keys(values), 'plansmith.retries'];
  assert.deepEqual(settingsEnvironment(names, (name) => values[name]), {
    PLANSMITH_MODEL: 'claude',
    PLANSMITH_MAX_OUTPUT: '100',
    PLANSMITH_AMBIENT_HEADERS: 'false',
  });
});

test('a key belongs to the origin of the configured address, or to the provider', () => {
  assert.equal(originOf(undefined), 'https://api.anthropic.com');
  assert.equal(originOf(''), 'https://api.anthropic.com');
  assert.equal(originOf(' https://Models.Example:443/v1/ '), 'https://models.example');
  assert.equal(originOf('http://127.0.0.1:8080/x'), 'http://127.0.0.1:8080');
  for (const address of ['models.example', 'file:///etc/passwd', 3, 'localhost:1']) {
    assert.equal(originOf(address), undefined, String(address));
  }
});

test('what can not stand in a header is no key', () => {
  assert.equal(keyProblem(' sk-ant-1234 '), undefined);
  for (const key of ['', '  ', 'two words', 'line\nline', 'schlüssel']) {
    assert.ok(keyProblem(key), key);
  }
});
