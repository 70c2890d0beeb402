/** The keys and the directory of a demonstration: real keys, made here, that protect nobody. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { newPassphrase } from '../../src/referral/passphrase.ts';
import { newKeyPair, wrapIdentity } from '../../src/referral/seal.ts';
import { Directory } from '../../src/server/directory.ts';

/** log2 of scrypt's N: opening takes a blink, because these keys protect nobody. */
export const demonstrationWorkFactor = 12;

/** Where a demonstration keeps what a service would have: `demo/keys/*.txt`, and the passphrase that opens both. */
export const keysFolder = (dataDir: string): string => join(dataDir, 'demo', 'keys');
export const passphraseFile = (dataDir: string): string => join(dataDir, 'demo', 'passphrase.txt');

/**
 * Makes two keys with one passphrase, and a directory in which every given service receives with them.
 *
 * Keys that are there stay, so that what an earlier run sealed can still be opened.
 *
 * @param mark what keeps a real portal from using the directory; a test of a real portal leaves it out
 */
export async function prepareDemonstration(
  dataDir: string,
  directoryFile: string,
  services: readonly string[],
  mark: Pick<Directory, 'demonstration'> = {},
) {
  const recipientsFile = join(dataDir, 'demo', 'recipients.json');
  if (!existsSync(recipientsFile)) {
    mkdirSync(keysFolder(dataDir), { recursive: true });
    const passphrase = newPassphrase(wordlist);
    const pairs = [await newKeyPair(), await newKeyPair()];
    for (const [index, pair] of pairs.entries()) {
      const file = join(keysFolder(dataDir), `RJ-key-demonstration-${index + 1}.txt`);
      writeFileSync(file, await wrapIdentity(pair.identity, passphrase, demonstrationWorkFactor));
    }
    writeFileSync(passphraseFile(dataDir), `${passphrase}\n`);
    writeFileSync(recipientsFile, JSON.stringify(pairs.map((pair) => pair.recipient)));
  }
  const recipients = JSON.parse(readFileSync(recipientsFile, 'utf8')) as string[];
  const directory: Directory = Directory.parse({
    version: 1,
    ...mark,
    services: Object.fromEntries(
      services.map((id) => [
        id,
        {
          channel: 'notice',
          addresses: [`${id}@service.example`],
          recipients,
          canaryAcknowledgedOn: '2026-11-01',
        },
      ]),
    ),
  });
  if (!existsSync(directoryFile)) writeFileSync(directoryFile, `${JSON.stringify(directory, null, 2)}\n`);
}
