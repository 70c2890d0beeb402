/** Loads the compiled postcode tables and the councils' names from disk, for the web process and the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { councilFor, type AreaOrNation, type CouncilCode, type Tables } from '../../routing/lookup.ts';
import { readPrefixTable, readTables } from '../../routing/read-tables.ts';

/** Relative to the folder the process was started in, which is the project's. */
export const usualPostcodeFolder = join('data', 'postcodes');

export type Postcodes = {
  tables: Tables;
  /** The council a typed postcode lies in; undefined where the postcode does not decide it. */
  councilOf: (typed: string) => CouncilCode | undefined;
  areaOfCouncil: (council: CouncilCode) => AreaOrNation | undefined;
  /** In Welsh where the council has a Welsh name and `language` is 'cy'; the code itself for a council not known. */
  councilName: (council: CouncilCode, language?: string) => string;
};

type Names = Record<CouncilCode, { name: string; nameCy?: string; area: AreaOrNation }>;

/** Just the tables the browser has too. */
export function loadTables(folder: string = usualPostcodeFolder): Tables {
  const file = (name: string) => readFileSync(join(folder, `${name}.bin`));
  return readTables({ areas: file('areas'), ask: file('ask'), near: file('near') });
}

/** @throws Error when a table is missing or damaged: the server must not start without them. */
export function loadPostcodes(folder: string = usualPostcodeFolder): Postcodes {
  const councils = readPrefixTable(readFileSync(join(folder, 'councils.bin')));
  const text = readFileSync(join(folder, 'councils.json'), 'utf8');
  const names = new Map(Object.entries(JSON.parse(text) as Names)); // Written by our own command.
  return {
    tables: loadTables(folder),
    councilOf: (typed) => councilFor(typed, councils),
    areaOfCouncil: (council) => names.get(council)?.area,
    councilName: (council, language) => {
      const known = names.get(council);
      return (language === 'cy' ? known?.nameCy : undefined) ?? known?.name ?? council;
    },
  };
}
