/** Files that are there, whole, after a power cut: syncing a file does not make the folder remember its name. */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from './has-code.ts';

/**
 * Puts a file where there is none, for its owner only; one that is there already stays as it is. It gets its name when
 * it is complete, so that a crash never leaves half of it, and of two processes that start together one succeeds. Where it
 * is there, a full disk is no hindrance.
 */
export function createOnce(file: string, text: string): void {
  if (!existsSync(file)) create(file, text);
  // Also where another process made it: that one may not have come so far.
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function create(file: string, text: string): void {
  const part = join(dirname(file), `.${process.pid}.part`);
  try {
    rmSync(part, { force: true });
    writeFileSync(part, text, { flag: 'wx', mode: 0o600, flush: true });
    linkSync(part, file);
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw cause;
  } finally {
    rmSync(part, { force: true });
  }
}

/** The same on a volume that may not answer: nobody else is held up. */
export async function placeOnce(file: string, text: string, mode = 0o600): Promise<void> {
  if (!(await isThere(file))) await place(file, text, mode);
  await syncFolder(dirname(file));
}

async function place(file: string, text: string, mode: number): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    await rm(part, { force: true });
    await writeFile(part, text, { flag: 'wx', mode, flush: true });
    await link(part, file);
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw cause;
  } finally {
    await rm(part, { force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A file that is not there is read as an empty one. */
export async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return '';
    throw cause;
  });
}

/**
 * The mode of a file for its owner only, unless the group may use the folder: then another process of ours has to read it,
 * or take it away.
 */
export async function modeIn(folder: string): Promise<number> {
  return 0o600 | ((await stat(folder)).mode & 0o060);
}

/** Makes the folder remember which files it has. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
