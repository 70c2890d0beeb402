import astro from 'eslint-plugin-astro';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist/', '.astro/', '.portal/', 'node_modules/', 'test-results/'] },
  {
    // Rules that need types are left to `astro check`: with them, linting takes longer than building.
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default export.' },
      ],
    },
  },
  {
    // Tools that load these files expect a default export.
    files: ['*.config.ts', 'tests/support/demonstration.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  // Commands speak to whoever typed them.
  { files: ['tests/bench/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  { files: ['tests/**'], rules: { '@typescript-eslint/no-dynamic-delete': 'off' } },
  ...astro.configs['flat/recommended'],
);
