/** Finds units so near another area that an address in them may lie on the other side of the border. */
import type { AreaOrNation } from '../../src/routing/table.ts';
import type { Gathered } from './gather.ts';

export type Neighbour = { outCode: string; sector: number; unit: number; near: AreaOrNation };

type Point = {
  outCode: string;
  sector: number;
  unit: number;
  area: AreaOrNation;
  east: number;
  north: number;
};

export const nearMetres = 200;

/** For units in police force areas: a person in Scotland is not asked about England. */
export function findNeighbours(gathered: Gathered): Neighbour[] {
  const atBorder = pointsAtBorders(gathered);
  const found: Neighbour[] = [];
  for (const [cell, points] of atBorder) {
    const around = cellsAround(cell).flatMap((other) => atBorder.get(other) ?? []);
    for (const { outCode, sector, unit, area, east, north } of points) {
      if (area === 'scotland') continue;
      const near = around.filter(
        (other) => (other.east - east) ** 2 + (other.north - north) ** 2 <= nearMetres ** 2,
      );
      const others = new Set(near.map((other) => other.area));
      others.delete(area);
      for (const other of others) found.push({ outCode, sector, unit, near: other });
    }
  }
  return found;
}

/** The grid's squares are as wide as the distance, so that whatever is near lies in the same or the next square. */
const cellsPerRow = 8192;
const cellOf = (east: number, north: number) =>
  Math.floor(north / nearMetres) * cellsPerRow + Math.floor(east / nearMetres);
const cellsAround = (cell: number) =>
  [-cellsPerRow, 0, cellsPerRow].flatMap((row) => [cell + row - 1, cell + row, cell + row + 1]);

/** By square: only the points of squares that touch another area, a few thousand of two million. */
function pointsAtBorders(gathered: Gathered): Map<number, Point[]> {
  const { councils } = gathered;
  const several = 'several';
  const areaOf = new Map<number, AreaOrNation>();
  eachPlace(gathered, (cell, council) => {
    const area = councils[council]?.area ?? '';
    const earlier = areaOf.get(cell);
    if (earlier !== area) areaOf.set(cell, earlier === undefined ? area : several);
  });

  const atBorder = new Map<number, Point[]>();
  for (const [cell, area] of areaOf) {
    const touches = cellsAround(cell).some((other) => (areaOf.get(other) ?? area) !== area);
    if (area === several || touches) atBorder.set(cell, []);
  }
  eachPlace(gathered, (cell, council, name, unit, east, north) => {
    const points = atBorder.get(cell);
    if (!points) return;
    const [outCode = '', digit] = name.split(' ');
    const area = councils[council]?.area ?? '';
    points.push({ outCode, sector: Number(digit), unit, area, east, north });
  });
  return atBorder;
}

type OnPlace = (
  cell: number,
  council: number,
  sector: string,
  unit: number,
  east: number,
  north: number,
) => void;

function eachPlace({ outCodes, coordinates }: Gathered, onPlace: OnPlace): void {
  for (const [name, { east, north }] of coordinates ?? []) {
    const [outCode = '', digit] = name.split(' ');
    const cells = outCodes.get(outCode)?.[Number(digit)];
    east.forEach((metres, unit) => {
      const place = north[unit] ?? 0;
      if (metres > 0 && place > 0)
        onPlace(cellOf(metres, place), (cells?.[unit] ?? 0) - 1, name, unit, metres, place);
    });
  }
}
