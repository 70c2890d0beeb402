/**
 * The robot behind the hourly test: reads a notice from standard input, opens the test referral and confirms it.
 *
 * A mail server pipes into it whatever comes for the canary's address. It belongs on another machine than the portal's:
 * there it shows that mail and site can be reached from outside. That machine needs the code in `/opt/portal/current`
 * with `npm ci --omit=dev`, because Debian's own node cannot run it. In its aliases file, on one line:
 * `canary: "|/opt/portal/current/node_modules/.bin/node /opt/portal/current/scripts/canary-robot.ts --origin https://…
 * --key /etc/canary-key.txt"`. The mail server runs it as a user of its own, in postfix that of `default_privs` (`nobody`
 * unless you name another), and that one must be able to read the key.
 */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import PostalMime from 'postal-mime';
import { openReferral } from '../src/referral/opening.ts';

const { values } = parseArgs({ options: { origin: { type: 'string' }, key: { type: 'string' } } });
const { origin, key } = values;
if (!origin || !key) {
  process.stderr.write('canary-robot.ts --origin <SITE_ORIGIN> --key <file with an age identity>\n');
  process.exit(2);
}

const mail = await PostalMime.parse(await text(process.stdin));
const [, reference = '', capability = ''] =
  /\/p\/#([0-9A-Z]{8})\.([0-9a-f]{32})/u.exec(mail.text ?? '') ?? [];
// Whatever else comes to this address is no notice, and no mistake of the sender's either.
if (reference === '') process.exit(0);

const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+$/mu.exec(readFileSync(key, 'utf8'))?.[0] ?? '';
const fetched = await ask('/p/open', { reference, capability });
const opened = await openReferral(Buffer.from(String(fetched['sealed']), 'base64'), identity, reference);
if (opened.kind !== 'opened') stop(`the test referral does not open: ${opened.kind}`);
// A person waits behind anything that is not a test: a robot must never say that it has been read.
if (opened.envelope.test !== true) stop('this is not a test');
await ask('/p/ack', { reference, code: opened.envelope.innerCode });

/** Always our own site, whatever a mail says: only what is in its link is used, not where it leads. */
async function ask(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { Origin: String(origin) },
    body: new URLSearchParams(fields),
  });
  if (!response.ok) stop(`${path} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

/** 75 makes a mail server try again later. https://man.openbsd.org/sysexits.3 */
function stop(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(75);
}
