/** `npm run test:pages`: every page in every language and every component, by both engines; hours on a small machine. */
import base from './playwright.config.ts';

export default { ...base, testMatch: '**/a11y/*.ts' };
