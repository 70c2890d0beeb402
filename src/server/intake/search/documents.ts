/** What can be found: pages to read, the fixed pages, areas by name, helplines. */
import { join } from 'node:path';
import { pages, pathOfPage, readPages } from '../../../content/pages.ts';
import { languageOf, type LanguageCode } from '../../../i18n/languages.ts';
import { strings } from '../../../i18n/strings.ts';
import { wordsIn, type Key } from '../../../i18n/translate.ts';
import type { Catalogue } from '../../../routing/catalogue.ts';
import { shownOf } from '../../../routing/signpost.ts';

/** One result, in one language. */
export type Document = {
  /** 'safety-1', 'find', 'areas/kent', 'helplines/samaritans'. */
  readonly id: string;
  /** Without its language: '/safety/1/'. */
  readonly path: string;
  readonly title: string;
  readonly titleLanguage: LanguageCode;
  /** One sentence. */
  readonly lead: string;
  readonly leadLanguage: LanguageCode;
};

/** A page with the text that is searched. */
export type Page = Document & { readonly headings: string; readonly lead: string; readonly body: string };

/** Something found by its name alone, whatever its text says. */
export type Named = Document & { readonly names: readonly string[] };

/** The pages of a language that have a text in it. Where one is missing, the English one is found instead. */
export function pagesIn(language: LanguageCode, contentDir: string, catalogue: Catalogue): readonly Page[] {
  const texts = readPages(join(contentDir, 'pages', language));
  const read = pages.flatMap(({ id, path }) => {
    const text = texts.get(id);
    if (!text) return [];
    const { headings, plain } = plainFrom(text.body);
    const title = text.heading ?? text.title;
    return [page(language, { id, path, title, lead: text.lead, headings, body: plain })];
  });
  return [...read, ...fixedPages(language, catalogue)];
}

/** Pages whose words are in the string files. */
function fixedPages(language: LanguageCode, { helplines }: Catalogue): readonly Page[] {
  const { areas, find, refer, home, print, status } = strings[language];
  const { start, before } = refer;
  const { helpNow, privacy } = home;
  const lines = helplines.map(({ id, name }) => `${name.en} ${name.cy ?? ''} ${saidOf(id, language)}`);
  const fixed = [
    { id: 'find', title: find.heading, lead: find.lead, body: textsOf(find) },
    { id: 'refer', title: start.heading, lead: start.lead, body: textsOf(start, before) },
    { id: 'areas', title: areas.index.title, lead: areas.index.lead, body: textsOf(areas.index) },
    {
      id: 'print-form',
      title: print.title.form,
      lead: print.form.lead,
      body: textsOf(print.screen, print.form),
    },
    { id: 'status', title: status.heading, lead: status.lead, body: textsOf(status) },
    { id: 'help-now', title: helpNow.title, lead: helpNow.lead, body: textsOf(helpNow, lines) },
    { id: 'privacy', title: privacy.title, lead: privacy.lead, body: textsOf(privacy) },
  ];
  return fixed.map(({ id, title, lead, body }) =>
    page(language, { id, path: pathOfPage(id) ?? '/', title, lead, headings: '', body }),
  );
}

type Words = Pick<Page, 'id' | 'path' | 'title' | 'lead' | 'headings' | 'body'>;

function page(language: LanguageCode, words: Words): Page {
  return {
    ...words,
    titleLanguage: language,
    lead: firstSentence(words.lead, language),
    leadLanguage: language,
    body: `${words.lead} ${words.body}`,
  };
}

/** Areas, by their own name and by those of their councils: people know the name of their town. */
export function areasIn(
  language: LanguageCode,
  { areas }: Catalogue,
  councilName: (council: string, language: string) => string,
): readonly Named[] {
  return areas.map(({ slug, name, councils }) => {
    const welsh = language === 'cy' ? name.cy?.plain : undefined;
    return {
      id: `areas/${slug}`,
      path: `/areas/${slug}/`,
      title: welsh ?? name.en,
      titleLanguage: language === 'cy' && welsh ? 'cy' : 'en',
      lead: wordsIn(language)('areas.lead'),
      leadLanguage: language,
      names: [
        name.en,
        ...(name.cy ? [name.cy.plain, name.cy.in, name.cy.to] : []),
        ...councils.flatMap((council) => [councilName(council, 'en'), councilName(council, 'cy')]),
      ].flatMap(shorterNames),
    };
  });
}

/** 'North Yorkshire' → also 'Yorkshire'; 'Devon and Cornwall' → also each; 'Stoke-on-Trent' → also 'Stoke'. */
function shorterNames(name: string): string[] {
  const parts = name
    .split(/, | and | a'r | upon /)
    .map((part) => part.split(/[- ](?:on|under|with)[- ]/)[0] ?? '');
  const direction = /^(?:(?:north|south|east|west|mid|central|greater|county|city of|isle of|sir) )+/i;
  return [...new Set([name, ...parts, ...parts.map((part) => part.replace(direction, ''))])];
}

/** Helplines by name. They lead to the page on which all of them stand. */
export function helplinesIn(language: LanguageCode, { helplines }: Catalogue): readonly Named[] {
  // A number that nobody is sure of is not on that page either.
  const shown = helplines.filter((helpline) => shownOf(helpline) !== 'nothing');
  return shown.map(({ id, name }) => {
    const welsh = language === 'cy' ? name.cy : undefined;
    return {
      id: `helplines/${id}`,
      path: pathOfPage('help-now') ?? '/',
      title: welsh ?? name.en,
      titleLanguage: welsh === undefined ? 'en' : 'cy',
      lead: saidOf(id, language),
      leadLanguage: language,
      names: [name.en, ...(name.cy === undefined ? [] : [name.cy])],
    };
  });
}

/** Who a helpline is for. Each has its sentence in every language: a test asks for it. */
function saidOf(id: string, language: LanguageCode): string {
  return wordsIn(language)(`service.helpline.for.${id}` as Key);
}

/** All texts of parts of a string file, without their slots. */
function textsOf(...parts: readonly object[]): string {
  const texts = parts.flatMap((part) =>
    Object.values(part).map((value: unknown) =>
      typeof value === 'object' && value !== null ? textsOf(value) : String(value),
    ),
  );
  return texts.join(' ').replaceAll(/\{\{.*?\}\}/g, ' ');
}

function firstSentence(text: string, language: LanguageCode): string {
  const sentences = new Intl.Segmenter(languageOf(language).tag, { granularity: 'sentence' });
  const [first] = sentences.segment(text);
  return first?.segment.trim() ?? text;
}

/** The words of a page, without what is a sign for us: directives, facts, addresses. */
export function plainFrom(body: string): { readonly headings: string; readonly plain: string } {
  const lines = body
    .split('\n')
    .filter((line) => !/^\{\{.*\}\}$/.test(line))
    // What stands behind these two is read; the names of other boxes are not.
    .map((line) => line.replace(/^:::(?:answer|figure) /, '').replace(/^:::.*$/, ''))
    .map((line) => line.replaceAll(/\[F\d+\.\d+(?:, ?F\d+\.\d+)*\]/g, ''))
    .map((line) => line.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const isHeading = (line: string) => /^#+\s/.test(line);
  return {
    headings: lines
      .filter(isHeading)
      .join('\n')
      .replaceAll(/^#+\s+/gm, ''),
    plain: lines.filter((line) => !isHeading(line)).join('\n'),
  };
}
