import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fieldWords, problemWords } from '../../src/components/refer/field-words.ts';
import { languageCodes } from '../../src/i18n/languages.ts';
import { roles } from '../../src/referral/choices.ts';
import { fieldNames, fields, fieldsFor, type Field } from '../../src/referral/fields.ts';
import { directorySchema, fieldDictionary } from '../../src/server/dictionary.ts';

test('every question has its words in every language, and every choice has a label, for every role', () => {
  for (const language of languageCodes) {
    for (const role of roles) {
      for (const name of [...fieldsFor(role, 'where'), ...fieldsFor(role, 'answers')]) {
        const words = fieldWords(language, role, name);
        const field: Field = fields[name];
        assert.ok(words.label, `${language} ${role} ${name}`);
        for (const code of field.choices ?? [])
          assert.ok(words.choice?.[code], `${language} ${role} ${name}.${code}`);
      }
    }
  }
});

test('every problem a field can have has a sentence in every language', () => {
  for (const language of languageCodes) {
    for (const name of fieldNames) {
      const field: Field = fields[name];
      const reasons = [
        ...(field.required === 'yes' ? ['missing'] : []),
        ...(field.charactersMax === undefined ? [] : ['too-long']),
        ...(field.type === 'choice' ? ['not-listed'] : []),
      ];
      for (const reason of reasons)
        assert.ok(problemWords(language, name, reason), `${language} ${name}.${reason}`);
    }
  }
});

test('nothing asks for the other person’s name, address or phone, nor for an account of what happened', () => {
  const names = fieldNames.join(' ');
  assert.doesNotMatch(names, /other-name|their-|offender|victim-name|story|what-happened/);
});

test('the committed dictionary of fields and the schema of the directory are the ones the code makes', () => {
  const onDisk = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  const made = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  assert.deepEqual(onDisk('docs/fields.json'), made(fieldDictionary()), 'run `npm run fields`');
  assert.deepEqual(onDisk('docs/directory.schema.json'), made(directorySchema()), 'run `npm run fields`');
});
