/** The database and the secrets of one installation know each other, so that neither is taken for that of another. */
import { ConfigError } from '../failure.ts';
import { loadSecrets, type Secrets } from '../secrets.ts';
import { openWholeStore, type Place } from './data-dir.ts';
import { readMeta, writeMeta } from './meta.ts';
import { inTurn, type Store } from './store.ts';

/**
 * The database and the secrets of an installation that is all there: what every process opens that takes, sends or plants
 * referrals.
 *
 * @throws ConfigError as `openWholeStore` and `expectOwnSecrets` do
 */
export async function openInstallation(place: Place): Promise<{ store: Store; secrets: Secrets }> {
  const store = await openWholeStore(place);
  // After the database: loading makes them where there are none.
  const secrets = loadSecrets(place.dataDir);
  await expectOwnSecrets(store, secrets);
  return { store, secrets };
}

/**
 * Notes in the database whose secrets it is kept with, when it is opened for the first time.
 *
 * @throws ConfigError when these are others: no receipt, no link and no inner code that was ever given would work.
 */
export async function expectOwnSecrets(store: Store, secrets: Secrets): Promise<void> {
  const mark = secrets.mac('installation');
  const known = await inTurn(store, 'installation', async (change) => {
    const earlier = await readMeta(change, 'installation');
    if (earlier === undefined) await writeMeta(change, 'installation', mark);
    return earlier ?? mark;
  });
  if (known !== mark)
    throw new ConfigError([
      'DATA_DIR: secrets.json is not the one that this database was kept with. docs/backups.md says how to bring it back',
    ]);
}
