/** How long the postcode tables take to load and a postcode to look up. */
import { lookUp } from '../../src/routing/lookup.ts';
import { listedSectors } from '../../src/routing/read-tables.ts';
import { loadTables } from '../../src/server/intake/postcode-tables.ts';
import { median } from './alone.ts';
import { explains, type Chapter } from './report.ts';

const rounds = 15;

export function lookups(): Chapter {
  const loadMs = median(Array.from({ length: rounds }, () => timed(loadTables)));
  const tables = loadTables();
  const postcodes = listedSectors(tables.areas).flatMap((sector) =>
    ['AA', 'BE', 'JX', 'ZZ'].map((unit) => sector + unit),
  );
  const allMs = median(
    Array.from({ length: rounds }, () =>
      timed(() => {
        for (const postcode of postcodes) lookUp(postcode, tables);
      }),
    ),
  );
  return {
    title: 'Postcodes',
    figures: [
      explains('Loading the tables, median', `${loadMs.toFixed(1)} ms`),
      explains(
        `One look-up, median over ${postcodes.length} postcodes`,
        `${((allMs * 1e6) / postcodes.length).toFixed(0)} ns`,
      ),
    ],
  };
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
