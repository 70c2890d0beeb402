/**
 * Brings an installation back, or the part of it that is left. `docs/backups.md` says when to do what.
 *
 * Exit 0 done, 1 refused, 2 misuse.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/server/config.ts';
import { loadSecrets } from '../src/server/secrets.ts';
import { checkAudit } from '../src/server/store/audit-check.ts';
import { expectWhole, readBackup } from '../src/server/store/backup.ts';
import { expectOwnSecrets } from '../src/server/store/installation.ts';
import { openStore } from '../src/server/store/open-store.ts';
import { releaseOutbox } from '../src/server/store/pause.ts';
import { settleRestored } from '../src/server/store/restore.ts';
import { readCopies } from '../src/server/store/second-copy.ts';
import type { Store } from '../src/server/store/store.ts';
import { appendMissing, linesOf, readTombstones, tombstoneFile } from '../src/server/store/tombstones.ts';
import { takeVolume } from '../src/server/store/volume.ts';

const usage = `npm run restore -- one of
  --from <backup> --identity <key file> --into <new folder> --tombstones <file> [--copies <folder>]
  --from-copies <folder> --into <new folder>
  --replay --tombstones <file> [--copies <folder>]   after PostgreSQL's own tools brought the database back
  --release                                          lets the outbox go
  --new-volume                                       copies go from now on to the folder that SECOND_COPY_DIR names
`;

type Place = { dataDir: string; databaseUrl?: string | undefined };

type Asked = { tombstones: readonly string[]; withoutTombstones: boolean; copies: string | undefined } & (
  | { way: 'backup'; from: string; identity: string; into: string }
  | { way: 'copies'; into: string }
  | { way: 'replay' }
  | { way: 'release' }
  | { way: 'new-volume' }
);

const asked = readCommand();
if (!asked) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await run(asked).catch((cause: unknown) => {
    process.stderr.write(`Refused: ${cause instanceof Error ? cause.message : 'failed'}\n`);
    process.exitCode = 1;
  });
}

/** Undefined unless exactly one way was asked for, with all that it needs. */
function readCommand(): Asked | undefined {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string' },
        identity: { type: 'string' },
        into: { type: 'string' },
        'from-copies': { type: 'string' },
        replay: { type: 'boolean', default: false },
        release: { type: 'boolean', default: false },
        'new-volume': { type: 'boolean', default: false },
        tombstones: { type: 'string', multiple: true, default: [] },
        'without-tombstones': { type: 'boolean', default: false },
        copies: { type: 'string' },
      },
    });
    const { from, identity, 'from-copies': fromCopies, replay, release, 'new-volume': newVolume } = values;
    const into = values.into && resolve(values.into);
    const copies = fromCopies ?? values.copies;
    const common = { tombstones: values.tombstones, withoutTombstones: values['without-tombstones'], copies };
    const ways = [from !== undefined, fromCopies !== undefined, replay, release, newVolume];
    if (ways.filter(Boolean).length !== 1) return undefined;
    if (from && identity && into) return { ...common, way: 'backup', from, identity, into };
    if (fromCopies && into) return { ...common, way: 'copies', into };
    if (replay) return { ...common, way: 'replay' };
    if (newVolume) return { ...common, way: 'new-volume' };
    return release ? { ...common, way: 'release' } : undefined;
  } catch {
    return undefined;
  }
}

async function run(command: Asked): Promise<void> {
  if (command.way === 'release') return release();
  if (command.way === 'new-volume') return beginVolume();
  const files = [...command.tombstones, ...(command.copies ? [tombstoneFile(command.copies)] : [])];
  // A second copy goes with its referral, so that copies alone bring nothing back.
  if (command.way !== 'copies' && !command.withoutTombstones && !files.some((file) => existsSync(file))) {
    throw new Error(
      'name the tombstones (--tombstones <DATA_DIR>/tombstones, or that of the second copies). If they are lost, say ' +
        '--without-tombstones: what was withdrawn or purged since then comes back',
    );
  }
  const place = await placeOf(command);
  const store = await openStore(place);
  try {
    await settle(store, place, command, files);
  } finally {
    await store.close();
  }
}

