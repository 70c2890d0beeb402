/** How the file with a worker's wrapped key is named. The name says whose it is; the passphrase is never in it. */

/** 'RJ-key-northfield-ab.txt'. Letters of every script stay; what a file system or a mail program minds is left out. */
export function keyFileName(service: string, initials: string): string {
  return `RJ-key-${part(service)}-${part(initials)}.txt`;
}

function part(typed: string): string {
  const words = typed.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.join('-').slice(0, 40) || 'x';
}
