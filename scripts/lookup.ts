/**
 * Says where a postcode leads, as JSON: `npm run lookup -- "SG8 6AD"`, or `--stdin` for many, a line each.
 *
 * `--tables DIR` asks tables compiled elsewhere. Exit 0 done, 1 refused, 2 misuse.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { lookUp, type Lookup } from '../src/routing/lookup.ts';
import { routeFor, type Place } from '../src/routing/route.ts';
import { readCatalogue } from '../src/server/catalogue.ts';
import { usualPostcodeFolder } from '../src/server/councils.ts';
import { loadPostcodes, type Postcodes } from '../src/server/intake/postcode-tables.ts';

const usage = 'npm run lookup -- "SG8 6AD" | --stdin [--tables DIR]';

/** Written at once: a write for every line would take longer than all the looking up. */
const linesAtOnce = 5000;

type Asked = { typed: string | undefined; folder: string };

const asked = readCommand();
if (!asked) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  await answer(asked);
}

/** Undefined when the command was not meant so: exactly one of a postcode and --stdin. */
function readCommand(): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { stdin: { type: 'boolean' }, tables: { type: 'string' } },
    });
    const [typed, ...more] = positionals;
    if (more.length > 0 || (typed !== undefined) === (values.stdin ?? false)) return undefined;
    return { typed, folder: values.tables ?? usualPostcodeFolder };
  } catch {
    return undefined;
  }
}

async function answer({ typed, folder }: Asked): Promise<void> {
  const postcodes = loadFrom(folder);
  if (!postcodes) return;
  const lineFor = lineMaker(postcodes);
  if (typed !== undefined) return write([lineFor(typed)]);

  let lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    lines.push(lineFor(line));
    if (lines.length < linesAtOnce) continue;
    await write(lines);
    lines = [];
  }
  await write(lines);
}

function loadFrom(folder: string): Postcodes | undefined {
  try {
    return loadPostcodes(folder);
  } catch (error) {
    process.stderr.write(`${folder}: no postcode tables can be read here (${String(error)})\n`);
    process.exitCode = 1;
    return undefined;
  }
}

function write(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return Promise.resolve();
  // Waits for a slow reader instead of holding all the answers in memory.
  return new Promise((done, failed) => {
    process.stdout.write(`${lines.join('\n')}\n`, (error) => (error ? failed(error) : done()));
  });
}

function lineMaker({ tables, councilOf }: Postcodes): (typed: string) => string {
  const serviceFor = serviceFinder();
  return (input) => {
    const found = lookUp(input, tables);
    const council = found.kind === 'area' || found.kind === 'nation' ? councilOf(input) : undefined;
    const service = serviceFor(found);
    return JSON.stringify({
      input,
      ...found,
      ...(council ? { council } : {}),
      ...(service ? { service } : {}),
    });
  };
}

/** The service for an adult harmed by a crime who lives there; routes are worked out once for each place. */
function serviceFinder(): (found: Lookup) => string | undefined {
  const catalogue = readCatalogue();
  const known = new Map<string, string | undefined>();
  return (found) => {
    if (found.kind !== 'area') return undefined;
    if (!known.has(found.area)) {
      const place: Place = { kind: 'area', area: found.area };
      const route = routeFor({ role: 'harmed', place, age: 'adult' }, catalogue);
      known.set(found.area, route.kind === 'service' ? route.service : undefined);
    }
    return known.get(found.area);
  };
}
