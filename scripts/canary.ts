/**
 * Sends a test referral to services, as real as any but for the word test inside the seal:
 * `npm run canary -- <service>…` or `--all`. `npm run doctor` says who has confirmed one.
 *
 * Exit 0 done, 1 refused, 2 misuse.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { clockFrom, machineClock } from '../src/server/clock.ts';
import { readCatalogue } from '../src/server/catalogue.ts';
import { readConfig } from '../src/server/config.ts';
import { plantTest } from '../src/server/delivery/canary.ts';
import { readDirectory, recipientsOf } from '../src/server/directory.ts';
import { openInstallation } from '../src/server/store/installation.ts';
import { showCode } from '../src/referral/codes.ts';

const usage = 'npm run canary -- <service>… | --all';

const asked = readCommand();
if (!asked) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  await run(asked).catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : 'failed'}\n`);
    process.exitCode = 1;
  });
}

function readCommand(): readonly string[] | 'all' | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { all: { type: 'boolean' } },
    });
    if (values.all) return positionals.length === 0 ? 'all' : undefined;
    return positionals.length > 0 ? positionals : undefined;
  } catch {
    return undefined;
  }
}

async function run(services: readonly string[] | 'all'): Promise<void> {
  const config = readConfig();
  const known = new Set(readCatalogue().services.map((service) => service.id));
  const directory = readDirectory(config.directoryFile, known, config.demonstration);
  const wanted = services === 'all' ? Object.keys(directory.services) : services;
  const strangers = wanted.filter((id) => !directory.services[id]);
  if (strangers.length > 0) throw new Error(`not in the directory: ${strangers.join(', ')}`);

  const now = config.clockFile ? clockFrom(config.clockFile) : machineClock;
  const { store, secrets } = await openInstallation(config);
  try {
    for (const id of wanted) {
      const service = directory.services[id];
      if (!service) continue;
      const reference = await plantTest(store, {
        service: id,
        secrets,
        recipients: recipientsOf(service, directory),
        formKey: `test ${randomUUID()}`,
        now: now(),
      });
      process.stdout.write(`${id}\t${showCode(reference)}\n`);
    }
  } finally {
    await store.close();
  }
}
