/** A text as a QR code in a file of its own: one path, so that it prints sharply at any size. */
import { encode } from 'uqr';

/** Squares of white paper that readers expect on every side (ISO/IEC 18004). */
const quietSquares = 4;

export function qrSvg(text: string): string {
  const { data, size } = encode(text, { border: quietSquares, ecc: 'M' });
  const path = data.flatMap((row, y) =>
    runsIn(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">`,
    // Black on white in every colour scheme: cameras read nothing else.
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path.join('')}"/></svg>\n`,
  ].join('');
}

/** Where dark squares begin in a row, and how many stand together. */
function runsIn(row: readonly boolean[]): (readonly [start: number, length: number])[] {
  const squares = row.map((isDark) => (isDark ? '#' : ' ')).join('');
  return [...squares.matchAll(/#+/g)].map(({ 0: run, index }) => [index, run.length] as const);
}
