/** `npm run test:pages`: every page in every language, every component, and what people meet on their way, by both engines. */
import base from './playwright.config.ts';

export default {
  ...base,
  testMatch: ['**/a11y/*.ts', '**/e2e/{find,hand-on,open,operator,refer,search}.spec.ts'],
};
