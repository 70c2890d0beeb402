/** What must be true before tables are written. Each gate gives the sentences that say what is not. */
import { councilFor, lookUp } from '../../src/routing/lookup.ts';
import { readPrefixTable, readTables } from '../../src/routing/read-tables.ts';
import type { Tables } from '../../src/routing/table.ts';
import { unitName } from '../../src/routing/unit-letters.ts';
import type { Compiled, Meta } from './compile.ts';
import type { Council } from './councils.ts';
import { somewhereInScotland, type Gathered } from './gather.ts';

const shown = 20;
const changePercentMax = 2;

/** Asks the tables just written about every listed postcode, as a person would. */
export function wrongAnswers(gathered: Gathered, { tables }: Compiled): string[] {
  const read = readTables(tables);
  const councils = readPrefixTable(tables.councils);
  const wrong: string[] = [];
  eachListed(gathered, (postcode, { code, area }) => {
    if (answerOf(postcode, read) !== area)
      wrong.push(`${postcode} is in ${area}, the table says ${answerOf(postcode, read)}`);
    if (code !== somewhereInScotland && councilFor(postcode, councils) !== code) {
      wrong.push(
        `${postcode} is in council ${code}, the table says ${councilFor(postcode, councils) ?? 'nothing'}`,
      );
    }
  });
  return wrong.slice(0, shown);
}

/** Postcodes that went to one area by the tables before and go to another. */
export function changedAreas(gathered: Gathered, before: Tables): string[] {
  const changed: string[] = [];
  eachListed(gathered, (postcode, { area }) => {
    const earlier = lookUp(postcode, before);
    const was = earlier.kind === 'area' && earlier.confidence === 'exact' ? earlier.area : undefined;
    if (was !== undefined && was !== area) changed.push(`${postcode}: ${was} to ${area}`);
  });
  return changed;
}

/** Areas, and the whole, whose number of postcodes moved further than post and building explain. */
export function countsMoved(after: Meta, before: Meta): string[] {
  const areas = new Set([...Object.keys(before.byArea), ...Object.keys(after.byArea)]);
  const counts: [string, number, number][] = [
    ['all', before.postcodes, after.postcodes],
    ...Array.from(
      areas,
      (area) => [area, before.byArea[area] ?? 0, after.byArea[area] ?? 0] as [string, number, number],
    ),
  ];
  return counts
    .filter(([, was, is]) => Math.abs(is - was) * 100 > was * changePercentMax)
    .map(
      ([name, was, is]) =>
        `${name}: ${was} postcodes before, ${is} in this source (more than ${changePercentMax} % apart)`,
    );
}

function answerOf(postcode: string, tables: Tables): string {
  const answer = lookUp(postcode, tables);
  if (answer.kind === 'area')
    return answer.confidence === 'exact' ? answer.area : `${answer.area}, not exactly`;
  return answer.kind === 'nation' ? answer.nation : answer.kind;
}

function eachListed(
  { outCodes, councils }: Gathered,
  onPostcode: (postcode: string, council: Council) => void,
): void {
  for (const [outCode, sectors] of outCodes) {
    sectors.forEach((cells, digit) => {
      cells?.forEach((cell, unit) => {
        const council = councils[cell - 1];
        if (council) onPostcode(`${outCode} ${digit}${unitName(unit)}`, council);
      });
    });
  }
}
