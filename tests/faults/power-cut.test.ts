/**
 * The power fails. Killing a process does not show a missing fsync, because the system keeps what was written: so every
 * write and every sync is put on a list, and after each of them the disk is rebuilt as it might be left.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { readCopies } from '../../src/server/store/second-copy.ts';
import { readTombstones, tombstoneFile, tombstoneMark } from '../../src/server/store/tombstones.ts';
import { amount, isLong } from '../support/how-long.ts';
import { aRandom } from '../support/random.ts';
import { MortalDisk, type Luck } from '../support/mortal-disk.ts';
import { aFolderInMemory } from '../support/stores.ts';
import { buildRecorder, stepsOf, type Step } from '../support/write-list.ts';

const script = join(import.meta.dirname, '../support/keep-and-let-go.ts');

type Promised = Record<'kept' | 'copied' | 'withdrawn' | 'laid' | 'secrets', Set<string>>;

function hear(promised: Promised, step: Step): void {
  if (step.kind !== 'printed') return;
  for (const line of step.text.trim().split('\n')) {
    const [kind = '', word = ''] = line.split(' ');
    promised[kind as keyof Promised].add(word);
  }
}

/** Everything that was promised, looked for on what is left. */
async function expectKept(folder: string, promised: Promised): Promise<void> {
  // Whatever is left, the portal starts again with it.
  const database = openSqlite(join(folder, 'data'));
  const secrets = loadSecrets(join(folder, 'data'));
  if (promised.secrets.size === 0) return database.close();
  assert.ok(promised.secrets.has(secrets.mac('lookup', 'x')), `the secrets are others`);
  const rows = database.prepare('select reference, state from referral').all();
  const notices = new Set(
    database
      .prepare('select reference from notice')
      .all()
      .map((row) => row['reference']),
  );
  const owed = new Set(
    database
      .prepare('select reference from tombstone')
      .all()
      .map((row) => row['reference']),
  );
  database.close();
  const states = new Map(rows.map((row) => [row['reference'], row['state']]));
  const copies = new Set((await readCopies(join(folder, 'copies'))).copies.map((copy) => copy.reference));
  const tombstones = await readTombstones([tombstoneFile(join(folder, 'data'))]);

  for (const reference of promised.kept) {
    assert.ok(states.has(reference), `${reference} is lost`);
    assert.ok(notices.has(reference), `nobody will be told of ${reference}`);
  }
  for (const reference of promised.copied) {
    const isLetGo = states.get(reference) === 'withdrawn';
    assert.ok(isLetGo || copies.has(reference), `the second copy of ${reference} is lost`);
  }
  for (const reference of promised.withdrawn) {
    assert.equal(states.get(reference), 'withdrawn', `${reference} is back`);
    const isMarked = tombstones.has(tombstoneMark(secrets, reference));
    assert.ok(isMarked || owed.has(reference), `${reference} could come back with a backup`);
  }
}

test('A4: wherever the power fails, every promise made before holds on what is left of the disk', async (t) => {
  const recorder = buildRecorder(t);
  if ('missing' in recorder) return t.skip(recorder.missing);
  const folder = aFolderInMemory(t);
  mkdirSync(join(folder, 'copies'));
  const steps = stepsOf(t, recorder.library, folder, [script, folder, String(amount(5, 100))]);
  const left = join(aFolderInMemory(t), 'left');

  const disk = new MortalDisk();
  const promised: Promised = {
    kept: new Set(),
    copied: new Set(),
    withdrawn: new Set(),
    laid: new Set(),
    secrets: new Set(),
  };
  const random = aRandom(1);
  let disks = 0;
  for (const [index, step] of steps.entries()) {
    disk.take(step);
    hear(promised, step);
    // Between two syncs nothing becomes safer, and nothing more was promised.
    const isSafer = step.kind === 'synced' || step.kind === 'printed';
    const partly: Luck[] = Array.from({ length: amount(1, 3) }, () => ({ random }));
    const other: Luck[] = isLong ? ['everything', ...partly] : index % 3 === 0 ? ['everything'] : partly;
    const lucks: Luck[] = isSafer ? ['nothing', ...(isLong ? other : [])] : other;
    for (const luck of lucks) {
      disk.leaveIn(left, luck);
      mkdirSync(join(left, 'copies'), { recursive: true });
      const how = typeof luck === 'string' ? `${luck} of the rest` : 'a part of the rest';
      const where = `step ${index} of ${steps.length} (${step.kind}), with ${how}`;
      await expectKept(left, promised).catch((cause: unknown) => {
        throw new Error(`${where}: ${cause instanceof Error ? cause.message : ''}`, { cause });
      });
      disks += 1;
    }
  }
  assert.ok(promised.kept.size >= 5 && promised.withdrawn.size >= 1 && promised.laid.size >= 1);
  t.diagnostic(`figure: ${steps.length} steps, ${disks} disks, ${promised.kept.size} receipts`);
});
