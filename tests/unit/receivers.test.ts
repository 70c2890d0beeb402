import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundBy, receiversFor, type ReceivingService } from '../../src/routing/receivers.ts';

function aService(id: string, named: Partial<ReceivingService> = {}): ReceivingService {
  return {
    id,
    name: id,
    areas: [],
    councils: [],
    accepts: { responsible: null },
    excluded: null,
    excludedWhenStartedByResponsible: null,
    acceptedWhenStartedByResponsible: null,
    ...named,
  };
}

const ids = (services: readonly ReceivingService[]) => services.map(({ id }) => id);

test('what only the person harmed may start goes to nobody, unless a service says that it takes it', () => {
  const services = [
    aService('northfield'),
    aService('southmoor', { acceptedWhenStartedByResponsible: ['domestic'] }),
  ];
  for (const kind of ['domestic', 'sexual', 'stalking'] as const) {
    assert.deepEqual(
      ids(receiversFor(services, { role: 'responsible', kind })),
      kind === 'domestic' ? ['southmoor'] : [],
    );
    assert.equal(receiversFor(services, { role: 'harmed', kind }).length, 2);
  }
});

test('a service that has said no is not offered; one that has said nothing is', () => {
  const services = [
    aService('northfield', { accepts: { responsible: false } }),
    aService('southmoor', { excluded: ['fraud'] }),
    aService('eastbrook'),
  ];
  assert.deepEqual(ids(receiversFor(services, { role: 'responsible', kind: 'fraud' })), ['eastbrook']);
  assert.deepEqual(ids(receiversFor(services, { role: 'harmed', kind: 'fraud' })), [
    'northfield',
    'eastbrook',
  ]);
  assert.equal(receiversFor(services, { role: 'responsible' }).length, 2);
});

test('a service is found by any words of its name, areas and councils, however they are typed', () => {
  const services = [
    aService('northfield', { name: 'Gwasanaeth Ŵyn', councils: ['King’s Lynn and West Norfolk'] }),
    aService('southmoor', { name: 'Make Amends', areas: [{ code: 'E1', name: 'Devon & Cornwall' }] }),
  ];
  for (const typed of ['wyn', 'ŴYN', ' norfolk  LYNN ', "king's lynn"]) {
    assert.deepEqual(ids(foundBy(typed, services)), ['northfield'], typed);
  }
  assert.deepEqual(ids(foundBy('cornwall amends', services)), ['southmoor']);
  assert.deepEqual(ids(foundBy('', services)), ['northfield', 'southmoor']);
  assert.deepEqual(ids(foundBy('elsewhere', services)), []);
  assert.equal(foundBy('x'.repeat(1_000_000), services).length, 0);
});
