/** How much of a fault a test tries: a little in `npm test`, all of it in `npm run test:faults`. */
export const isLong = process.env['FAULTS'] === 'long';

export function amount(short: number, long: number): number {
  return isLong ? long : short;
}
