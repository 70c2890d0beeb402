/** Writes what is made from the schemas: fields, directory and webhook, each into `docs/`. `npm run fields` runs it. */
import { writeFileSync } from 'node:fs';
import { webhookDescription } from '../src/server/delivery/webhook-description.ts';
import { directorySchema, fieldDictionary } from '../src/server/dictionary.ts';

writeFileSync('docs/fields.json', `${JSON.stringify(fieldDictionary(), null, 2)}\n`);
writeFileSync('docs/directory.schema.json', `${JSON.stringify(directorySchema(), null, 2)}\n`);
writeFileSync('docs/webhook.openapi.yaml', webhookDescription());
