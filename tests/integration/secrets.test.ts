/** The secrets of an installation are made once, and read ever after. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadSecrets } from '../../src/server/secrets.ts';
import { aFolder } from '../support/stores.ts';

const secretsModule = join(import.meta.dirname, '../../src/server/secrets.ts');

/** A process that may write no byte to any file, as on a disk that is full. */
function loadedOnFullDisk(dataDir: string) {
  const script = `import { loadSecrets } from ${JSON.stringify(secretsModule)};
    process.stdout.write(loadSecrets(${JSON.stringify(dataDir)}).mac('lookup', 'x'));`;
  return spawnSync(
    'sh',
    ['-c', 'ulimit -f 0; exec "$0" --input-type=module --eval "$1"', process.execPath, script],
    { encoding: 'utf8' },
  );
}

test('secrets that are there are read on a full disk, and none are made half', (t) => {
  const dataDir = aFolder(t);
  const mark = loadSecrets(dataDir).mac('lookup', 'x');
  const loaded = loadedOnFullDisk(dataDir);
  assert.equal(loaded.stdout, mark, loaded.stderr);

  const empty = aFolder(t);
  assert.notEqual(loadedOnFullDisk(empty).status, 0);
  assert.deepEqual(readdirSync(empty), []);
});
