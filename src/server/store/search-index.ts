/** The words of our own pages, in SQLite's full-text index, in memory. Nothing a person types is ever written to it. */
import { DatabaseSync } from 'node:sqlite';

/** One page, as words with spaces between them. */
export type IndexedText = {
  readonly title: string;
  readonly headings: string;
  readonly lead: string;
  readonly body: string;
};

/** `row` is the place of the text in the list the index was made from; the best has a score of 1. */
export type Hit = { readonly row: number; readonly score: number };

export type SearchIndex = {
  /** Texts with any of the words, or with words that begin like one of them, best first. */
  ask(words: readonly string[]): readonly Hit[];
};

const hitsMax = 40;
/** A shorter word stands for itself only: what begins with 'no' is not what was meant. */
const beginningMin = 3;

export function openSearchIndex(texts: readonly IndexedText[]): SearchIndex {
  const database = new DatabaseSync(':memory:');
  // With `content=''` the index keeps no copy of the texts.
  database.exec(`
    create virtual table texts using fts5(
      title, headings, lead, body, content='', tokenize="unicode61 remove_diacritics 2"
    );
    begin;
  `);
  const add = database.prepare(
    'insert into texts (rowid, title, headings, lead, body) values (?, ?, ?, ?, ?)',
  );
  for (const [row, { title, headings, lead, body }] of texts.entries()) {
    add.run(row + 1, title, headings, lead, body);
  }
  database.exec(`commit; insert into texts (texts) values ('optimize')`);

  // A word in the title weighs ten times as much as one in the text. bm25 is lower for what fits better.
  const ask = database.prepare(`
    select rowid as row, -bm25(texts, 10, 4, 3, 1) as score
    from texts where texts match ? order by score desc limit ${hitsMax}
  `);
  return {
    ask(words) {
      const query = queryFrom(words);
      if (query === undefined) return [];
      const hits = ask
        .all(query)
        .map((hit) => ({ row: Number(hit['row']) - 1, score: Number(hit['score']) }));
      const best = hits[0]?.score ?? 1;
      return hits.map(({ row, score }) => ({ row, score: best > 0 ? Math.max(score, 0) / best : 1 }));
    },
  };
}

/** Each word in quotes, letters and digits only: the query language of SQLite is never spoken with what was typed. */
function queryFrom(words: readonly string[]): string | undefined {
  const terms = words
    .filter((word) => /^[\p{L}\p{N}]+$/u.test(word))
    .map((word) => ([...word].length < beginningMin ? `"${word}"` : `"${word}" OR "${word}" *`));
  return terms.length > 0 ? terms.join(' OR ') : undefined;
}
