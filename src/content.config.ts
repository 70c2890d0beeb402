/** The collections of the site. What an entry holds is explained, field by field, in content/schemas.ts. */
import { defineCollection } from 'astro:content';
import { file, glob } from 'astro/loaders';
import {
  areaEntry,
  councilEntry,
  factEntry,
  helplineEntry,
  serviceEntry,
  signpostEntry,
} from './content/schemas.ts';

/** Files live at `<collection>/<id>.json`. */
const entries = (collection: string) => glob({ base: `./src/content/${collection}`, pattern: '*.json' });

export const collections = {
  /** Made by `npm run postcodes`, not written by hand. */
  councils: defineCollection({ loader: file('data/postcodes/councils.json'), schema: councilEntry }),
  areas: defineCollection({ loader: entries('areas'), schema: areaEntry }),
  services: defineCollection({ loader: entries('services'), schema: serviceEntry }),
  signposts: defineCollection({ loader: entries('signposts'), schema: signpostEntry }),
  facts: defineCollection({ loader: file('src/content/facts.json'), schema: factEntry }),
  helplines: defineCollection({ loader: entries('helplines'), schema: helplineEntry }),
};
