import { encode } from 'uqr';

/** Squares of white paper that readers expect on every side (ISO/IEC 18004). */
const quietSquares = 4;

/** A text as a QR code: one path of unit squares, so that it prints sharply at any size. */
export function KeysQr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: quietSquares, ecc: 'M' });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width="240"
      height="240"
      shape-rendering="crispEdges"
    >
      {/* Black on white in every colour scheme: cameras read nothing else. */}
      <rect width={size} height={size} fill="#fff" />
      <path d={squares} fill="#000" />
    </svg>
  );
}