async function placeOf(command: Asked): Promise<Place> {
  switch (command.way) {
    case 'backup': {
      expectEmpty(command.into);
      const file = join(command.into, 'referrals.db');
      const header = await readBackup(command.from, identityIn(command.identity), file);
      const database = new DatabaseSync(file);
      try {
        expectWhole(database);
      } finally {
        database.close();
      }
      for (const [name, text] of Object.entries(header.files)) keepFile(join(command.into, name), text);
      say(`The backup of ${header.madeAt} is whole.`);
      return { dataDir: command.into };
    }
    case 'copies': {
      expectEmpty(command.into);
      const secrets = join(command.copies ?? '', 'secrets.json');
      if (!existsSync(secrets))
        throw new Error(`the codes of these referrals need secrets.json, which is not in ${command.copies}`);
      keepFile(join(command.into, 'secrets.json'), readFileSync(secrets, 'utf8'));
      return { dataDir: command.into };
    }
    default: {
      const config = readConfig();
      // With new ones no tombstone would fit, and what was let go would come back.
      if (!existsSync(join(config.dataDir, 'secrets.json')))
        throw new Error(`secrets.json is not in ${config.dataDir}: put it back first`);
      return config;
    }
  }
}

async function settle(store: Store, place: Place, command: Asked, files: readonly string[]): Promise<void> {
  const secrets = loadSecrets(place.dataDir);
  await expectOwnSecrets(store, secrets);
  const verdict = await checkAudit(store);
  say(
    verdict.isWhole
      ? `The audit is whole, up to entry ${verdict.head.seq}.`
      : `THE AUDIT IS NOT WHOLE: entry ${verdict.seq} is ${verdict.why}. Somebody must find out why.`,
  );
  const { copies, damaged } = command.copies ? await readCopies(command.copies) : { copies: [], damaged: [] };
  for (const name of damaged) say(`NOT READABLE: ${name}`);
  const { referrals, fromCopies, letGo } = await settleRestored(store, {
    secrets,
    tombstones: await readTombstones(files),
    copies,
    now: new Date(),
  });
  await appendMissing(tombstoneFile(place.dataDir), (await Promise.all(files.map(linesOf))).flat());
  say(`${referrals} referrals, ${fromCopies} of them from second copies; ${letGo} were let go again.`);
  say('Nothing is sent until somebody has looked at it and says: npm run restore -- --release');
}

async function release(): Promise<void> {
  const store = await openStore(readConfig());
  const wasPaused = await releaseOutbox(store, new Date()).finally(() => store.close());
  say(wasPaused ? 'The outbox is let go.' : 'The outbox was not paused.');
}

/** The word of the operator that a volume was replaced, and that what is mounted is the new one. */
async function beginVolume(): Promise<void> {
  const config = readConfig();
  if (!config.secondCopyDir) throw new Error('SECOND_COPY_DIR is not set');
  const store = await openStore(config);
  await takeVolume(store, config.secondCopyDir, { isNew: true }).finally(() => store.close());
  say(`Copies go to ${config.secondCopyDir} from now on; the courier writes those that are missing.`);
}

function expectEmpty(folder: string): void {
  if (existsSync(join(folder, 'referrals.db'))) throw new Error(`${folder} holds a database already`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function identityIn(keyFile: string): string {
  const identity = /^AGE-SECRET-KEY-[0-9A-Z-]+$/mu.exec(readFileSync(keyFile, 'utf8'))?.[0];
  if (!identity) throw new Error(`no line of ${keyFile} is an age identity (AGE-SECRET-KEY-…)`);
  return identity;
}

function keepFile(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
