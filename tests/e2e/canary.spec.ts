/** Marks typed into every field are found nowhere on disk, after the whole journey. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldNames, fields, type Field } from '../../src/referral/fields.ts';
import { expect, test } from '../support/browser.ts';
import { aFormKey, mails, nextMail, post } from '../support/referral-form.ts';

/** A mark no other test types: letters for texts, digits for phones. */
const mark = 'Zqxj7vkw';
const digits = '01632960719';

function marked(): Record<string, string> {
  const form: Record<string, string> = {};
  for (const name of fieldNames) {
    const field: Field = fields[name];
    if (field.type === 'line' || field.type === 'text') form[name] = `${mark}-${name}`;
    else form[name] = field.choices?.[0] ?? '';
  }
  return {
    ...form,
    area: 'E23000023',
    council: '',
    phone: digits,
    mobile: digits,
    railway: '',
    age: 'adult',
    'other-age': 'adult',
  };
}

test('F1: what a person typed is on no disk: not in the database, its log, the mailbox or a log file', async () => {
  const known = await mails();
  const form = {
    ...marked(),
    kind: 'theft',
    stage: 'reported',
    matter: 'crime',
    'form-key': await aFormKey(),
  };
  const checked = await (await post('/en/refer/1/', { ...form, step: 'check' })).text();
  expect(checked).toContain(mark);
  const service = /name="service" value="([^"]+)"/.exec(checked)?.[1] ?? '';
  const sent = await post('/en/refer/1/', { ...form, service, step: 'send' });
  expect(await sent.text()).toContain('id="receipt"');
  // Problems and refusals must not write anything down either.
  await post('/en/refer/1/', { ...form, 'reach-by': '', step: 'check' });
  await post('/en/refer/1/', { ...form, 'form-key': mark, service, step: 'send' });
  await post('/en/find/', { postcode: `${mark} SG8 6AD` });
  await post('/en/status/', { code: mark });
  await nextMail(known);

  const found: string[] = [];
  for (const entry of readdirSync(process.env['PORTAL_TEST_DATA_DIR'] ?? '', {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    if (bytes.includes(mark) || bytes.includes(digits)) found.push(entry.name);
  }
  expect(found).toEqual([]);
});
