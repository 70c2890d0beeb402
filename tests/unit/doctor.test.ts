import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { installationFindings } from '../../scripts/doctor/installation.ts';
import { readConfig } from '../../src/server/config.ts';
import type { Directory } from '../../src/server/directory.ts';
import { realPortal } from '../support/real-portal.ts';

const now = new Date('2026-11-20T12:00:00Z');

test('F2, F5: the doctor stops what others could read, what was built for something else, and a day that has not come', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'portal-doctor-'));
  const root = process.cwd();
  process.chdir(home);
  t.after(() => {
    process.chdir(root);
    rmSync(home, { recursive: true });
  });
  const config = readConfig({
    ...realPortal,
    OPERATOR_EMAIL: 'operator@portal.example',
    WITNESS_EMAIL: 'operator@portal.example',
    DATA_DIR: home,
  });
  const service = {
    channel: 'notice',
    addresses: ['team@service.example'],
    recipients: [],
    policingBody: 'team@service.example',
    canaryAcknowledgedOn: '2099-01-01',
  } as const;
  const found = (services: object = {}) =>
    installationFindings(config, { services: services as Directory['services'], now });

  writeFileSync(join(home, 'secrets.json'), '{}', { mode: 0o600 });
  assert.match(found().stops.join(), /^dist: not built/);
  mkdirSync(join(home, 'dist'));
  const stamp = (text: string) => writeFileSync(join(home, 'dist', 'build.json'), text);
  stamp('{"demonstration":true,"sou');
  assert.match(found().stops.join(), /^dist: not built, or not to the end/);
  stamp('{"demonstration":true,"sources":""}');
  assert.match(found().stops.join(), /^dist: was built for something else/);
  stamp('{"demonstration":false,"sources":""}');
  assert.deepEqual(found().stops, []);

  chmodSync(join(home, 'secrets.json'), 0o644);
  assert.match(found().stops.join(), /secrets\.json: everybody on this machine/);
  chmodSync(join(home, 'secrets.json'), 0o600);
  assert.deepEqual(found({ service }).stops, ['service: a day in the directory has not come yet']);
  assert.deepEqual(
    found({ service }).warns.map((line) => line.split(':', 1)[0]),
    ['service', 'WITNESS_EMAIL'],
  );
});
