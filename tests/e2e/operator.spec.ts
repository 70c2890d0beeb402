/** The operator's page in a browser: every kind of task, a decision, each problem. The real listener on a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type Locator, type Page } from 'playwright/test';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { newGuesses } from '../../src/server/intake/guesses.ts';
import { operatorServer } from '../../src/server/intake/http/operator.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { inTurn } from '../../src/server/store/store.ts';
import { raiseTask, type TaskCode } from '../../src/server/store/tasks.ts';
import { expectAccessible, expectRoomForSpacing } from '../support/accessible.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';

type Operator = {
  readonly url: string;
  raise(code: TaskCode, about?: { reference?: string; service?: string }): Promise<void>;
  /** What was decided, by whom. */
  decisions(): Promise<readonly (string | null)[]>;
  /** Lets the hours go after which an open page is too old. */
  letADayPass(): void;
};

const test = base.extend<{ operator: Operator }>({
  operator: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'portal-operator-'));
    const store = await openStore({ dataDir });
    let now = noon;
    const server = operatorServer({
      store,
      clock: () => now,
      catalogue: readCatalogue(),
      directory: { version: 1, services: {} },
      guesses: newGuesses(),
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    await use({
      url: `http://127.0.0.1:${port}/operator/`,
      raise: async (code, about = {}) => {
        now = minutesAfter(now, 1);
        await inTurn(store, 'test', (change) => raiseTask(change, { code, ...about }, now));
      },
      decisions: async () => {
        const rows = await store.db
          .selectFrom('audit')
          .select('detail')
          .where('event', '=', 'decided')
          .execute();
        return rows.map(({ detail }) => detail);
      },
      letADayPass: () => (now = minutesAfter(now, 25 * 60)),
    });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  },
});

test.use({ viewport: { width: 320, height: 640 } });

const about = { reference: '7K2Q9FXB', service: 'rj-kent' };
const record = (within: Page | Locator) => within.getByRole('button', { name: 'Record and close' });
const problem = (page: Page) => page.getByRole('alert');

test('every kind of task is read at 320 px, in light and in dark, and with wide spacing', async ({
  page,
  operator,
}) => {
  await page.goto(operator.url);
  await expect(page.getByRole('heading', { name: '0 waiting for a person' })).toBeVisible();
  await expectAccessible(page);

  const codes = [
    'address-refused',
    'mailbox-full',
    'mail-sign-in-refused',
    'mail-tls-refused',
    'notice-unwritten',
    'service-unlisted',
    'inner-code-locked',
    'not-handed-over-4h',
    'not-handed-over-24h',
    'phone-service',
    'tell-policing-body',
    'decide',
    'heard-nothing',
    'not-ours',
    'test-unconfirmed',
  ] as const satisfies readonly TaskCode[];
  for (const code of codes) await operator.raise(code, about);
  await page.goto(operator.url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${codes.length} waiting for a person`);
  await expect(page.getByRole('region')).toHaveCount(codes.length);
  await expect(page.getByText('7K2Q-9FXB')).toHaveCount(codes.length);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectRoomForSpacing(page);
});

test('a decision is recorded under a name, and said', async ({ page, operator }) => {
  await operator.raise('phone-service', about);
  await page.goto(operator.url);
  await page.getByLabel('I have phoned the service').check();
  await page.getByLabel('Your name').fill('Siân O’Neill');
  await record(page).click();

  await expect(page.getByRole('status')).toContainText('Recorded: I have phoned the service');
  await expect(page.getByRole('status')).toBeFocused();
  await expect(page).toHaveTitle(/^Recorded/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('0 waiting for a person');
  await expectAccessible(page);
  expect(await operator.decisions()).toEqual(['phone-service phoned by Siân O’Neill']);
});

test('each problem is said first, leads to its field, and loses nothing that was typed', async ({
  page,
  operator,
}) => {
  await operator.raise('inner-code-locked', about);
  await operator.raise('decide', about);
  await page.goto(operator.url);
  const locked = page.getByRole('region', { name: 'Ten wrong codes for one referral' });
  const unread = page.getByRole('region', { name: 'Decide: nobody has read' });

  const expectProblem = async (text: string, field: Locator) => {
    await expect(problem(page)).toContainText(text);
    await expect(page).toHaveTitle(/^Problem/);
    await expect(page.locator('.problem')).toBeFocused();
    await expectAccessible(page);
    await problem(page).getByRole('link').click();
    await expect(field).toBeFocused();
    await expect(field).toHaveAccessibleDescription(new RegExp(text.slice(0, 20)));
  };

  await locked.getByLabel('Your name').fill('Test Operator');
  await record(locked).click();
  await expectProblem('Choose what was decided.', locked.getByRole('radio').first());
  await expect(locked.getByLabel('Your name')).toHaveValue('Test Operator');

  await locked.getByLabel('Let the service try ten more codes').check();
  await locked.getByLabel('the name of the second person').fill('test operator');
  await record(locked).click();
  await expectProblem(
    'Enter the name of a second person',
    locked.getByLabel('the name of the second person'),
  );
  await expect(locked.getByLabel('Let the service try ten more codes')).toBeChecked();
  await expect(locked.getByLabel('the name of the second person')).toHaveValue('test operator');

  await unread.getByLabel('Delete it, although nobody has read it').check();
  await unread.getByLabel('Your name').fill('=1+1');
  await record(unread).click();
  await expectProblem('Enter your name', unread.getByLabel('Your name'));
  await unread.getByLabel('Your name').fill('Test Operator');
  await unread.getByLabel('To delete it: its reference').fill('7K2Q-0000');
  await record(unread).click();
  await expectProblem('Nothing was deleted.', unread.getByLabel('To delete it: its reference'));
  await expect(unread.getByLabel('To delete it: its reference')).toHaveValue('7K2Q-0000');
  expect(await operator.decisions()).toEqual([]);
});

test('a page that was open for too long, and a task somebody else has closed, are said', async ({
  page,
  context,
  operator,
}) => {
  await operator.raise('mailbox-full', { service: 'rj-kent' });
  await operator.raise('phone-service', about);
  const other = await context.newPage();
  for (const one of [page, other]) {
    await one.goto(operator.url);
    const full = one.getByRole('region', { name: 'A mailbox is full' });
    await full.getByLabel('I have phoned the service').check();
    await full.getByLabel('Your name').fill('Test Operator');
  }
  await record(page).first().click();
  await expect(page.getByRole('status')).toBeVisible();
  await record(other).first().click();
  await expect(problem(other)).toContainText('This task is closed already.');
  await expect(other.locator('.problem')).toBeFocused();
  await expectAccessible(other);

  operator.letADayPass();
  await page.getByLabel('I have phoned the service').check();
  await page.getByLabel('Your name').fill('Test Operator');
  await record(page).click();
  await expect(problem(page)).toContainText('This page had been open for too long');
  await expectAccessible(page);
  await page.getByLabel('I have phoned the service').check();
  await page.getByLabel('Your name').fill('Test Operator');
  await record(page).click();
  await expect(page.getByRole('status')).toContainText('Recorded');
  expect(await operator.decisions()).toHaveLength(2);
});

test('a decision is made by keyboard alone', async ({ page, operator }) => {
  await operator.raise('tell-policing-body', about);
  await page.goto(operator.url);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('I have told the policing body')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Your name')).toBeFocused();
  await page.keyboard.type('Test Operator');
  await page.keyboard.press('Tab');
  await expect(record(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toBeFocused();
  expect(await operator.decisions()).toEqual(['tell-policing-body told by Test Operator']);
});
