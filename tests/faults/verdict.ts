/** What is known of each catalogue entry after a run, and the table that says it. */
import { catalogue, ids, type Id } from './catalogue.ts';
import { idsOf } from './titles.ts';

/** One test that has ended, of whichever runner. */
export type Ended = {
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string | undefined;
  readonly figures: readonly string[];
};

export type Row = {
  readonly id: Id;
  readonly verdict: 'passed' | 'failed' | 'skipped' | 'no test' | 'elsewhere';
  readonly note: string;
};

/** One failed test fails its entry. An entry is skipped only when nothing of it could be tried. */
export function verdicts(ended: readonly Ended[]): readonly Row[] {
  return ids.map((id) => {
    const mine = ended.filter(({ title }) => idsOf(title).includes(id));
    const figures = [...new Set(mine.flatMap((one) => one.figures))].join('; ');
    const reasons = [...new Set(mine.flatMap(({ reason }) => reason ?? []))].join('; ');
    if (mine.some(({ outcome }) => outcome === 'failed')) return { id, verdict: 'failed', note: figures };
    if (mine.some(({ outcome }) => outcome === 'passed')) return { id, verdict: 'passed', note: figures };
    if (mine.length > 0) return { id, verdict: 'skipped', note: reasons };
    const { command } = catalogue[id] as { command?: string };
    return command ? { id, verdict: 'elsewhere', note: command } : { id, verdict: 'no test', note: '' };
  });
}

export function tableOf(rows: readonly Row[]): string {
  return rows
    .map(({ id, verdict, note }) =>
      [id.padEnd(4), verdict.padEnd(9), catalogue[id].done, ...(note ? [`(${note})`] : [])]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The entries that keep the run from being a proof; `all` wants every one of them tried. */
export function missing(rows: readonly Row[], { all }: { all: boolean }): readonly Row[] {
  return rows.filter(
    ({ verdict }) => verdict === 'failed' || (all && (verdict === 'skipped' || verdict === 'no test')),
  );
}
