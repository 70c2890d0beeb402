/**
 * One file from which everything can be brought back, sealed to a key that is not on this machine.
 *
 * Inside the seal: a line of JSON with the few files beside the database, then the database itself, so that
 * `age -d -i key backup | tail -n +2 > referrals.db` works without us. It is written as a stream: its size does not matter.
 */
import { createReadStream } from 'node:fs';
import { link, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { backup, DatabaseSync } from 'node:sqlite';
import { Decrypter, Encrypter } from 'age-encryption';
import * as z from 'zod';
import { hasCode } from '../has-code.ts';

const Header = z.strictObject({
  format: z.literal('portal-backup-1'),
  madeAt: z.iso.datetime(),
  /** Name and content of what belongs to the database and is not in it: the secrets, the directory. */
  files: z.record(z.string().regex(/^[a-z]+\.json$/), z.string()),
});

export type BackupHeader = z.infer<typeof Header>;

const ageMagic = 'age-encryption.org/v1\n-> ';

/** A header is a few kilobytes; more than this is none. */
const headerBytesMax = 4 * 1024 * 1024;

const copyName = /^\.backup-(\d+)\.db/;

/** Nobody seals a copy for half a day: its maker has died, and another program may have its number. */
const copyMsMax = 12 * 60 * 60 * 1000;

/**
 * Writes the backup of the SQLite database in `dataDir` to a file that is not there yet, readable by its owner only.
 *
 * @param recipients age public keys, whose private halves are kept elsewhere
 * @throws when the copy is damaged, or the file cannot be written whole
 */
export async function writeBackup(
  dataDir: string,
  { to, recipients, header }: { to: string; recipients: readonly string[]; header: BackupHeader },
): Promise<{ bytes: number }> {
  await clearCopies(dataDir);
  const copy = join(dataDir, `.backup-${process.pid}.db`);
  const part = `${to}.part`;
  try {
    await copyDatabase(dataDir, copy);
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    const plain = Readable.toWeb(Readable.from(contentOf(header, copy))) as ReadableStream<Uint8Array>;
    const file = await open(part, 'wx', 0o600);
    try {
      for await (const chunk of await encrypter.encrypt(plain)) await file.writeFile(chunk);
      await file.sync();
      await expectAge(part);
    } finally {
      await file.close();
    }
    // Unlike renaming, this never takes the place of a backup that is there.
    await link(part, to);
    return { bytes: (await stat(to)).size };
  } finally {
    await rm(part, { force: true });
    await clearCopies(dataDir);
  }
}

/**
 * Opens a backup into `databaseFile`, which is not there yet.
 *
 * @throws when the identity does not open it, or when it was altered or cut short
 */
export async function readBackup(
  from: string,
  identity: string,
  databaseFile: string,
): Promise<BackupHeader> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const sealed = Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>;
  const file = await open(databaseFile, 'wx', 0o600);
  try {
    const header = await unpack(await decrypter.decrypt(sealed), file);
    await file.sync();
    return header;
  } catch (cause) {
    await rm(databaseFile, { force: true });
    throw cause;
  } finally {
    await file.close();
  }
}

/** @throws Error with SQLite's own words when the database is damaged */
export function expectWhole(database: DatabaseSync): void {
  const verdict = database.prepare('pragma integrity_check(1)').get()?.['integrity_check'];
  if (verdict !== 'ok') throw new Error(`the database is damaged: ${String(verdict)}`);
}

async function copyDatabase(dataDir: string, copy: string): Promise<void> {
  await (await open(copy, 'wx', 0o600)).close();
  const database = new DatabaseSync(join(dataDir, 'referrals.db'), { readOnly: true });
  try {
    // All pages in one step: between two, a writer would make it begin again.
    await backup(database, copy, { rate: 2 ** 31 - 1 });
  } finally {
    database.close();
  }
  const copied = new DatabaseSync(copy);
  try {
    // One file, without a log beside it.
    copied.exec('pragma journal_mode = delete');
    expectWhole(copied);
  } finally {
    copied.close();
  }
}

async function* contentOf(header: BackupHeader, copy: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  yield* createReadStream(copy) as AsyncIterable<Uint8Array>;
}

async function unpack(content: AsyncIterable<Uint8Array>, database: FileHandle): Promise<BackupHeader> {
  let header: BackupHeader | undefined;
  let begun = Buffer.alloc(0);
  for await (const chunk of content) {
    if (header) {
      await database.writeFile(chunk);
      continue;
    }
    begun = Buffer.concat([begun, chunk]);
    const end = begun.indexOf('\n');
    if (end < 0 && begun.length > headerBytesMax) break;
    if (end < 0) continue;
    header = Header.parse(JSON.parse(begun.toString('utf8', 0, end)));
    await database.writeFile(begun.subarray(end + 1));
  }
  if (!header) throw new Error('it is not a backup of the portal');
  return header;
}

/** What a reader will look at first. */
async function expectAge(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(ageMagic.length), 0, ageMagic.length, 0);
    if (buffer.toString('latin1') !== ageMagic) throw new Error('what was written is not an age file');
  } finally {
    await handle.close();
  }
}

/**
 * A copy holds what the database held, which must go with it: zeros first, also over what a crash has left. That of
 * another backup under way stays.
 */
async function clearCopies(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const maker = Number(copyName.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(maker)) continue;
    const file = join(dataDir, name);
    const isFresh = Date.now() - (await stat(file)).mtimeMs < copyMsMax;
    if (maker !== process.pid && isFresh && isRunning(maker)) continue;
    const handle = await open(file, 'r+');
    const zeros = new Uint8Array(1024 * 1024);
    for (let left = (await handle.stat()).size; left > 0; left -= zeros.length) {
      await handle.writeFile(zeros.subarray(0, Math.min(left, zeros.length)));
    }
    await handle.sync();
    await handle.close();
    await rm(file);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // Somebody else's process is not ours to signal, but it runs.
    return hasCode(cause, 'EPERM');
  }
}
