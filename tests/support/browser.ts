/** Playwright's test with a running portal behind it. A page that breaks its own security policy fails the test. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from 'playwright/test';
import { demonstrationWorkFactor } from '../../scripts/demonstration/keys.ts';
import { parseEnvelope } from '../../src/referral/envelope.ts';
import { newKeyPair, open, unwrapIdentity, wrapIdentity } from '../../src/referral/seal.ts';
import { neutralPagePort, siteUrl } from './demonstration.ts';
import { mails, nextMail, post, send, type FormFields } from './referral-form.ts';

export { expect, neutralPagePort };

/** A referral that was sent, as its service can know it. */
export type SentReferral = {
  readonly link: string;
  readonly reference: string;
  readonly innerCode: string;
  readonly callMe: string;
  readonly receipt: string;
};

export type Site = {
  readonly url: string;
  /** Sends a referral over HTTP and waits for its notice. */
  sendReferral(fields?: FormFields, path?: string): Promise<SentReferral>;
  readonly keys: {
    /** The demonstration's key file, and one that fits nothing. Both open with `passphrase`. */
    readonly own: string;
    readonly stranger: string;
    readonly passphrase: string;
    /** What is inside `own`. */
    readonly identity: string;
  };
};

const dataDir = () => process.env['PORTAL_TEST_DATA_DIR'] ?? '';

// Services differ by area, so that two tests at once never wait for each other's notice, and that no service has so many
// within the hour that they go together.
const services = { next: 0 };
const districts = 'CT DH HU CM DT GL WR NR EX LN NG LE DE ST NN MK BN GU LU BS SN NE CA'.split(' ');
const postcodes = districts.map((district) => `${district}1 1AA`);

export const test = base.extend<object, { site: Site }>({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => {
      // A refused page, and a connection that a test cut, are the test's own doing.
      const meant = /status of (4\d\d|503)|net::ERR_FAILED/.test(message.text());
      if (message.type() === 'error' && !meant) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    await use(page);
    expect(errors, 'the console stays free of errors').toEqual([]);
  },
  site: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'portal-keys-'));
      const passphrase = readFileSync(join(dataDir(), 'demo', 'passphrase.txt'), 'utf8').trim();
      const keys = join(dataDir(), 'demo', 'keys');
      const own = join(keys, readdirSync(keys).sort()[0] ?? '');
      const identity = await unwrapIdentity(readFileSync(own, 'utf8'), passphrase);
      const stranger = join(folder, 'stranger.txt');
      writeFileSync(
        stranger,
        await wrapIdentity((await newKeyPair()).identity, passphrase, demonstrationWorkFactor),
      );
      await use({
        url: siteUrl,
        keys: { own, stranger, passphrase, identity },
        sendReferral: (fields, path) => sendReferral(identity, fields, path),
      });
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

async function sendReferral(
  identity: string,
  fields: FormFields = {},
  path = '/en/refer/1/',
): Promise<SentReferral> {
  const callMe = `Test Person ${Math.random().toString(36).slice(2, 10)}`;
  services.next += 1;
  const postcode = postcodes[services.next % postcodes.length] ?? '';
  const known = await mails();
  const { receipt, page } = await send({ 'call-me': callMe, postcode, ...fields }, path);
  if (!receipt) throw new Error(`the referral was not accepted: ${page.slice(0, 400)}`);

  // Another worker's notice may come first: the one whose seal holds our name is ours.
  for (let seen = known; ;) {
    const mail = await nextMail(seen);
    seen = [...seen, mail];
    const link = /https?:\/\/\S+\/p\/#\S+/.exec(mail.text)?.[0];
    // Another worker's withdrawal is told without one.
    if (link === undefined) continue;
    const [reference = '', capability = ''] = new URL(link).hash.slice(1).split('.');
    const response = await post('/p/open', { reference, capability });
    const { sealed } = (await response.json()) as { sealed?: string };
    if (!sealed) continue;
    const envelope = parseEnvelope(await open(Buffer.from(sealed, 'base64'), identity));
    if (envelope.answers['call-me'] === callMe) {
      return { link, reference, innerCode: envelope.innerCode, callMe, receipt };
    }
  }
}
