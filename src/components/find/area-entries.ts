/** Everything that area pages are made from, out of the content collections, while the site is built. */
import { getCollection } from 'astro:content';
import { signpostIds } from '../../routing/signpost.ts';
import type { KnownAreas } from './area-page.ts';

export async function knownAreas(): Promise<KnownAreas> {
  const areas = await getCollection('areas');
  const services = await getCollection('services');
  const signposts = await getCollection('signposts');
  const helplines = await getCollection('helplines');
  const councils = await getCollection('councils');
  return {
    catalogue: {
      areas: areas
        .map(({ id, data }) => ({ slug: id, ...data }))
        .sort((one, other) => one.name.en.localeCompare(other.name.en, 'en')),
      services: services.map(({ id, data }) => ({ id, ...data })),
      signposts: signpostIds.flatMap((id) =>
        signposts.filter((entry) => entry.id === id).map(({ data }) => ({ id, ...data })),
      ),
      helplines: helplines.map(({ id, data }) => ({ id, ...data })),
      // A page that is built knows nothing of delivery: the finder and the form say who can receive.
      open: [],
    },
    councils: Object.fromEntries(councils.map(({ id, data }) => [id, data])),
  };
}
