import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isOneOfMany, laneOf, type Signs } from '../../src/server/intake/lane.ts';
import { networkOf } from '../../src/server/intake/network.ts';
import { newTide } from '../../src/server/intake/tide.ts';

const noon = new Date('2026-11-20T12:00:00Z');
const after = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const usual: Signs = { sender: { isForeign: false }, trapped: undefined, issuedAt: noon, now: after(5) };

test('a form sent from our own page takes the normal lane, however fast and from wherever', () => {
  const tide = newTide();
  assert.equal(laneOf(usual, tide), 'normal');
  assert.equal(laneOf({ ...usual, trapped: '' }, tide), 'normal');
  assert.equal(laneOf({ ...usual, now: noon }, tide), 'normal');
  assert.equal(laneOf({ ...usual, now: noon, sender: { isForeign: false, network: 'a' } }, tide), 'normal');
});

test('another site, or a word in the field that nobody sees, leads to the held lane', () => {
  assert.equal(laneOf({ ...usual, sender: { isForeign: true } }, newTide()), 'held');
  assert.equal(laneOf({ ...usual, trapped: 'https://casino.example' }, newTide()), 'held');
});

test('E1: the eleventh from one network within an hour is held; another network is not, nor the next hour', () => {
  const tide = newTide();
  const from = (network: string, now = after(5)) =>
    laneOf({ ...usual, now, sender: { isForeign: false, network } }, tide);
  for (let sent = 1; sent <= 10; sent += 1) assert.equal(from('a'), 'normal', `${sent}`);
  assert.equal(from('a'), 'held');
  assert.equal(from('b'), 'normal');
  assert.equal(from('a', after(66)), 'normal');
});

test('the fourth from one network is held if it took less than four seconds', () => {
  const tide = newTide();
  const from = (now: Date) => laneOf({ ...usual, now, sender: { isForeign: false, network: 'a' } }, tide);
  for (let sent = 1; sent <= 3; sent += 1) assert.equal(from(noon), 'normal');
  assert.equal(from(noon), 'held');
  assert.equal(from(after(1)), 'normal');
});

test('E3: the twenty-first for one service within an hour goes with others; another service has a count of its own', () => {
  const tide = newTide();
  for (let sent = 1; sent <= 20; sent += 1) assert.equal(isOneOfMany('one', noon, tide), false, `${sent}`);
  assert.equal(isOneOfMany('one', noon, tide), true);
  assert.equal(isOneOfMany('other', noon, tide), false);
  assert.equal(isOneOfMany('one', after(61), tide), false);
  const network = { ...usual, now: noon, sender: { isForeign: false, network: 'service one' } };
  assert.equal(laneOf(network, tide), 'normal', 'no network is taken for a service');
});

test('E8: what is remembered of networks is bounded, and gone with the day’s salt though the hour has not passed', () => {
  const tide = newTide();
  tide.count('first', noon);
  for (let network = 0; network < 50_000; network += 1) tide.count(`n${network}`, noon);
  assert.equal(tide.count('first', noon), 1, 'the oldest was forgotten');
  assert.equal(tide.count('n49999', noon), 2);
  assert.equal(tide.count('n49999', after(24 * 60 - 1)), 1, 'the hour is over');
  assert.equal(tide.count('n49999', after(24 * 60 + 1)), 1, 'the salt is new');
});

test('E8: a network that is asked about is not forgotten for others that come after it', () => {
  const tide = newTide();
  tide.count('guesser', noon);
  for (let network = 0; network < 200_000; network += 1) {
    tide.count(`n${network}`, noon);
    if (network % 1_000 === 0) assert.equal(tide.counted('guesser', noon), 1);
  }
});

test('E8: a network is forgotten an hour after it was first counted, though nobody else comes', () => {
  const tide = newTide();
  tide.count('early', noon);
  tide.count('late', after(30));
  tide.ebb(after(59));
  assert.equal(tide.count('early', after(59)), 2, 'not before');
  tide.ebb(after(61));
  assert.equal(tide.count('late', after(61)), 2);
  // The day of the salt is over by far; had anything stayed, it would be counted on.
  assert.equal(tide.count('early', after(61)), 1);
});

test('an address is cut down to its network', () => {
  for (const [address, network] of [
    ['203.0.113.77', '203.0.113'],
    ['::ffff:203.0.113.77', '203.0.113'],
    ['2001:db8:aa:bbcc:1:2:3:4', '20010db800aabb'],
    ['2001:db8::1', '20010db8000000'],
    ['2001:DB8:AA:BB00::', '20010db800aabb'],
    ['127.0.0.1', undefined],
    ['::ffff:127.0.0.1', undefined],
    ['::1', undefined],
    ['', undefined],
    ['localhost', undefined],
    [undefined, undefined],
  ] as const) {
    assert.equal(networkOf(address), network, String(address));
  }
  assert.equal(networkOf('2001:db8:aa:bbcc::1'), networkOf('2001:db8:aa:bbff::9'), 'the same /56');
});

test('whatever stands in the header, nothing breaks', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
      const network = networkOf(text);
      assert.ok(network === undefined || network.length <= 14);
    }),
  );
});
