/**
 * Whether a PDF can be read aloud, and is as long as its paper: tagged, marked so, with its language. Pure.
 *
 * Reads no more of the format than that takes (ISO 32000-1, 7.5 and 14.7): objects as they stand in the file, and those
 * that newer writers pack into compressed streams.
 */
import { inflateSync } from 'node:zlib';

export type PdfFacts = {
  /** A structure tree that holds something: what a screen reader walks through. */
  readonly hasStructure: boolean;
  /** The file says of itself that it is tagged. */
  readonly isMarked: boolean;
  /** As in `<html lang>`: 'en-GB'. */
  readonly language: string | undefined;
  readonly pages: number;
};

/** What was asked for. `pages` undefined: as many as it needs. */
export type PdfExpected = { readonly language: string; readonly pages: number | undefined };

/** Everything that is wrong, a sentence each; empty when the file may be given to people. */
export function pdfProblems(bytes: Uint8Array, expected: PdfExpected): readonly string[] {
  const facts = readPdf(bytes);
  if (!facts) return ['it is not a PDF that can be read'];
  const { hasStructure, isMarked, language, pages } = facts;
  const problems = [
    !hasStructure && 'it has no tags, so a screen reader finds no headings and no order in it',
    !isMarked && 'it is not marked as tagged',
    language === undefined && 'it does not say its language',
    language !== undefined &&
      language.toLowerCase() !== expected.language.toLowerCase() &&
      `its language is ${language}, and should be ${expected.language}`,
    pages === 0 && 'it has no pages',
    expected.pages !== undefined &&
      pages !== expected.pages &&
      `it has ${pages} pages, and should have ${expected.pages}: the text no longer fits its paper`,
  ];
  return problems.filter((problem) => problem !== false);
}

/** Undefined when it is no PDF, or holds no catalogue to start from. */
export function readPdf(bytes: Uint8Array): PdfFacts | undefined {
  // One character a byte, so that places in the text are places in the file.
  const file = Buffer.from(bytes).toString('latin1');
  if (!file.startsWith('%PDF-')) return undefined;
  const { skeleton, streams } = withoutStreams(file);
  const objects = new Map([...plainObjects(skeleton), ...streams.flatMap(packedObjects)]);
  // The last one counts: a file that was changed later names its root again.
  const root = [...skeleton.matchAll(/\/Root\s+(\d+)\s+\d+\s+R/g)].at(-1)?.[1];
  const catalogue = root === undefined ? undefined : objects.get(Number(root));
  if (catalogue === undefined) return undefined;

  const lookUp = (key: string) => valueOf(catalogue, key, objects) ?? '';
  const tree = lookUp('StructTreeRoot');
  return {
    hasStructure: /\/Type\s*\/StructTreeRoot\b/.test(tree) && /\/K\b/.test(tree),
    isMarked: /\/Marked\s+true\b/.test(lookUp('MarkInfo')),
    language: textIn(lookUp('Lang')),
    pages: Number(/\/Count\s+(\d+)/.exec(lookUp('Pages'))?.[1] ?? 0),
  };
}

type Objects = ReadonlyMap<number, string>;
type Stream = { readonly dictionary: string; readonly body: string };

/** The file without what its streams hold: pictures and fonts may contain any letters by chance. */
function withoutStreams(file: string): { skeleton: string; streams: readonly Stream[] } {
  const streams: Stream[] = [];
  const kept: string[] = [];
  let at = 0;
  for (const { 0: opening, index } of file.matchAll(/>>\s*stream\r?\n/g)) {
    // Inside the stream before it.
    if (index < at) continue;
    const start = index + opening.length;
    const dictionary = file.slice(file.lastIndexOf(' obj', index), index);
    // A length that stands in another object is not followed: the word that closes the stream is looked for.
    const length = /\/Length\s+(\d+)(?!\d|\s+\d+\s+R)/.exec(dictionary)?.[1];
    const closing = length === undefined ? file.indexOf('endstream', start) : start + Number(length);
    const end = closing < 0 ? file.length : closing;
    streams.push({ dictionary, body: file.slice(start, end) });
    kept.push(file.slice(at, start));
    at = end;
  }
  return { skeleton: [...kept, file.slice(at)].join(''), streams };
}

function plainObjects(skeleton: string): [number, string][] {
  return [...skeleton.matchAll(/(\d+)\s+\d+\s+obj\b([^]*?)\bendobj\b/g)].map(
    ({ 1: number, 2: body = '' }) => [Number(number), body],
  );
}

/** The objects of a stream of objects; of any other stream none. */
function packedObjects({ dictionary, body }: Stream): [number, string][] {
  if (!/\/Type\s*\/ObjStm\b/.test(dictionary)) return [];
  const first = Number(/\/First\s+(\d+)/.exec(dictionary)?.[1]);
  const text = unpacked(dictionary, body);
  if (text === undefined || !Number.isInteger(first)) return [];
  const header = text.slice(0, first).trim().split(/\s+/).map(Number);
  const places = header.flatMap((number, index) =>
    index % 2 === 0 ? [[number, header[index + 1] ?? 0] as const] : [],
  );
  return places.map(([number, offset], index) => [
    number,
    text.slice(first + offset, first + (places[index + 1]?.[1] ?? text.length)),
  ]);
}

function unpacked(dictionary: string, body: string): string | undefined {
  if (!dictionary.includes('/Filter')) return body;
  if (!dictionary.includes('/FlateDecode')) return undefined;
  try {
    return inflateSync(Buffer.from(body, 'latin1')).toString('latin1');
  } catch {
    return undefined;
  }
}

/** What stands behind a key: the object it refers to, or the dictionary or text itself. */
function valueOf(dictionary: string, key: string, objects: Objects): string | undefined {
  const value = new RegExp(`/${key}\\s*((\\d+)\\s+\\d+\\s+R|<<[^]*?>>|\\((?:[^()\\\\]|\\\\.)*\\)|<[^<>]*>)`);
  const [, found, reference] = value.exec(dictionary) ?? [];
  return reference === undefined ? found : objects.get(Number(reference));
}

/** '(en-GB)' → 'en-GB'; also the two ways of writing it in hexadecimal digits. */
function textIn(value: string): string | undefined {
  const trimmed = value.trim();
  const plain = /^\((.*)\)$/s.exec(trimmed)?.[1];
  if (plain !== undefined) return plain === '' ? undefined : plain;
  const digits = /^<([\da-f\s]+)>$/i.exec(trimmed)?.[1];
  if (digits === undefined) return undefined;
  const bytes = Buffer.from(digits.replace(/\s/g, ''), 'hex');
  const isWide = bytes[0] === 0xfe && bytes[1] === 0xff;
  return isWide ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : bytes.toString('latin1');
}
