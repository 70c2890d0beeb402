/** A filled-in form, as a browser posts it. A test names only what matters to it. */
import { mailboxUrl, siteUrl } from './demonstration.ts';

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** Everything a person harmed must answer, for a place in the middle of one area. */
export function aReferralForm(named: FormFields = {}): FormFields {
  return {
    postcode: 'CB1 0AG',
    'call-me': 'Test Person',
    'reach-by': 'email',
    email: 'test.person@mail.example',
    'consent-send': 'yes',
    ...named,
  };
}

export function encoded(fields: FormFields): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) body.append(name, one as string);
  }
  return body;
}

/** Posts a form as a page of ours would. */
export async function post(
  path: string,
  fields: FormFields,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(siteUrl + path, {
    method: 'POST',
    body: encoded(fields),
    headers: { Origin: siteUrl, 'Sec-Fetch-Site': 'same-origin', ...headers },
  });
}

/** A fresh form key, read from the form as anybody gets it. */
export async function aFormKey(path = '/en/refer/1/'): Promise<string> {
  const page = await (await fetch(siteUrl + path)).text();
  return /name="form-key" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

/** Sends a whole referral and gives back the page that answered. */
export async function send(
  fields: FormFields = {},
  path = '/en/refer/1/',
): Promise<{ status: number; page: string; receipt: string }> {
  const form = aReferralForm({ 'form-key': await aFormKey(path), ...fields });
  const checked = await (await post(path, { ...form, step: 'check' })).text();
  const service = /name="service" value="([^"]+)"/.exec(checked)?.[1] ?? '';
  const response = await post(path, { ...form, service, step: 'send' });
  const page = await response.text();
  return {
    status: response.status,
    page,
    receipt: receiptIn(page) ?? '',
  };
}

export type Mail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly eml: string;
};

export async function mails(): Promise<readonly Mail[]> {
  return (await (await fetch(`${mailboxUrl}/messages.json`)).json()) as Mail[];
}

/** Waits for the first mail that fits and was not there before. */
export async function nextMail(known: readonly Mail[], waitMsMax = 60_000): Promise<Mail> {
  const before = new Set(known.map((mail) => mail.id));
  for (const end = Date.now() + waitMsMax; Date.now() < end;) {
    const fresh = (await mails()).find((mail) => !before.has(mail.id));
    if (fresh) return fresh;
    await new Promise((wait) => setTimeout(wait, 200));
  }
  throw new Error('no mail came');
}

/** The receipt code that a page shows, as it is shown. Undefined where there is none. */
export function receiptIn(page: string | undefined): string | undefined {
  return /id="receipt"[^>]*>([^<]+)</.exec(page ?? '')?.[1]?.trim();
}
