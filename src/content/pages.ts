/** Every page to read: where it stands, and with which others. Its words are in pages/<language>/<id>.md. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { pageEntry, type PageEntry } from './schemas.ts';

/** The parts of the list of all pages, in its order. */
export const pageGroups = ['begin', 'decide', 'rights', 'kinds', 'read', 'help', 'easy', 'site'] as const;
export type PageGroup = (typeof pageGroups)[number];

type Place = {
  readonly id: string;
  readonly path: `/${string}/`;
  readonly group: PageGroup;
  /** Translated into every language we offer, because decisions rest on it. */
  readonly critical?: true;
};

/**
 * In reading order. Addresses of the pages about some kinds of harm, and for some readers, say nothing: an address stays
 * in the browser's history, and on a bill.
 */
export const pages = [
  { id: 'what-it-is', path: '/what-it-is/', group: 'begin', critical: true },
  { id: 'is-it-right-for-me', path: '/is-it-right-for-me/', group: 'begin', critical: true },
  { id: 'how-it-works', path: '/how-it-works/', group: 'begin', critical: true },
  { id: 'ways-to-be-in-touch', path: '/ways-to-be-in-touch/', group: 'begin' },
  { id: 'safety', path: '/safety/', group: 'begin', critical: true },
  { id: 'myths', path: '/what-is-true/', group: 'begin', critical: true },
  { id: 'when-it-can-happen', path: '/when-it-can-happen/', group: 'decide' },
  { id: 'if-it-does-not-go-ahead', path: '/if-it-does-not-go-ahead/', group: 'decide' },
  { id: 'evidence', path: '/evidence/', group: 'decide' },
  { id: 'words', path: '/words/', group: 'decide' },
  { id: 'your-rights', path: '/your-rights/', group: 'rights', critical: true },
  { id: 'turned-down', path: '/turned-down/', group: 'rights' },
  { id: 'what-is-and-is-not', path: '/what-is-and-is-not/', group: 'rights' },
  { id: 'out-of-court', path: '/out-of-court/', group: 'rights' },
  { id: 'safety-1', path: '/safety/1/', group: 'kinds' },
  { id: 'safety-2', path: '/safety/2/', group: 'kinds' },
  { id: 'safety-3', path: '/safety/3/', group: 'kinds' },
  { id: 'kinds-1', path: '/kinds/1/', group: 'kinds' },
  { id: 'kinds-2', path: '/kinds/2/', group: 'kinds' },
  { id: 'kinds-3', path: '/kinds/3/', group: 'kinds' },
  { id: 'kinds-4', path: '/kinds/4/', group: 'kinds' },
  { id: 'kinds-5', path: '/kinds/5/', group: 'kinds' },
  { id: 'read-1', path: '/read/1/', group: 'read' },
  { id: 'read-2', path: '/read/2/', group: 'read' },
  { id: 'read-3', path: '/read/3/', group: 'read' },
  { id: 'read-4', path: '/read/4/', group: 'read' },
  { id: 'supporting-someone', path: '/supporting-someone/', group: 'help' },
  { id: 'professionals', path: '/professionals/', group: 'help' },
  { id: 'professionals-by-role', path: '/professionals/by-role/', group: 'help' },
  { id: 'easy-read', path: '/easy-read/', group: 'easy' },
  { id: 'easy-what-it-is', path: '/easy-read/what-it-is/', group: 'easy' },
  { id: 'easy-is-it-safe', path: '/easy-read/is-it-safe/', group: 'easy' },
  { id: 'easy-how-to-ask', path: '/easy-read/how-to-ask/', group: 'easy' },
  { id: 'easy-what-happens-next', path: '/easy-read/what-happens-next/', group: 'easy' },
  { id: 'easy-your-rights', path: '/easy-read/your-rights/', group: 'easy' },
  { id: 'easy-read-1', path: '/easy-read/1/', group: 'easy' },
  { id: 'about', path: '/about/', group: 'site' },
  { id: 'how-we-keep-it-safe', path: '/how-we-keep-it-safe/', group: 'site' },
  { id: 'accessibility', path: '/accessibility/', group: 'site' },
  { id: 'contact', path: '/contact/', group: 'site' },
] as const satisfies readonly Place[];

export type PageId = (typeof pages)[number]['id'];

/** Pages that are not Markdown and that texts may link to. */
const others = {
  home: '/',
  find: '/find/',
  refer: '/refer/',
  status: '/status/',
  areas: '/areas/',
  'print-form': '/print/form/',
  'print-card': '/print/card/',
  'help-now': '/help-now/',
  privacy: '/privacy/',
} as const;

/** '/safety/1/' for 'safety-1' or another id that may stand after `page:`; undefined for any other word. */
export function pathOfPage(id: string): string | undefined {
  const found: Place | undefined = pages.find((page) => page.id === id);
  return found?.path ?? (id in others ? others[id as keyof typeof others] : undefined);
}

/** One text, in one language. */
export type PageText = PageEntry & { readonly id: PageId; readonly body: string };

/**
 * Reads the texts of one language, of those pages it has.
 *
 * @param folder `src/content/pages/<language>`
 * @throws when a file is no page of ours or its front matter does not fit, naming the file.
 */
export function readPages(folder: string): ReadonlyMap<PageId, PageText> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return new Map(
    names.map((name) => {
      const id = pages.find((page) => page.id === basename(name, '.md'))?.id;
      if (!id) throw new Error(`${name} is in no list of pages`);
      const [, front = '', body = ''] =
        /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      const entry = pageEntry.safeParse(parse(front));
      if (!entry.success) throw new Error(`${join(folder, name)}: ${entry.error.message}`);
      return [id, { ...entry.data, id, body }];
    }),
  );
}

/** Says which English text a translation was made from: it changes with every word, and not with a `next`. */
export function fingerprint({ title, heading, lead, body }: PageText): string {
  return createHash('sha256')
    .update(JSON.stringify([title, heading ?? '', lead, body]))
    .digest('hex')
    .slice(0, 12);
}
