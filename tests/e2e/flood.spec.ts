/** Junk posts by the thousand: all are taken, and a genuine referral that comes after them is not late for it. */
import { expect, test } from '../support/browser.ts';
import { siteUrl } from '../support/demonstration.ts';
import { amount } from '../support/how-long.ts';
import { aFormKey, aReferralForm, encoded, post, send } from '../support/referral-form.ts';

const junkPosts = amount(60, 5_000);
const atOnce = 8;
const path = '/en/refer/1/';

test('E3: a genuine referral is told at once, however many junk posts stand before it', async () => {
  test.setTimeout(60 * 60_000);
  const checked = await post(path, aReferralForm({ 'form-key': await aFormKey(), step: 'check' }));
  const service = /name="service" value="([^"]+)"/.exec(await checked.text())?.[1] ?? '';

  let left = junkPosts;
  const pages: string[] = [];
  const pour = async () => {
    while (left > 0) {
      left -= 1;
      const key = await aFormKey();
      const form = aReferralForm({ 'call-me': `Junk ${left}`, 'form-key': key, service, step: 'send' });
      const response = await fetch(siteUrl + path, { method: 'POST', body: encoded(form) });
      pages.push(/data-step="([a-z-]+)"/.exec(await response.text())?.[1] ?? `${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, pour));
  expect(pages).toEqual(Array.from({ length: junkPosts }, () => 'sent'));

  const started = Date.now();
  const { receipt } = await send();
  const status = async () => {
    const shown = await post('/en/status/', { code: receipt, step: 'look' });
    return /data-status="([a-z]+)"/.exec(await shown.text())?.[1];
  };
  await expect.poll(status).toBe('sent');
  const description = `after ${junkPosts} junk posts, a notice left ${Date.now() - started} ms after Send`;
  test.info().annotations.push({ type: 'figure', description });
});
