/** A person fills in the form in a browser, with or without JavaScript: every text field they could type into. */
import { expect, type Page } from 'playwright/test';

/** What is typed into each text field after the place, by the field's name. */
export type Typed = Readonly<Record<string, string>>;

/** Words that stand nowhere else, so that wherever one is found, it was kept. */
export const marked = {
  address: 'Zqxjaddress 7',
  mobile: '07700900719',
  phone: '01632960719',
  email: 'zqxjemail@mail.example',
  'call-me': 'Zqxjname',
  'safe-when': 'Zqxjwhen',
  'spoken-language': 'Zqxjspoken',
  access: 'Zqxjaccess',
  'crime-number': 'Zqxjnumber',
  note: 'Zqxjnote',
} as const satisfies Typed;

/** Under which way of contact a field stands; the last one typed into is the way that is chosen. */
export const wayOf: Typed = { address: 'letter', mobile: 'text', phone: 'phone', email: 'email' };

/** Presses the button that leads on to a step. */
export async function press(page: Page, step: string): Promise<void> {
  await page.locator(`button[name="step"][value="${step}"].button`).click();
}

/** @param site needed where the browser was not started with the address of the site */
export async function toAnswers(page: Page, site = ''): Promise<void> {
  await page.goto(`${site}/en/refer/1/`);
  await page.locator('#postcode').fill('CB1 0AG');
  await press(page, 'answers');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'answers');
}

/** Answers one question after the other, and stops before the button that leads to the check. */
export async function answer(page: Page, typed: Typed = marked): Promise<void> {
  for (const question of await page.locator('[data-question]').all()) {
    for (const [name, text] of Object.entries(typed)) {
      const field = question.locator(`#${name}`);
      if ((await field.count()) === 0) continue;
      const way = wayOf[name];
      if (way) await question.locator(`[name="reach-by"][value="${way}"]`).check();
      await field.fill(text);
    }
    const consent = question.locator('#consent-send');
    if ((await consent.count()) > 0) await consent.check();
    const next = question.locator('button[type="button"]:not(.quiet)');
    if ((await next.count()) > 0) await next.click();
  }
}

/** From the first page to the receipt, whose code it gives back. */
export async function refer(page: Page, typed: Typed = marked, site = ''): Promise<string> {
  await toAnswers(page, site);
  await answer(page, typed);
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
  await press(page, 'send');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'sent');
  return (await page.locator('#receipt').innerText()).trim();
}

/** Every field on the page that somebody has filled in, chosen or ticked, by its name. */
export function filledIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
        'input, textarea, select',
      ),
    ]
      .filter((field) =>
        field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')
          ? field.checked
          : field.type !== 'hidden' && field.value !== '',
      )
      .map((field) => field.name),
  );
}
