/** A worker at a service may well have Firefox: the page that opens referrals works there as it does in Chromium. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../support/browser.ts';
import { openFirefox, wholeFirefox } from '../support/whole-firefox.ts';

test.skip(wholeFirefox === undefined, 'no Firefox (on Debian: apt-get install firefox-esr)');

test('a worker opens a referral in Firefox with key file and passphrase, and confirms it', async ({
  site,
}) => {
  const { link, callMe, reference } = await site.sendReferral();
  const profile = mkdtempSync(join(tmpdir(), 'portal-firefox-'));
  const browser = await openFirefox(profile);
  try {
    const [tab] = await browser.tabs();
    if (!tab) throw new Error('no page');
    const page = () => tab.run<string>(`document.querySelector('main').innerText`);
    await tab.goTo(link);
    await expect.poll(page).toContain('Unlock it with your key');
    await tab.run(`(() => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([${JSON.stringify(readFileSync(site.keys.own, 'utf8'))}], 'key.txt'));
      document.getElementById('key-file').files = chosen.files;
      document.getElementById('key-file').dispatchEvent(new Event('change', { bubbles: true }));
      document.getElementById('key-passphrase').focus();
    })()`);
    await tab.type(site.keys.passphrase);
    await tab.run(`document.getElementById('key-passphrase').form.requestSubmit()`);
    await expect.poll(page).toContain(callMe);
    expect(await page()).toContain(`${reference.slice(0, 4)}-${reference.slice(4)}`);

    await tab.run(`document.getElementById('kept').click()`);
    await tab.run(`document.getElementById('kept').form.requestSubmit()`);
    await expect.poll(page).toContain('The person can now see that their referral was opened.');
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
