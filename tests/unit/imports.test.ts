/** The house keeps its shape: who may import whom, read from the import lines themselves. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src');

type File = {
  path: string;
  text: string;
  /** Every specifier, types included. */
  imports: readonly string[];
  /** Those that are still there when types are gone. */
  valueImports: readonly string[];
  statements: readonly ts.Statement[];
};

/** The scripts of a page or component: what stands between its fences, and what its script elements hold. */
function scriptsOf(path: string, text: string): string {
  if (!path.endsWith('.astro')) return text;
  const fenced = /^---\n([^]*?)\n---/.exec(text)?.[1] ?? '';
  const elements = [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, inside]) => inside);
  return [fenced, ...elements].join('\n');
}

const files: readonly File[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|tsx|astro)$/.test(path))
  .map((path) => {
    const text = scriptsOf(path, readFileSync(join(source, path), 'utf8'));
    const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
    const imports = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
    return { path, text, imports, valueImports: statements.flatMap(valueImportsOf), statements };
  });

const isOurs = (specifier: string) => specifier.startsWith('.');
/** Where a relative import leads, as a path under src: 'routing/lookup.ts'. */
const target = (file: File, specifier: string) =>
  relative(source, join(source, dirname(file.path), specifier));

function valueImportsOf(statement: ts.Statement): string[] {
  const keeps = ts.isImportDeclaration(statement)
    ? statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword
    : ts.isExportDeclaration(statement) && !statement.isTypeOnly;
  if (!keeps || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) return [];
  const { moduleSpecifier } = statement;
  return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
}

/** The part of the house a file belongs to; the longest name that fits. */
const parts = [
  'pages',
  'layouts',
  'components/islands',
  'components',
  'content',
  'i18n',
  'styles',
  'routing',
  'referral',
  'server/store',
  'server/intake',
  'server/delivery',
  'server/desk',
  'server/counting',
  'server',
];
const partOf = (path: string) => parts.find((part) => path.startsWith(`${part}/`)) ?? path;

