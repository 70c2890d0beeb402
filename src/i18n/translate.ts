/** Words for pages and notices. Server only: no browser loads i18next; islands are handed the words they draw. */
import { createInstance, type i18n } from 'i18next';
import { languages, type LanguageCode } from './languages.ts';
import { strings, type Source } from './strings.ts';

type PluralEnding = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutPlural<Key extends string> = Key extends `${infer Stem}_${PluralEnding}` ? Stem : Key;
type Path<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? WithoutPlural<Key> : `${Key}.${Path<Tree[Key]>}`;
}[keyof Tree & string];

/** A key of the English strings, such as 'refer.callMe.label'. */
export type Key = Path<Source>;

export type Values = Readonly<Record<string, string | number>>;

/** Says a key in one language. A missing key throws, so it fails the build or the test and never reaches a person. */
export type Translate = (key: Key, values?: Values) => string;

const speakers = new Map<LanguageCode, Translate>();

/** The words of one language. One i18next instance each, so that two requests never share a current language. */
export function wordsIn(code: LanguageCode): Translate {
  const known = speakers.get(code);
  if (known) return known;
  const speaker = speakerFrom(code, strings[code]);
  speakers.set(code, speaker);
  return speaker;
}

/** A speaker over any tree of strings; tests pass pseudo-languages. Values are not escaped: pages escape when they draw. */
export function speakerFrom(code: string, tree: object): Translate {
  const tag = languages.find((language) => language.code === code)?.tag ?? code;
  const instance: i18n = createInstance();
  void instance.init({
    lng: tag,
    initAsync: false,
    fallbackLng: false,
    load: 'currentOnly',
    ns: ['all'],
    defaultNS: 'all',
    resources: { [tag]: { all: tree } },
    interpolation: { escapeValue: false },
    returnNull: false,
    saveMissing: true,
    parseMissingKeyHandler: (key) => {
      throw new Error(`no string '${key}' in '${code}'`);
    },
  });
  // Most words take no values. Finding them anew each time took a third of the time of drawing a page.
  const plain = new Map<Key, string>();
  return (key, values) => {
    if (values) return instance.t(key, { ...values });
    const said = plain.get(key) ?? instance.t(key);
    plain.set(key, said);
    return said;
  };
}
