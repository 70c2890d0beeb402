/** What councils are called, by ONS code, as the compiled tables have it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AreaOrNation, CouncilCode } from '../routing/lookup.ts';

/** Relative to the folder the process was started in, which is the project's. */
export const usualPostcodeFolder = join('data', 'postcodes');

export type CouncilNames = ReadonlyMap<CouncilCode, { name: string; nameCy?: string; area: AreaOrNation }>;

/** @throws Error when the table is missing or damaged. */
export function readCouncilNames(folder: string = usualPostcodeFolder): CouncilNames {
  const text = readFileSync(join(folder, 'councils.json'), 'utf8');
  // Written by our own command.
  return new Map(
    Object.entries(JSON.parse(text) as Record<CouncilCode, { name: string; area: AreaOrNation }>),
  );
}

/** In Welsh where the council has a Welsh name and `language` is 'cy'; the code itself for a council not known. */
export function councilNameIn(names: CouncilNames, council: CouncilCode, language?: string): string {
  const known = names.get(council);
  return (language === 'cy' ? known?.nameCy : undefined) ?? known?.name ?? council;
}