/** Who may import whom. A part may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  pages: [
    'layouts',
    'components',
    'components/islands',
    'i18n',
    'content',
    'site.ts',
    'routing',
    'referral',
    'server/intake',
    'server/desk',
    'server/counting',
  ],
  layouts: ['components', 'content', 'i18n', 'styles', 'site.ts'],
  components: ['components/islands', 'content', 'i18n', 'site.ts', 'routing', 'referral'],
  // What a browser loads gets words and data as props.
  'components/islands': ['routing', 'referral'],
  i18n: [],
  content: ['i18n', 'routing', 'referral'],
  routing: ['referral'],
  referral: ['routing'],
  'server/store': ['server', 'routing', 'referral'],
  'server/intake': ['server/store', 'server', 'routing', 'referral', 'i18n', 'content'],
  'server/delivery': ['server/store', 'server', 'routing', 'referral', 'i18n', 'content'],
  'server/desk': ['server/store', 'server', 'i18n'],
  'server/counting': ['server/store', 'server'],
  server: ['routing', 'referral', 'i18n', 'content'],
  'site.ts': ['i18n'],
  'content.config.ts': ['content', 'i18n', 'routing', 'referral'],
};

/** Single files that a part may import beyond its rule, each with its reason. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // Constants that the privacy page quotes, so that a promise and what happens cannot differ.
  pages: ['server/store/retention.ts'],
  // The words of the form's questions, so that a mail with a referral in it says what the opening page says.
  'server/delivery': ['components/form/answer-words.ts'],
};

test('each part imports only what it may', () => {
  const wrong = files.flatMap((file) => {
    const part = partOf(file.path);
    const allowed = mayImport[part];
    if (!allowed) return [];
    // An island may know the shape of its words, because a type is gone before anything is loaded.
    const imports = part === 'components/islands' ? file.valueImports : file.imports;
    return imports
      .filter(isOurs)
      .map((specifier) => target(file, specifier))
      .filter((path) => !path.startsWith('..') && partOf(path) !== part)
      .filter((path) => !allowed.includes(partOf(path)) && !exceptions[part]?.includes(path))
      .map((path) => `${file.path} → ${path}`);
  });
  assert.deepEqual(wrong, []);
});

test('what a browser loads uses no node:, no zod, no i18next, no Astro and nothing of the server or the string files', () => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const inBrowser = files.filter(
    ({ path }) => path.startsWith('components/islands/') || /-(control|mount)\.ts$/.test(path),
  );
  const reached = new Set(inBrowser);
  const wrong: string[] = [];
  for (const file of reached) {
    for (const specifier of file.valueImports) {
      if (/^(node:|astro|zod|i18next)/.test(specifier)) wrong.push(`${file.path} → ${specifier}`);
      if (!isOurs(specifier)) continue;
      const path = target(file, specifier);
      if (/^(server|i18n)\//.test(path)) wrong.push(`${file.path} → ${path}`);
      const next = byPath.get(path);
      if (next) reached.add(next);
    }
  }
  assert.deepEqual(wrong, []);
});

test('routing and referral stay pure: no Astro, no framework, and routing no zod and no node:', () => {
  const wrong = files.flatMap((file) =>
    file.valueImports
      .filter(
        (specifier) =>
          (/^(routing|referral)\//.test(file.path) &&
            /^(astro|preact|i18next|kysely|nodemailer)/.test(specifier)) ||
          (file.path.startsWith('routing/') && /^(zod|node:)/.test(specifier)) ||
          (file.path.startsWith('server/') && /^astro/.test(specifier)),
      )
      .map((specifier) => `${file.path} → ${specifier}`),
  );
  assert.deepEqual(wrong, []);
});

test('only the store touches the database, and only channels open sockets to the outside', () => {
  const wrong = files.flatMap((file) =>
    file.valueImports
      .filter(
        (specifier) =>
          (/^(kysely|pg|node:sqlite)($|\/)/.test(specifier) && !file.path.startsWith('server/store/')) ||
          (/^(nodemailer|node:tls|node:dns|node:https)($|\/)/.test(specifier) &&
            !file.path.startsWith('server/delivery/channels/')),
      )
      .map((specifier) => `${file.path} → ${specifier}`),
  );
  assert.deepEqual(wrong, []);
});

test('imports are relative with their ending, or packages that package.json names: no path aliases', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const packages = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  const nameOf = (specifier: string) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter((specifier) =>
        isOurs(specifier)
          ? !/\.(ts|tsx|astro|json|css|svg)(\?\w+)?$/.test(specifier)
          : !/^(node|astro):/.test(specifier) && !packages.has(nameOf(specifier)),
      )
      .map((specifier) => `${path} → ${specifier}`),
  );
  assert.deepEqual(wrong, []);
});

test('no file is a barrel, has a default export, or a name that says nothing', () => {
  const wrong = files
    .filter(({ path, text, statements }) => {
      if (path.endsWith('.astro')) return false;
      const barrel =
        statements.length > 0 &&
        statements.every(
          (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
        );
      return (
        barrel ||
        /^export default /m.test(text) ||
        /^(utils?|helpers?|common|misc|.*manager)\./i.test(basename(path))
      );
    })
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

test('only the configuration and the site read the environment', () => {
  const readers = files
    // Whether it is `astro dev` that runs is no setting of anybody's.
    .filter(({ text }) => /process\.env|import\.meta\.env(?!\.DEV)/.test(text))
    .map(({ path }) => path);
  assert.deepEqual(
    readers.filter((path) => path !== 'server/config.ts' && path !== 'site.ts'),
    [],
  );
});

test('only a main.ts starts anything: importing any other file of the server does nothing', () => {
  const wrong = files
    .filter(({ path }) => /^(server|routing|referral)\//.test(path) && basename(path) !== 'main.ts')
    .filter(({ statements }) =>
      statements.some((statement) => ts.isExpressionStatement(statement) || ts.isForOfStatement(statement)),
    )
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});
