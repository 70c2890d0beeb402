/** What must hold for every page in every state. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';
import { expectNoFailureByIbm } from './second-engine.ts';

/**
 * axe with all rules of WCAG 2.2 A and AA, best practice, and AAA contrast; and no sideways scrolling. With `EVERY_PAGE=1`
 * the second engine as well.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // A page may stand anywhere under the bar that leads out, and move again as late focus arrives: half of what stands
  // beneath would count as too small to press. For the check the bar keeps its own place.
  await letBarStick(page, false);
  const { violations } = await new AxeBuilder({ page })
    // No page of ours holds another in a frame; and what passes need not be described. Both halve the time.
    .setLegacyMode()
    .options({
      resultTypes: ['violations'],
      preload: false,
      rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
    })
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, page.url()).toEqual([]);
  if (process.env['EVERY_PAGE'] === '1') await expectNoFailureByIbm(page);
  await expectNoOverflow(page);
  await letBarStick(page, true);
}

async function letBarStick(page: Page, stick: boolean): Promise<void> {
  await page.evaluate(
    (position) => {
      for (const bar of document.querySelectorAll<HTMLElement>('.exit')) bar.style.position = position;
    },
    stick ? '' : 'static',
  );
}

export async function expectNoOverflow(page: Page): Promise<void> {
  const beyondEdgePx = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(beyondEdgePx, `${page.url()} is wider than its window`).toBe(0);
}

/** WCAG 1.4.12: with wider lines, letters and words, nothing sticks out sideways. Changes the page. */
export async function expectRoomForSpacing(page: Page): Promise<void> {
  // Set by script, because our policy refuses style elements, for tests too.
  await page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      element.style.lineHeight = '1.5';
      element.style.letterSpacing = '0.12em';
      element.style.wordSpacing = '0.16em';
      if (element.tagName === 'P') element.style.marginBlockEnd = '2em';
    }
  });
  await expectNoOverflow(page);
}
