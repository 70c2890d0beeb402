/** E8: a million networks cost little memory, and an hour later nothing tells who came. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { networkOf } from '../../src/server/intake/network.ts';
import { newTide } from '../../src/server/intake/tide.ts';

const addresses = 1_000_000;
const memoryBytesMax = 50 * 1024 * 1024;
const noon = new Date('2026-11-20T12:00:00Z');
const after = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

// What waits to be collected is not held, and how much that is depends on the machine.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Each from a network of its own. */
const address = (index: number) =>
  `2001:db8:${(index >> 8).toString(16)}:${((index & 255) << 8).toString(16)}::7`;

async function heapText(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of getHeapSnapshot()) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('latin1');
}

test('E8: a million addresses stay under 50 MB, and after 61 minutes the heap holds no address and no bucket', async (t) => {
  const tide = newTide();
  const before = heldBytes();
  let most = 0;
  for (let index = 0; index < addresses; index += 1) {
    const network = networkOf(address(index));
    assert.ok(network);
    tide.count(network, noon);
    if (index % 100_000 === 0) most = Math.max(most, heldBytes() - before);
  }
  t.diagnostic(`figure: at most ${Math.round(most / 1024 / 1024)} MB held`);
  assert.ok(most < memoryBytesMax, `${most} bytes`);
  assert.equal(tide.count(networkOf(address(addresses - 1)) ?? '', noon), 2, 'it did count');

  tide.ebb(after(61));
  const heap = await heapText();
  // What a bucket is called: 32 bytes in base64.
  const names = heap.match(/"[A-Za-z0-9+/]{43}="/g) ?? [];
  assert.deepEqual(names, []);
  assert.ok(!heap.includes(networkOf(address(addresses - 1)) ?? '-'));
  assert.ok(!heap.includes(address(addresses - 1)));
  // The same search finds what is there, so that its silence means something.
  const kept = [createHmac('sha256', 'k').update('n').digest('base64')];
  assert.ok((await heapText()).includes(kept[0] ?? '-'));
});
