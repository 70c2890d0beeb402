import assert from 'node:assert/strict';
import test from 'node:test';
import { aCourierWorld } from '../support/courier.ts';
import type { Script } from '../support/smtp-sink.ts';

const northfield = { addresses: ['team@northfield.example'], languages: ['en'] as const };
const secured = { recipients: { northfield }, mail: { demonstration: false } };

test('mail goes over TLS to a server with a good certificate', async (t) => {
  const world = await aCourierWorld(t, { ...secured, script: { certificate: 'good' } });
  await world.submit();
  await world.roundAfter(0);
  assert.deepEqual(
    world.sink.taken.map(({ overTls }) => overTls),
    [true],
  );
});

const refused: [situation: string, script: Partial<Script>][] = [
  ['B7: a server that offers no STARTTLS', {}],
  ['B7: a server that answers STARTTLS with 502', { certificate: 'good', replies: { starttls: '502 no' } }],
  ['B7: a server that hangs up at STARTTLS', { certificate: 'good', replies: { starttls: 'drop' } }],
  ['B8: a server that has an expired certificate', { certificate: 'expired' }],
  ['B8: a server that has a certificate for another name', { certificate: 'wrong-name' }],
  ['B8: a server that has signed its own certificate', { certificate: 'self-signed' }],
  ['B9: a server that speaks TLS 1.1 at best', { certificate: 'good', tlsVersionMax: 'TLSv1.1' }],
];

for (const [situation, script] of refused) {
  test(`${situation} gets no password, no address and no word`, async (t) => {
    const world = await aCourierWorld(t, {
      ...secured,
      script: { auth: true, ...script },
      smtpUrl: (sink) => sink.urlWithPassword('right'),
    });
    await world.submit();
    await world.roundAfter(0);
    assert.deepEqual(
      world.sink.said.filter((line) => /^(?:AUTH|MAIL|RCPT|DATA)/iu.test(line)),
      [],
    );
    assert.deepEqual(world.sink.taken, []);
    // A connection that broke off may have many reasons, so it is tried again and is no task.
    if (script.replies?.starttls === 'drop') {
      assert.deepEqual(
        world.events.map(({ code }) => code),
        ['notice-unknown'],
      );
      return;
    }
    assert.deepEqual(await world.taskCodes(), ['mail-tls-refused']);
    assert.equal((await world.notices())[0]?.attempts, 0);
  });
}

test('B10: a refused password stops all mail, calls the operator once, and mail goes on when it is mended', async (t) => {
  const world = await aCourierWorld(t, {
    ...secured,
    script: { certificate: 'good', auth: true, replies: { auth: '535 no' } },
    smtpUrl: (sink) => sink.urlWithPassword('right'),
  });
  for (let count = 0; count < 5; count++) await world.submit();
  await world.roundAfter(0);
  const tried = world.sink.connections();
  await world.roundAfter(1);
  assert.equal(world.sink.connections(), tried);
  await world.roundAfter(4);
  assert.equal(world.sink.connections(), tried + 1);
  assert.deepEqual(await world.taskCodes(), ['mail-sign-in-refused']);
  assert.deepEqual(
    (await world.notices()).map(({ attempts }) => attempts),
    [0, 0, 0, 0, 0],
  );

  delete world.sink.script.replies.auth;
  await world.roundAfter(5);
  assert.equal(world.sink.taken.length, 5);
  assert.deepEqual(await world.taskCodes(), []);
});
