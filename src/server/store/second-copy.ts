/**
 * A second copy of every sealed referral on another volume: if the database and its disk are lost, the referrals are not.
 *
 * One file for each reference: a line of JSON with what is known of it besides the text, then the sealed bytes as they
 * are. `tail -n +2 <file>` gives an age file.
 */
import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { referenceLength, tidyCode } from '../../referral/codes.ts';
import { modeIn, syncFolder } from '../durable-file.ts';
import { hasCode } from '../has-code.ts';
import { fewInTime } from './in-time.ts';

const mac = z.string().regex(/^[0-9a-f]{64}$/);

const Header = z.strictObject({
  format: z.literal('portal-referral-1'),
  reference: z.string().refine((text) => tidyCode(text, referenceLength) === text),
  service: z.string(),
  lane: z.enum(['normal', 'held']),
  formKeyMac: mac,
  version: z.int().positive(),
  receiptMac: mac.nullable(),
  innerCodeMac: mac,
  isTest: z.boolean(),
  acceptedAt: z.iso.datetime(),
  /** Only where a service has handed it on: how often, who last, when, and what its inner code was before. */
  handedOn: z
    .strictObject({ times: z.int().positive(), from: z.string(), at: z.iso.datetime(), codeMac: mac })
    .optional(),
});

type Header = z.infer<typeof Header>;

/** What it takes to put a referral back. */
export type Copy = Omit<Header, 'format' | 'acceptedAt' | 'handedOn'> & {
  acceptedAt: Date;
  handedOn?: HandedOnCopy | undefined;
  sealed: Uint8Array;
};

export type HandedOnCopy = Omit<NonNullable<Header['handedOn']>, 'at'> & { at: Date };

/** Everything here rejects where the volume is away or another, and after some seconds when it does not answer. */
export type SecondCopy = {
  /**
   * Resolves when it is on that disk, too, or a copy of after it was handed on.
   *
   * @throws when it is not there within two seconds
   */
  keep(copy: Copy): Promise<void>;
  /** Overwrites it and takes it away. Nothing there is no mistake. */
  remove(reference: string): Promise<void>;
  /** References of which there is a copy. */
  references(): Promise<ReadonlySet<string>>;
  /** How often the referral had been handed on when it was copied. Undefined for a copy that cannot be read. */
  timesHandedOn(reference: string): Promise<number | undefined>;
  /** Overwrites what crashes have left of copies, and takes it away. */
  clearParts(): Promise<void>;
  /** Does something with another file of the folder. */
  withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
};

/** A person waits for this: a volume that hangs must not hold up the answer for longer. */
const keepMsMax = 2000;

/** Nobody waits for what the courier does there, and a disk that has to wake up may take its time. */
const careMsMax = 10_000;

/** A volume that hangs keeps this many of the four threads that Node has for files, and leaves it the others. */
const atOnceMax = 2;

const ending = '.referral';

export const isCopy = (name: string): boolean => name.endsWith(ending);

/** A name of its own: what a crash has left of a copy is never taken for one. */
const partName = (reference: string) => `.${reference}.${process.pid}.part`;

/** By now whoever was writing it has died. */
const partMsMax = 60 * 60 * 1000;

/**
 * The folder must be there: making it would write to the first disk whenever the second is not mounted.
 *
 * @param expectOurs rejects where it is not the folder that these copies belong in
 */
