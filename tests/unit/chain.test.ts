import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chained,
  endsAt,
  noHead,
  readHead,
  headText,
  walk,
  type ChainedRow,
  type Head,
} from '../../src/server/store/chain.ts';

const length = 12;

function aChain(): { rows: ChainedRow[]; head: Head } {
  const rows: ChainedRow[] = [];
  let head = noHead;
  for (let count = 0; count < length; count++) {
    const row = chained(head, { at: 1000 + count, event: 'accepted', reference: `R${count}`, detail: null });
    rows.push(row);
    head = { seq: row.seq, hash: row.hash };
  }
  return { rows, head };
}

const { rows: whole, head } = aChain();

function verdictOf(rows: readonly ChainedRow[], noted: Head = head) {
  const walked = walk(rows, noHead);
  return walked.isWhole ? endsAt(walked.head, noted) : walked;
}

test('a chain that nobody touched is whole, also an empty one', () => {
  assert.deepEqual(verdictOf(whole), { isWhole: true, head });
  assert.deepEqual(verdictOf([], noHead), { isWhole: true, head: noHead });
});

test('a row that was changed in any column is named, wherever it stands', () => {
  const changes: Partial<ChainedRow>[] = [
    { at: 1 },
    { event: 'purged' },
    { reference: 'X' },
    { reference: null },
    { detail: '' },
    { hash: noHead.hash },
  ];
  for (let place = 0; place < length; place++) {
    for (const change of changes) {
      const rows = whole.with(place, { ...(whole[place] ?? assert.fail()), ...change });
      assert.deepEqual(verdictOf(rows), { isWhole: false, seq: place + 1, why: 'changed' });
    }
  }
});

test('a row that was removed is named, from the first to the last', () => {
  for (let place = 0; place < length; place++) {
    assert.deepEqual(verdictOf(whole.toSpliced(place, 1)), {
      isWhole: false,
      seq: place + 1,
      why: 'missing',
    });
  }
});

test('rows cut off at the end are missed, and rows hung on at the end are noticed', () => {
  for (let left = 0; left < length; left++) {
    assert.deepEqual(verdictOf(whole.slice(0, left)), { isWhole: false, seq: left + 1, why: 'missing' });
  }
  const more = chained(head, { at: 1, event: 'acknowledged', reference: 'R1', detail: null });
  assert.deepEqual(verdictOf([...whole, more]), { isWhole: false, seq: length + 1, why: 'added' });
});

test('two rows that changed places are noticed, whether or not their numbers went along', () => {
  const [third, fourth] = [whole[2] ?? assert.fail(), whole[3] ?? assert.fail()];
  assert.deepEqual(verdictOf(whole.with(2, fourth).with(3, third)), {
    isWhole: false,
    seq: 3,
    why: 'missing',
  });
  const swapped = whole.with(2, { ...fourth, seq: 3 }).with(3, { ...third, seq: 4 });
  assert.deepEqual(verdictOf(swapped), { isWhole: false, seq: 3, why: 'changed' });
});

test('a row put in between is noticed, also when all after it move up', () => {
  const stranger = { ...(whole[5] ?? assert.fail()), reference: 'X' };
  const moved = [
    ...whole.slice(0, 5),
    stranger,
    ...whole.slice(5).map((row) => ({ ...row, seq: row.seq + 1 })),
  ];
  assert.deepEqual(verdictOf(moved), { isWhole: false, seq: 6, why: 'changed' });
  assert.deepEqual(verdictOf([...whole.slice(0, 6), stranger, ...whole.slice(6)]), {
    isWhole: false,
    seq: 6,
    why: 'added',
  });
});

test('a chain computed anew from start to end does not end in the head that was kept', () => {
  let newHead = noHead;
  const rewritten = whole.map(({ at, event, detail }) => {
    const row = chained(newHead, { at, event, reference: 'X', detail });
    newHead = row;
    return row;
  });
  assert.deepEqual(verdictOf(rewritten), { isWhole: false, seq: length, why: 'changed' });
});

test('the parts of a row cannot run into each other', () => {
  const one = chained(noHead, { at: 1, event: 'a', reference: 'b', detail: 'c' });
  const other = chained(noHead, { at: 1, event: 'a', reference: 'b","c', detail: '' });
  assert.notEqual(one.hash, other.hash);
});

test('a head is read as the digest prints it, and nothing else is one', () => {
  assert.deepEqual(readHead(headText(head)), head);
  assert.deepEqual(readHead(`00000012:${head.hash.toUpperCase()}`), head);
  for (const text of ['', '12', `x ${head.hash}`, `12 ${head.hash}0`])
    assert.equal(readHead(text), undefined);
});
