/** From what was gathered to the files that are written, held in memory until every gate is passed. */
import { nonGeographic, type AreaOrNation, type Source } from '../../src/routing/table.ts';
import { areaCount } from './councils.ts';
import { somewhereInScotland, type Gathered, type Sectors } from './gather.ts';
import { findNeighbours } from './near.ts';
import { askFile, nearFile, prefixFile } from './write-tables.ts';

/** What the build is known by: for the page that shows the date, for the next build to compare with. */
export type Meta = {
  source: Source;
  attribution: string;
  licence: string;
  /** Listed postcodes, all and by area; organisations' postcodes, which lie nowhere, are not among them. */
  postcodes: number;
  byArea: Record<AreaOrNation, number>;
  outCodes: number;
  sectors: number;
  /** Null when the source has no coordinates. */
  neighbours: number | null;
};

export type Compiled = {
  meta: Meta;
  tables: { areas: Uint8Array; ask: Uint8Array; near: Uint8Array; councils: Uint8Array };
  names: Record<string, { name: string; nameCy?: string; area: AreaOrNation }>;
};

export function compile(gathered: Gathered, source: Source): Compiled {
  const { outCodes, councils, nowhere, retired, coordinates } = gathered;
  const councilValues = councils.map(({ code }) => code).toSorted();
  const areaValues = [...new Set([...councils.map(({ area }) => area), ...retired.values()])].toSorted();
  const byCode = new Map(councils.map((council) => [council.code, council]));
  const named = councilValues.filter((code) => code !== somewhereInScotland);

  const areas = prefixFile({
    source,
    outCodes: mapped(
      outCodes,
      councils.map(({ area }) => areaValues.indexOf(area) + 1),
    ),
    values: [...areaValues, nonGeographic],
    bare: new Map([...retired, ...Array.from(nowhere, (name) => [name, nonGeographic] as const)]),
    retired: [...retired.keys()],
    mergeLetters: true,
  });
  const neighbours = coordinates && findNeighbours(gathered);
  const choices = named.map((council) => ({ council, area: byCode.get(council)?.area ?? '' }));
  return {
    tables: {
      areas,
      ask: askFile(gathered, choices, areas),
      near: nearFile(neighbours ?? [], areas),
      councils: prefixFile({
        source,
        outCodes: mapped(
          outCodes,
          councils.map(({ code }) => named.indexOf(code) + 1),
        ),
        values: named,
        bare: new Map(),
        retired: [],
        mergeLetters: false,
      }),
    },
    meta: metaOf(gathered, source, neighbours?.length ?? null),
    names: Object.fromEntries(
      named.map((code) => {
        const { name = '', nameCy = '', area = '' } = byCode.get(code) ?? {};
        return [code, { name, ...(nameCy ? { nameCy } : {}), area }];
      }),
    ),
  };
}

/** The same units with another value in each: `valueOf` is by position of the council, 0 for none. */
function mapped(outCodes: ReadonlyMap<string, Sectors>, valueOf: readonly number[]): Map<string, Sectors> {
  const change = (cells: Uint16Array | undefined) =>
    cells?.map((cell) => (cell === 0 ? 0 : (valueOf[cell - 1] ?? 0)));
  return new Map(Array.from(outCodes, ([name, sectors]) => [name, sectors.map(change)]));
}

function metaOf(
  { outCodes, councils, counts, source: name }: Gathered,
  source: Source,
  neighbours: number | null,
): Meta {
  const byArea: Record<AreaOrNation, number> = {};
  let sectors = 0;
  for (const cells of [...outCodes.values()].flat()) {
    if (!cells) continue;
    sectors++;
    for (const cell of cells) {
      const area = councils[cell - 1]?.area;
      if (area !== undefined) byArea[area] = (byArea[area] ?? 0) + 1;
    }
  }
  return {
    source,
    attribution: attributionOf(name, source.date.slice(0, 4)),
    licence: 'Open Government Licence v3.0',
    postcodes: counts.listed,
    byArea: Object.fromEntries(Object.entries(byArea).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    outCodes: outCodes.size,
    sectors,
    neighbours,
  };
}

function attributionOf(name: string, year: string): string {
  const owners = [
    'OS data © Crown copyright',
    'Royal Mail data © Royal Mail copyright',
    'National Statistics data © Crown copyright',
  ];
  const line = owners.map((owner) => `${owner} and database right ${year}`).join('; contains ');
  return `Contains ${line}. Source: ${name}.`;
}

/** The areas of England and Wales that no postcode lies in, or that are too many. */
export function areasMissing({ byArea }: Meta): string[] {
  const count = Object.keys(byArea).filter((area) => /^[EW]/.test(area)).length;
  return count === areaCount ? [] : [`${count} police force areas have postcodes; there are ${areaCount}`];
}
