/** The container of every compiled table: one line of JSON, then sections of bytes whose lengths the line gives. */
import type { AreaOrNation, CouncilCode, Source } from './table.ts';

export type Bytes = ArrayBuffer | Uint8Array;

type Header<Format extends string> = { format: Format; sections: readonly number[] };

/** Values by out-code, sector and unit; `values` are areas and nations, or councils. */
export type PrefixHeader = Header<'postcode-prefixes/1'> & {
  source: Source;
  values: readonly string[];
  /** Out-codes without any postcode in use. */
  retired: readonly string[];
};

/** The councils a split out-code or sector may lie in, and which units of split sectors are listed. */
export type AskHeader = Header<'postcode-questions/1'> & {
  councils: readonly CouncilCode[];
  /** The area of each council, at the same position. */
  areas: readonly AreaOrNation[];
};

/** Units within 200 metres of another area. */
export type NearHeader = Header<'postcode-neighbours/1'> & { areas: readonly AreaOrNation[] };

export type TableHeader = PrefixHeader | AskHeader | NearHeader;

/** Stands for `split` where a value is stored in two bytes. */
export const storedSplit = 0xffff;

/** Stands in a split sector's letters for units that are stored one by one; 0 is none, 2 and more is a value. */
export const letterSplit = 1;

/** Walks through the bytes of one section. Past the end it gives zeros. */
export type Cursor = { all: Uint8Array; byte: () => number; pair: () => number };

/**
 * Opens a table; each call of `section` gives the next section.
 *
 * @throws Error when the bytes are not a whole table of this format.
 */
export function openTable<T extends TableHeader>(
  file: Bytes,
  format: T['format'],
): { header: T; section: () => Cursor } {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const lineEnd = bytes.indexOf(newline);
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(0, Math.max(lineEnd, 0))));
  if (header?.format !== format) throw new Error(`not a table of the format ${format}`);

  const known = header as T; // The format names the type.
  const whole = known.sections.reduce((sum, length) => sum + length, lineEnd + 1);
  if (whole !== bytes.length) throw new Error(`a table of the format ${format} is cut short or altered`);

  let at = lineEnd + 1;
  const lengths = known.sections.values();
  const section = () => {
    const start = at;
    at += lengths.next().value ?? 0;
    return cursorOver(bytes.subarray(start, at));
  };
  return { header: known, section };
}

const newline = 10;

function parseHeader(line: string): TableHeader | undefined {
  try {
    return JSON.parse(line) as TableHeader; // Only our own command writes these; the format is checked by the caller.
  } catch {
    return undefined;
  }
}

function cursorOver(all: Uint8Array): Cursor {
  let at = 0;
  const byte = () => all[at++] ?? 0;
  return { all, byte, pair: () => byte() + (byte() << 8) };
}
