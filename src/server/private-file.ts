/** A file with a secret in it, which only the process that needs it may be able to read. */
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './failure.ts';

/**
 * @param setting the name of the setting that names the file
 * @throws ConfigError when it cannot be read, is no file, or others could read or change it. Nothing of it is repeated.
 */
export function readPrivateFile(setting: string, file: string): string {
  let text: string;
  try {
    const { mode, gid } = statSync(file);
    if (isOpenToOthers(mode, gid))
      throw new ConfigError([`${setting}: others can read or change ${file}: chmod 600`]);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError([`${setting}: cannot read ${file}`]);
  }
  return text;
}

/**
 * systemd hands a credential over as root's, with an entry in its access list for the user of the unit; the mode then
 * shows that entry as if root's group might read it. https://systemd.io/CREDENTIALS/
 */
function isOpenToOthers(mode: number, gid: number): boolean {
  const mayWrite = (mode & 0o022) !== 0;
  const mayReadAsGroup = (mode & 0o050) !== 0 && gid !== 0;
  return mayWrite || mayReadAsGroup || (mode & 0o007) !== 0;
}
