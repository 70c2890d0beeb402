import type { Named } from './finder-data.ts';

/** A name in its own language, kept together where the page runs from right to left. */
export function FinderName({ name }: { name: Named }) {
  return name.lang === undefined ? <>{name.text}</> : <bdi lang={name.lang}>{name.text}</bdi>;
}
