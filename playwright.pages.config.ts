/** `npm run test:pages`: every page in every language, by both engines; takes many minutes. */
import base from './playwright.config.ts';

export default { ...base, testMatch: '**/every-page.ts', timeout: 3_600_000 };
