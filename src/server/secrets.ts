/** The secrets of one installation: made at random on first use, kept in `DATA_DIR`, never in the database. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { createOnce, placeOnce } from './durable-file.ts';

/** What a code is for. The purpose is part of the computation, so a code made for one is worthless for another. */
export type Purpose =
  'form' | 'receipt' | 'lookup' | 'inner-code' | 'capability' | 'content' | 'tombstone' | 'installation';

export type Secrets = {
  /** HMAC-SHA-256 of the parts, in hex (64 characters). Parts are framed, so ('ab','c') differs from ('a','bc'). */
  mac(purpose: Purpose, ...parts: readonly string[]): string;
};

const SecretsFile = z.strictObject({ version: z.literal(1), master: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Reads `DATA_DIR/secrets.json`, or makes it, readable by its owner only. Two processes that start together end with
 * the same file, because only one of them can create it.
 *
 * @throws when the file is there but cannot be read as ours: guessing a new one would orphan every receipt.
 */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  createOnce(file, JSON.stringify({ version: 1, master: randomBytes(32).toString('hex') }));
  return secretsFrom(SecretsFile.parse(JSON.parse(readFileSync(file, 'utf8'))).master);
}

/** Puts the secrets beside the second copies, which are of little use without them. What is there already stays. */
export async function copySecrets(dataDir: string, folder: string): Promise<void> {
  const text = await readFile(join(dataDir, 'secrets.json'), 'utf8');
  const file = join(folder, 'secrets.json');
  await placeOnce(file, text);
  if ((await readFile(file, 'utf8')) !== text)
    throw new Error('beside the second copies lie the secrets of another portal');
}

export function secretsFrom(masterHex: string): Secrets {
  const master = Buffer.from(masterHex, 'hex');
  return {
    mac: (purpose, ...parts) =>
      createHmac('sha256', master)
        .update(JSON.stringify([purpose, ...parts]))
        .digest('hex'),
  };
}

/** Compares two hex or code strings in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
