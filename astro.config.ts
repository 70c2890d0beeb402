import { fileURLToPath } from 'node:url';
import node from '@astrojs/node';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';

const unusedAgeKeys = fileURLToPath(new URL('./src/components/islands/unused-age-keys.ts', import.meta.url));

export default defineConfig({
  // Only used to make absolute links at build time; what runs is told its own origin by SITE_ORIGIN.
  site: process.env['SITE_ORIGIN'] ?? 'http://localhost:4321',
  // A page that fails half-way was never ended while it streamed. Ours go out whole anyway, because they are compressed.
  adapter: node({ mode: 'middleware', bodySizeLimit: 65_536, experimentalDisableStreaming: true }),
  trailingSlash: 'always',
  session: false,
  devToolbar: { enabled: false },
  // Astro 7 would otherwise glue inline elements that stand on lines of their own.
  compressHTML: true,
  // Our own server decides about origins: a foreign one goes to the held lane, never a bare 403 to a person.
  security: { checkOrigin: false },
  // Pages wait for the disk in turn otherwise.
  build: { format: 'directory', inlineStylesheets: 'never', concurrency: 4 },
  // Each file that matches goes through Babel, which takes longer than all else that is done to it.
  integrations: [preact({ include: ['**/islands/*.tsx'] })],
  vite: {
    build: { assetsInlineLimit: 0 },
    resolve: {
      alias: [
        // Kinds of age keys that no service of ours has; without them a worker downloads a third less.
        { find: /^@noble\/(post-quantum\/hybrid|curves\/nist)\.js$/, replacement: unusedAgeKeys },
      ],
    },
  },
});
