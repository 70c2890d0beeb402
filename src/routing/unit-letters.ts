/** The last two letters of a postcode, as a number from 0 to 399. */

/** No postcode ends with C, I, K, M, O or V. */
export const unitLetters = 'ABDEFGHJLNPQRSTUWXYZ';

export const unitsPerSector = unitLetters.length ** 2;

/** 'BE' as a number below 400; -1 when no postcode ends so. */
export function unitNumber(unit: string): number {
  const first = unitLetters.indexOf(unit.charAt(0));
  const second = unitLetters.indexOf(unit.charAt(1));
  return unit.length !== 2 || first < 0 || second < 0 ? -1 : first * unitLetters.length + second;
}

export function unitName(number: number): string {
  return (
    unitLetters.charAt(Math.floor(number / unitLetters.length)) +
    unitLetters.charAt(number % unitLetters.length)
  );
}

/** A unit of an out-code as one number; `unit` is its number within the sector. */
export function unitInOutCode(sector: number, unit: number): number {
  return sector * unitsPerSector + unit;
}
