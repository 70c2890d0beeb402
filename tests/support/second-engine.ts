/** IBM's accessibility engine: it finds what axe does not, such as ids that lead nowhere. Runs inside the page, offline. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from 'playwright/test';

const engine = readFileSync('node_modules/accessibility-checker-engine/ace.js', 'utf8');

type Result = { ruleId: string; value: [string, string]; message: string; snippet: string };
type Found = Result & { node: Node };

/** Rules that do not fit, each with its reason. */
const excused = new Map([
  // The engine counts the skip link, the bar that leads out and the demonstration's banner as content outside landmarks.
  ['aria_content_in_landmark', /./],
  // The engine takes radio buttons of the same name for one group, whatever form each is in.
  ['input_checkboxes_grouped', /^Radio input is in a different group than another Radio/],
]);

/** No violation that the engine is sure of. */
export async function expectNoFailureByIbm(page: Page): Promise<void> {
  await page.evaluate(`${engine};globalThis.ace = ace; undefined`);
  const results = await page.evaluate(async () => {
    const { ace } = globalThis as unknown as {
      ace: {
        Checker: new () => { check(node: Document, rulesets: string[]): Promise<{ results: Found[] }> };
      };
    };
    const report = await new ace.Checker().check(document, ['WCAG_2_2', 'IBM_Accessibility']);
    // The engine looks at fields of what is closed, and not at their labels.
    const isShown = ({ node }: Found) => !(node instanceof Element) || node.checkVisibility();
    return report.results
      .filter(isShown)
      .map(({ ruleId, value, message, snippet }) => ({ ruleId, value, message, snippet }));
  });
  const failed = results
    .filter(({ value: [level, result] }) => level === 'VIOLATION' && result === 'FAIL')
    .filter(({ ruleId, message }) => !excused.get(ruleId)?.test(message))
    .map(({ ruleId, message, snippet }) => `${ruleId}: ${message} ${snippet}`);
  expect(failed, page.url()).toEqual([]);
}
