/** Our own data about places: which police force area each council lies in, and out-codes no longer in use. */
import { readFileSync } from 'node:fs';
import type { AreaOrNation, CouncilCode } from '../../src/routing/table.ts';
import { fieldsOf } from './fields.ts';

export type Council = { code: CouncilCode; name: string; nameCy: string; area: AreaOrNation };

/** How many police force areas England and Wales have, the City of London among them. */
export const areaCount = 43;

export function readCouncils(): ReadonlyMap<CouncilCode, Council> {
  const rows = rowsOf('council-to-police-area.csv').map(([code = '', name = '', nameCy = '', area = '']) => ({
    code,
    name,
    nameCy,
    area,
  }));
  return new Map(rows.map((council) => [council.code, council]));
}

/** Where an out-code lay when it was last in use: people keep a postcode longer than the post does. */
export function readRetiredOutCodes(): ReadonlyMap<string, AreaOrNation> {
  return new Map(rowsOf('retired-out-codes.csv').map(([outCode = '', area = '']) => [outCode, area]));
}

function rowsOf(name: string): string[][] {
  const text = readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8');
  return text.trimEnd().split('\n').slice(1).map(fieldsOf);
}