export function openSecondCopy(folder: string, expectOurs: () => Promise<void>): SecondCopy {
  const fileOf = (reference: string) => join(folder, `${reference}${ending}`);
  const few = fewInTime(atOnceMax);
  const inTime = <Result>(work: () => Promise<Result>, waitMsMax: number) =>
    few(async () => {
      await expectOurs();
      return work();
    }, waitMsMax);

  async function write(copy: Copy): Promise<void> {
    const part = join(folder, partName(copy.reference));
    await writeDurably(part, bytesOf(copy), 'w', await modeIn(folder));
    if (await isFirst(part, copy.reference)) {
      await rm(part, { force: true });
      return syncFolder(folder);
    }
    if (await isOutdated(copy)) return wipe(part);
    // A copy of what has been handed on since must not stay readable in blocks that nobody owns any more.
    const earlier = await open(fileOf(copy.reference), 'r+').catch(ignoreMissing);
    try {
      await rename(part, fileOf(copy.reference));
      await syncFolder(folder);
      if (earlier) await earlier.writeFile(new Uint8Array((await earlier.stat()).size));
      await earlier?.sync();
    } finally {
      await earlier?.close();
    }
  }

  /** In one step, so that whoever stood still before it meanwhile takes nobody's place. */
  async function isFirst(part: string, reference: string): Promise<boolean> {
    try {
      await link(part, fileOf(reference));
      return true;
    } catch (cause) {
      if (hasCode(cause, 'EEXIST')) return false;
      throw cause;
    }
  }

  /** A volume that hung may carry a write out long after the referral was handed on, and copied again. */
  async function isOutdated({ reference, handedOn }: Copy): Promise<boolean> {
    const times = handedOn?.times ?? 0;
    const there = await timesHandedOn(reference);
    return there !== undefined && (times === 0 || there > times);
  }

  async function references(): Promise<ReadonlySet<string>> {
    const names = await readdir(folder);
    return new Set(names.filter(isCopy).map((name) => name.slice(0, -ending.length)));
  }

  async function timesHandedOn(reference: string): Promise<number | undefined> {
    const bytes = await readFile(fileOf(reference));
    try {
      return copyFrom(bytes).handedOn?.times ?? 0;
    } catch {
      return undefined;
    }
  }

  async function clearParts(): Promise<void> {
    for (const name of (await readdir(folder)).filter((one) => one.endsWith('.part'))) {
      const part = join(folder, name);
      const { mtimeMs, nlink } = await stat(part);
      if (Date.now() - mtimeMs <= partMsMax) continue;
      // One that has got its name as well is the copy itself.
      await (nlink > 1 ? rm(part, { force: true }) : wipe(part));
    }
  }

  return {
    keep: (copy) => inTime(() => write(copy), keepMsMax),
    remove: (reference) => inTime(() => wipe(fileOf(reference)), careMsMax),
    // A look at a folder takes nothing for ours: the doctor does no more.
    references: () => few(references, careMsMax),
    timesHandedOn: (reference) => inTime(() => timesHandedOn(reference), careMsMax),
    clearParts: () => inTime(clearParts, careMsMax),
    withFolder: (work) => inTime(() => work(folder), careMsMax),
  };
}

/** Every copy in a folder. `damaged` are names of files that are none. */
export async function readCopies(folder: string): Promise<{ copies: Copy[]; damaged: string[] }> {
  const copies: Copy[] = [];
  const damaged: string[] = [];
  for (const name of (await readdir(folder)).filter(isCopy).sort()) {
    try {
      copies.push(copyFrom(await readFile(join(folder, name))));
    } catch {
      damaged.push(name);
    }
  }
  return { copies, damaged };
}

/** Each field by its name: a caller may hold more of a referral than belongs here. */
function bytesOf(copy: Copy): Uint8Array {
  const { reference, service, lane, formKeyMac, version, receiptMac, innerCodeMac, isTest, handedOn } = copy;
  const header: Header = {
    format: 'portal-referral-1',
    reference,
    service,
    lane,
    formKeyMac,
    version,
    receiptMac,
    innerCodeMac,
    isTest,
    acceptedAt: copy.acceptedAt.toISOString(),
    ...(handedOn && { handedOn: { ...handedOn, at: handedOn.at.toISOString() } }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), copy.sealed]);
}

function copyFrom(bytes: Buffer): Copy {
  const end = bytes.indexOf('\n');
  const {
    format: _format,
    acceptedAt,
    handedOn,
    ...known
  } = Header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
  return {
    ...known,
    acceptedAt: new Date(acceptedAt),
    ...(handedOn && { handedOn: { ...handedOn, at: new Date(handedOn.at) } }),
    sealed: new Uint8Array(bytes.subarray(end + 1)),
  };
}

/** Overwrites a file and takes it away. */
async function wipe(file: string): Promise<void> {
  const { size } = (await stat(file).catch(ignoreMissing)) ?? { size: 0 };
  if (size > 0) await writeDurably(file, new Uint8Array(size), 'r+');
  await rm(file, { force: true });
}

async function writeDurably(file: string, bytes: Uint8Array, flag: string, mode?: number): Promise<void> {
  const handle = await open(file, flag, mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(cause: unknown): undefined {
  if (hasCode(cause, 'ENOENT')) return undefined;
  throw cause;
}
