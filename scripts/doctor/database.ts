/** What the doctor finds in the database and beside it: audit, second copies, backups, tests of the services. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/server/config.ts';
import { missingParts, strangeParts } from '../../src/server/store/data-dir.ts';
import type { Directory } from '../../src/server/directory.ts';
import { checkAudit } from '../../src/server/store/audit-check.ts';
import { lastTests } from '../../src/server/store/canary.ts';
import type { Head } from '../../src/server/store/chain.ts';
import { digestFacts } from '../../src/server/store/digest.ts';
import { countMissingCopies } from '../../src/server/store/mend-copies.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { isPaused } from '../../src/server/store/pause.ts';
import { testDays, testMs } from '../../src/server/store/retention.ts';
import type { Store } from '../../src/server/store/store.ts';
import { countApart, tombstoneFile } from '../../src/server/store/tombstones.ts';
import { isOurVolume } from '../../src/server/store/volume.ts';

/** `assures`: what somebody looks for who asked, and finds well. */
export type Findings = { stops: string[]; warns: string[]; assures?: string[] };

/** A daily backup that was missed once. */
const backupHoursMax = 48;

/** @param known a head from a daily digest, to compare the audit with */
export async function databaseFindings(
  config: Config,
  { services, known, now }: { services: Directory['services']; known: Head | undefined; now: Date },
): Promise<Findings> {
  const findings = findSecondCopy(config);
  if (!config.operatorEmail)
    findings.warns.push(
      'OPERATOR_EMAIL: not set, so nobody is told of new tasks, and there is no daily digest',
    );
  const missing = missingParts(config);
  if (missing.length > 0) return { ...findings, stops: [...findings.stops, ...missing] };
  if (!config.databaseUrl && !existsSync(join(config.dataDir, 'referrals.db')))
    return { ...findings, warns: [...findings.warns, ...staleTests(new Map(), services, now)] };

  const store = await openStore(config);
  try {
    findings.stops.push(...(await strangeParts(store, config)));
    const verdict = await checkAudit(store, known);
    if (!verdict.isWhole) findings.stops.push(`audit: entry ${verdict.seq} ${whatHappened[verdict.why]}`);
    else {
      const fits = known ? ', and the head of the digest fits' : '';
      findings.assures = [`audit: whole, up to entry ${verdict.head.seq}${fits}`];
    }
    if (await isPaused(store)) {
      findings.stops.push(
        'outbox: paused since it was brought back; `npm run restore -- --release` lets it go',
      );
    }
    const { secondCopyDir } = config;
    if (secondCopyDir && existsSync(secondCopyDir) && !(await isOurVolume(store, secondCopyDir)))
      findings.stops.push(anotherVolume);
    else findings.warns.push(...(await missingCopies(store)), ...(await tombstonesApart(config)));
    findings.warns.push(...(await staleBackup(config, store, now)));
    findings.warns.push(...staleTests(await lastTests(store), services, now));
  } finally {
    await store.close();
  }
  return findings;
}

const anotherVolume =
  'SECOND_COPY_DIR: not the volume that the copies are on (is it mounted?); if it was replaced, see docs/backups.md';

const whatHappened = {
  changed: 'is not as it was written',
  missing: 'is missing',
  added: 'was put in by something else than the portal',
  'not-covered':
    'is older than what the audit still holds, so nothing can be told by it: take a later digest',
} as const;

function findSecondCopy({ dataDir, secondCopyDir }: Config): Findings {
  if (!secondCopyDir) {
    return {
      stops: [],
      warns: ['SECOND_COPY_DIR: not set, so a lost disk loses the referrals since the last backup'],
    };
  }
  if (!existsSync(secondCopyDir)) return { stops: ['SECOND_COPY_DIR: no such folder'], warns: [] };
  const warns: string[] = [];
  if (existsSync(dataDir) && statSync(secondCopyDir).dev === statSync(dataDir).dev) {
    warns.push('SECOND_COPY_DIR: on the same volume as DATA_DIR (is the other one mounted?)');
  }
  if (!existsSync(join(secondCopyDir, 'secrets.json'))) {
    warns.push('SECOND_COPY_DIR: holds no secrets.json yet; the courier puts it there when it starts');
  }
  return { stops: [], warns };
}

async function missingCopies(store: Store): Promise<string[]> {
  const missing = await countMissingCopies(store).catch(() => 0);
  return missing > 0 ? [`SECOND_COPY_DIR: ${missing} referrals have no second copy yet`] : [];
}

/** Whoever brings a backup back may have only one of the two files. */
async function tombstonesApart({ dataDir, secondCopyDir }: Config): Promise<string[]> {
  if (!secondCopyDir) return [];
  const apart = await countApart(tombstoneFile(dataDir), tombstoneFile(secondCopyDir)).catch(() => 0);
  return apart > 0
    ? [
        `tombstones: ${apart} are only in one of DATA_DIR and SECOND_COPY_DIR; the courier lays them in both within a minute`,
      ]
    : [];
}

async function staleBackup({ databaseUrl }: Config, store: Store, now: Date): Promise<string[]> {
  if (databaseUrl)
    return ['backups: PostgreSQL has its own (pg_dump); the portal cannot see when the last was made'];
  const { hoursSinceBackup } = await digestFacts(store, now);
  if (hoursSinceBackup === undefined) return ['backups: none has been made with `npm run backup`'];
  return hoursSinceBackup > backupHoursMax
    ? [`backups: the last was made ${hoursSinceBackup} hours ago`]
    : [];
}

function staleTests(
  tests: Awaited<ReturnType<typeof lastTests>>,
  services: Directory['services'],
  now: Date,
): string[] {
  return Object.entries(services).flatMap(([id, { canaryAcknowledgedOn }]) => {
    const tested = tests.get(id)?.confirmed;
    // What the operator wrote into the directory counts as long as a test would.
    const noted = canaryAcknowledgedOn === null ? undefined : Date.parse(canaryAcknowledgedOn);
    if (noted === undefined && tested) {
      const day = tested.toISOString().slice(0, 10);
      return [`${id}: confirmed a test; its canaryAcknowledgedOn can be set to ${day}`];
    }
    if (noted === undefined)
      return [`${id}: nobody has confirmed a test referral yet, so it is shown without a form`];
    if (tested || now.getTime() - noted <= testMs) return [];
    return [`${id}: has confirmed no test for ${testDays} days; \`npm run canary -- ${id}\` sends one`];
  });
}
