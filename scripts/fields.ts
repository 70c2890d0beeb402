/** Writes what is made from the schemas: `docs/fields.json` and `docs/directory.schema.json`. `npm run fields` runs it. */
import { writeFileSync } from 'node:fs';
import { directorySchema, fieldDictionary } from '../src/server/dictionary.ts';

writeFileSync('docs/fields.json', `${JSON.stringify(fieldDictionary(), null, 2)}\n`);
writeFileSync('docs/directory.schema.json', `${JSON.stringify(directorySchema(), null, 2)}\n`);
