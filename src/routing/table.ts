/**
 * The compiled postcode tables as they lie in memory.
 *
 * One idea carries all of them: most out-codes (`SG6`) lie wholly in one place, so one value is enough; where an
 * out-code is split its sectors (`SG8 8`) are given; where a sector is split its units (`SG8 8BE`) are. The area
 * table holds police force areas and nations, the council table holds councils.
 */

/** ONS code of a police force area, such as 'E23000023'. */
export type AreaCode = string;

/** ONS code of a council (district, borough, unitary or Scottish council area), such as 'E07000012'. */
export type CouncilCode = string;

export const nations = ['scotland', 'northern-ireland', 'jersey', 'guernsey', 'isle-of-man'] as const;
export type Nation = (typeof nations)[number];

/** Where a postcode can lie: a police force area, or 'scotland' beside the border. */
export type AreaOrNation = AreaCode | Nation;

/** The value of an out-code whose postcodes belong to organisations and lie nowhere, such as 'SR43'. */
export const nonGeographic = 'nongeographic';

/** Stands instead of a value where one level cannot answer and the next must be asked. */
export const split = -1;

/** What the tables were compiled from. */
export type Source = {
  /** Such as 'OS Code-Point Open'. */
  name: string;
  /** Year and month of the data, such as '2025-11'. */
  date: string;
};

export type PrefixTable = {
  source: Source;
  values: readonly string[];
  outCodes: ReadonlyMap<string, OutCode>;
};

export type OutCode = {
  /** Position in `values`, or `split`. */
  value: number;
  /** Bit n is set when sector n has a listed postcode. */
  listed: number;
  /** By sector digit; empty unless the out-code is split. */
  sectors: readonly (Sector | undefined)[];
  /** True when no postcode in it is in use any more. */
  retired: boolean;
};

export type Sector = {
  /** Position in `values`, or `split`. */
  value: number;
  /** For a split sector: by `unitNumber`, a position in `values` plus one, or 0 where no postcode is listed. */
  units: Uint16Array;
  /** Bit n is set when the units beginning with letter n have one value and are not told apart by the table. */
  mergedLetters: number;
};

/** A council a person may choose when their postcode cannot decide, and where that leads. */
export type Choice = { council: CouncilCode; area: AreaOrNation };

/** Everything `lookUp` needs. Browser and server hold the same. */
export type Tables = {
  areas: PrefixTable;
  /** By split out-code ('SG8') and split sector ('SG8 8'): the councils it may lie in, most postcodes first. */
  choices: ReadonlyMap<string, readonly Choice[]>;
  /** By out-code, then by `unitInOutCode`: the other areas within 200 metres. */
  neighbours: ReadonlyMap<string, ReadonlyMap<number, readonly AreaOrNation[]>>;
};
