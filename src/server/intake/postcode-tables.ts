/** Loads the compiled postcode tables and the councils' names from disk, for the web process and the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { councilFor, type AreaOrNation, type CouncilCode, type Tables } from '../../routing/lookup.ts';
import { readPrefixTable, readTables } from '../../routing/read-tables.ts';
import { councilNameIn, readCouncilNames, usualPostcodeFolder } from '../councils.ts';

export type Postcodes = {
  tables: Tables;
  /** The council a typed postcode lies in; undefined where the postcode does not decide it. */
  councilOf: (typed: string) => CouncilCode | undefined;
  areaOfCouncil: (council: CouncilCode) => AreaOrNation | undefined;
  /** In Welsh where the council has a Welsh name and `language` is 'cy'; the code itself for a council not known. */
  councilName: (council: CouncilCode, language?: string) => string;
};

/** Just the tables the browser has too. */
export function loadTables(folder: string = usualPostcodeFolder): Tables {
  const file = (name: string) => readFileSync(join(folder, `${name}.bin`));
  return readTables({ areas: file('areas'), ask: file('ask'), near: file('near') });
}

/** @throws Error when a table is missing or damaged: the server must not start without them. */
export function loadPostcodes(folder: string = usualPostcodeFolder): Postcodes {
  const councils = readPrefixTable(readFileSync(join(folder, 'councils.bin')));
  const names = readCouncilNames(folder);
  return {
    tables: loadTables(folder),
    councilOf: (typed) => councilFor(typed, councils),
    areaOfCouncil: (council) => names.get(council)?.area,
    councilName: (council, language) => councilNameIn(names, council, language),
  };
}
