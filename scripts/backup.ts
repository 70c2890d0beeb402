/**
 * Writes one sealed file from which everything can be brought back: `npm run backup -- --to <file> --recipient age1…`.
 *
 * Web process and courier may go on. Exit 0 done, 1 refused, 2 misuse.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clockFrom, machineClock } from '../src/server/clock.ts';
import { readConfig } from '../src/server/config.ts';
import { missingParts } from '../src/server/store/data-dir.ts';
import { record } from '../src/server/store/audit.ts';
import { writeBackup } from '../src/server/store/backup.ts';
import { openStore } from '../src/server/store/open-store.ts';
import { inTurn } from '../src/server/store/store.ts';

const usage = 'npm run backup -- --to <new file> --recipient age1… [--recipient age1…]';

const postgres =
  'This installation uses PostgreSQL: make the backup with pg_dump and seal it with age (docs/backups.md says how).';

type Asked = { to: string; recipients: readonly string[] };

const asked = readCommand();
if (!asked) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  await run(asked).catch((cause: unknown) => {
    process.stderr.write(`No backup was made: ${cause instanceof Error ? cause.message : 'failed'}\n`);
    process.exitCode = 1;
  });
}

function readCommand(): Asked | undefined {
  try {
    const { values } = parseArgs({
      options: { to: { type: 'string' }, recipient: { type: 'string', multiple: true } },
    });
    const { to, recipient: recipients } = values;
    if (!to || !recipients?.every((one) => one.startsWith('age1'))) return undefined;
    return { to: resolve(to), recipients };
  } catch {
    return undefined;
  }
}

async function run({ to, recipients }: Asked): Promise<void> {
  const config = readConfig();
  if (config.databaseUrl) throw new Error(postgres);
  if (existsSync(to)) throw new Error('that file is there already');
  if (!existsSync(join(config.dataDir, 'referrals.db'))) throw new Error('DATA_DIR holds no database');
  const [missing] = missingParts(config);
  if (missing) throw new Error(missing);
  const now = config.clockFile ? clockFrom(config.clockFile) : machineClock;

  const store = await openStore(config);
  try {
    const files = {
      'secrets.json': join(config.dataDir, 'secrets.json'),
      'directory.json': config.directoryFile,
    };
    const { bytes } = await writeBackup(config.dataDir, {
      to,
      recipients,
      header: { format: 'portal-backup-1', madeAt: now().toISOString(), files: contentsOf(files) },
    });
    await inTurn(store, 'backup', (change) => record(change, { at: now(), event: 'backed-up' }));
    process.stdout.write(`${to}: ${bytes} bytes, sealed to ${recipients.length} key(s)\n`);
  } finally {
    await store.close();
  }
}

function contentsOf(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files)
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [name, readFileSync(file, 'utf8')]),
  );
}
