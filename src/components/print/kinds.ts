/** What can be printed for an area, how many sides of paper each takes, and where it stands. */
export const printKinds = ['leaflet', 'leaflet-a5', 'poster', 'large'] as const;
export type PrintKind = (typeof printKinds)[number];

/** Large print is as long as its words need. */
export const sidesOf: Readonly<Record<PrintKind, number | undefined>> = {
  leaflet: 2,
  'leaflet-a5': 2,
  poster: 1,
  large: undefined,
};

/** ('kent', 'poster') → '/print/kent/poster/', without its language. */
export function pathOfPrint(area: string, kind: PrintKind): `/${string}/` {
  return `/print/${area}/${kind}/`;
}
