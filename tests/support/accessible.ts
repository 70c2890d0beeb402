/** What must hold for every page in every state. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';

/** axe with all rules of WCAG 2.2 A and AA, best practice, and AAA contrast; and no sideways scrolling. */
export async function expectAccessible(page: Page): Promise<void> {
  // A page may stand anywhere under the bar that leads out; from its top, nothing is half covered.
  await page.evaluate(() => scrollTo(0, 0));
  const { violations } = await new AxeBuilder({ page })
    .options({ rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } })
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, page.url()).toEqual([]);
  await expectNoOverflow(page);
}

export async function expectNoOverflow(page: Page): Promise<void> {
  const beyondEdgePx = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(beyondEdgePx, `${page.url()} is wider than its window`).toBe(0);
}
