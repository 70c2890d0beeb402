/** How a run is told: a table of figures, each beside what it is to be compared with in the same run. */

export type Figure = {
  readonly what: string;
  readonly measured: string;
  /** What was asked of it, and whether it was met. Without one, the figure only explains another. */
  readonly goal?: { readonly text: string; readonly met: boolean };
};

export type Chapter = { readonly title: string; readonly note?: string; readonly figures: readonly Figure[] };

/** A figure that should not go below, or above, a number. */
export function atLeast(what: string, value: number, least: number, digits = 2): Figure {
  return {
    what,
    measured: value.toFixed(digits),
    goal: { text: `at least ${least}`, met: value >= least },
  };
}

export function atMost(what: string, value: number, most: number, unit: string, digits = 0): Figure {
  return {
    what,
    measured: `${value.toFixed(digits)} ${unit}`,
    goal: { text: `at most ${most} ${unit}`, met: value <= most },
  };
}

export function explains(what: string, measured: string): Figure {
  return { what, measured };
}

/** The whole of `docs/benchmarks.md`. */
export function writtenReport(machine: string, day: string, chapters: readonly Chapter[]): string {
  return [
    '# Benchmarks',
    'Written by `npm run bench`. Machines differ and are noisy, so what counts is a figure beside another of the same run.',
    `${day}, on ${machine}.`,
    ...chapters.flatMap(({ title, note, figures }) => [
      `## ${title}`,
      ...(note ? [note] : []),
      [row(['Figure', 'Measured', 'Goal', '']), row(['---', '---', '---', '---']), ...figures.map(told)].join(
        '\n',
      ),
    ]),
    '',
  ].join('\n\n');
}

function told({ what, measured, goal }: Figure): string {
  return row([what, measured, goal?.text ?? '', goal ? (goal.met ? 'met' : '**not met**') : '']);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
