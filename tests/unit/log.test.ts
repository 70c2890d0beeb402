import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logTo } from '../../src/server/log.ts';

test('J1: a line of the log has its five fields, whatever else the object carries', () => {
  const lines: string[] = [];
  const log = logTo(
    (line) => lines.push(line),
    'web',
    () => new Date(0),
  );
  const careless = {
    code: 'page-failed',
    reference: 'ABCD2345',
    service: 'northfield',
    note: 'what was typed',
  };
  log(careless);
  log({ code: 'page\nfailed\u001B[2J' });
  assert.deepEqual(
    lines.map((line) => line.trimEnd()),
    [
      '{"at":"1970-01-01T00:00:00.000Z","part":"web","code":"page-failed","reference":"ABCD2345","service":"northfield"}',
      '{"at":"1970-01-01T00:00:00.000Z","part":"web","code":"page\\nfailed\\u001b[2J"}',
    ],
  );
});
