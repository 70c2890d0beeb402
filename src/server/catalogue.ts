/**
 * Reads what is known of areas and services from the content folder, once, and refuses it as a whole or takes it as a
 * whole.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { areaEntry, helplineEntry, serviceEntry, signpostEntry } from '../content/schemas.ts';
import type { Catalogue } from '../routing/catalogue.ts';
import { signpostIds, type SignpostId } from '../routing/signpost.ts';
import { ConfigError } from './failure.ts';

/** Relative to the folder the process was started in, which is the project's. */
const usualFolder = join('src', 'content');

/**
 * Nothing is `open` in it: which services can receive is for the directory of delivery settings to say.
 *
 * @throws ConfigError with every mistake of every file.
 */
export function readCatalogue(contentDir: string = usualFolder): Catalogue {
  const mistakes: string[] = [];
  const areas = entriesOf(contentDir, 'areas', areaEntry, mistakes);
  const services = entriesOf(contentDir, 'services', serviceEntry, mistakes);
  const signposts = entriesOf(contentDir, 'signposts', signpostEntry, mistakes);
  const helplines = entriesOf(contentDir, 'helplines', helplineEntry, mistakes);

  const catalogue: Catalogue = {
    areas: areas
      .map(({ id, entry }) => ({ slug: id, ...entry }))
      .sort((one, other) => one.name.en.localeCompare(other.name.en, 'en')),
    services: services.map(({ id, entry }) => ({ id, ...entry })),
    signposts: signposts.flatMap(({ id, entry }) => (isSignpost(id) ? [{ id, ...entry }] : [])),
    helplines: helplines.map(({ id, entry }) => ({ id, ...entry })),
    open: [],
  };

  for (const { id } of signposts)
    if (!isSignpost(id)) mistakes.push(`signposts/${id}.json: no route leads to it`);
  // References are only worth checking between entries that could be read.
  if (mistakes.length === 0) mistakes.push(...looseEnds(catalogue));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return catalogue;
}

type Entry<Value> = { id: string; entry: Value };

function entriesOf<Value>(
  contentDir: string,
  collection: string,
  schema: z.ZodType<Value>,
  mistakes: string[],
): Entry<Value>[] {
  const folder = join(contentDir, collection);
  return jsonFilesIn(folder, mistakes).flatMap((file) => {
    const where = `${collection}/${file}`;
    const content = parse(readFileSync(join(folder, file), 'utf8'));
    if (content === undefined) {
      mistakes.push(`${where}: not JSON`);
      return [];
    }
    const result = schema.safeParse(content);
    if (result.success) return [{ id: basename(file, '.json'), entry: result.data }];
    mistakes.push(
      ...result.error.issues.map(({ path, message }) => `${where}: ${path.join('.')}: ${message}`),
    );
    return [];
  });
}

function jsonFilesIn(folder: string, mistakes: string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch {
    mistakes.push(`${folder}: no such folder`);
    return [];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSignpost(id: string): id is SignpostId {
  return (signpostIds as readonly string[]).includes(id);
}

/** References that lead nowhere, said twice, or said on one side only. */
function looseEnds({ areas, services, signposts, helplines }: Catalogue): string[] {
  const mistakes: string[] = [];
  const areaCodes = new Set(areas.map((area) => area.code));
  const serviceIds = new Set(services.map((service) => service.id));
  const helplineIds = new Set(helplines.map((helpline) => helpline.id));

  const councils = areas.flatMap((area) => area.councils);
  for (const council of repeated(councils)) mistakes.push(`areas: council ${council} stands in two areas`);
  for (const code of repeated(areas.map((area) => area.code)))
    mistakes.push(`areas: ${code} has two entries`);

  for (const { slug, code, services: ids, neighbours } of areas) {
    for (const id of ids) {
      const service = services.find((one) => one.id === id);
      if (!serviceIds.has(id)) mistakes.push(`areas/${slug}.json: no service ${id}`);
      else if (!service?.areas.includes(code)) mistakes.push(`services/${id}.json: areas lacks ${code}`);
    }
    for (const other of neighbours) {
      const theirs = areas.find((area) => area.code === other)?.neighbours;
      if (!theirs?.includes(code)) mistakes.push(`areas/${slug}.json: neighbour ${other} does not agree`);
    }
  }
  for (const { id, areas: codes } of services) {
    for (const code of codes) {
      if (!areaCodes.has(code)) mistakes.push(`services/${id}.json: no area ${code}`);
      else if (!areas.some((area) => area.code === code && area.services.includes(id)))
        mistakes.push(`services/${id}.json: area ${code} does not name it`);
    }
  }
  const everywhere = services.filter((service) => service.areas.length === 0);
  if (everywhere.length > 1) mistakes.push('services: only one may work in all of England and Wales');

  for (const { id, helplines: ids } of signposts)
    for (const helpline of ids)
      if (!helplineIds.has(helpline)) mistakes.push(`signposts/${id}.json: no helpline ${helpline}`);
  for (const id of signpostIds)
    if (!signposts.some((signpost) => signpost.id === id)) mistakes.push(`signposts/${id}.json: missing`);
  return mistakes;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
