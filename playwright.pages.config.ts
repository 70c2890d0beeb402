/** `npm run test:pages`: every page in every language, by both engines; takes hours on a small machine. */
import base from './playwright.config.ts';

export default { ...base, testMatch: '**/every-page.ts' };
