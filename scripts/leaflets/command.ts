/** What was asked for on the command line, or a sentence about what is wrong with it. */
import { parseArgs } from 'node:util';
import { pathOfPrint, printKinds, type PrintKind } from '../../src/components/print/kinds.ts';
import { isLanguage, languageCodes, type LanguageCode } from '../../src/i18n/languages.ts';

export const usage =
  'npm run leaflets -- --area kent --area dyfed-powys --lang en --lang cy [--kind poster] [--out leaflets]';

/** One PDF to make. */
export type Sheet = {
  readonly area: string;
  readonly language: LanguageCode;
  readonly kind: PrintKind;
  /** Where its page stands in the build. */
  readonly path: string;
  /** What the PDF is called. */
  readonly name: string;
};

export type Command =
  | { readonly ok: true; readonly sheets: readonly Sheet[]; readonly out: string }
  | { readonly ok: false; readonly mistake: string };

/** @param areas the slugs of all areas. Without `--lang` or `--kind`, every one of `languages` and every kind is made. */
export function readCommand(
  args: readonly string[],
  areas: readonly string[],
  languages: readonly LanguageCode[] = languageCodes,
): Command {
  const typed = parse(args);
  if (!typed) return { ok: false, mistake: usage };
  const asked = typed.area ?? [];
  const lang: readonly string[] = typed.lang ?? languages;
  const kind: readonly string[] = typed.kind ?? printKinds;
  const out = typed.out ?? 'leaflets';

  if (asked.length === 0) return { ok: false, mistake: `Name at least one area.\n${usage}` };
  const strange = [
    ...asked.filter((one) => !areas.includes(one)).map((one) => `There is no area ${one}.`),
    ...lang.filter((one) => !isLanguage(one)).map((one) => `There is no language ${one}.`),
    ...kind.filter((one) => !isKind(one)).map((one) => `There is no kind ${one}.`),
  ];
  if (strange.length > 0) {
    const known = `Areas: ${areas.join(' ')}\nLanguages: ${languages.join(' ')}\nKinds: ${printKinds.join(' ')}`;
    return { ok: false, mistake: `${strange.join('\n')}\n${known}` };
  }
  const sheets = [...new Set(asked)].flatMap((one) =>
    [...new Set(lang)].filter(isLanguage).flatMap((language) =>
      [...new Set(kind)].filter(isKind).map((printed) => ({
        area: one,
        language,
        kind: printed,
        path: `/${language}${pathOfPrint(one, printed)}`,
        name: `${one}-${printed}-${language}.pdf`,
      })),
    ),
  );
  return { ok: true, sheets, out };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      area: { type: 'string', multiple: true },
      lang: { type: 'string', multiple: true },
      kind: { type: 'string', multiple: true },
      out: { type: 'string' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch {
    return undefined;
  }
}

function isKind(name: string): name is PrintKind {
  return (printKinds as readonly string[]).includes(name);
}
