/** The calls with which a browser hands a referral on: who is heard, and what is refused. Real keys, real seals. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { newInnerCode, newReference } from '../../src/referral/codes.ts';
import { canonicalText, padded, type Envelope } from '../../src/referral/envelope.ts';
import { sealAnew } from '../../src/referral/hand-on.ts';
import { openReferral } from '../../src/referral/opening.ts';
import { newKeyPair, seal, type KeyPair } from '../../src/referral/seal.ts';
import { looksSealed } from '../../src/referral/sealed-shape.ts';
import { capabilityOf } from '../../src/server/notice-link.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { answerOpening } from '../../src/server/intake/opening.ts';
import { secretsFrom } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aSealedReferral, minutesAfter, noon } from '../support/sealed-referral.ts';
import { aSqliteStore } from '../support/stores.ts';

const [from, to, closed] = ['rj-kent', 'rj-dorset', 'rj-hampshire'] as const;

/** A referral that `from` has opened, and the calls of its browser. `closed` cannot receive. */
async function anOpenedReferral(t: TestContext) {
  const store = await aSqliteStore(t);
  const secrets = secretsFrom('7'.repeat(64));
  const keys = { [from]: await twoKeys(), [to]: await twoKeys(), [closed]: await twoKeys() };
  const services = Object.fromEntries(
    Object.entries(keys).map(([id, pairs]) => [
      id,
      {
        channel: 'notice' as const,
        addresses: [`${id}@service.example`],
        recipients: pairs.map(({ recipient }) => recipient),
        canaryAcknowledgedOn: '2026-11-01',
      },
    ]),
  );
  const desk = {
    store,
    secrets,
    directory: { version: 1 as const, services },
    catalogue: { ...readCatalogue(), open: [from, to] },
    clock: () => minutesAfter(noon, 60),
    log: () => undefined,
  };
  const reference = newReference();
  const innerCode = newInnerCode();
  const envelope: Envelope = {
    version: 1,
    reference,
    innerCode,
    service: from,
    createdAt: noon.toISOString(),
    role: 'harmed',
    language: 'en',
    lane: 'normal',
    answers: { 'call-me': 'Test Person' },
    consent: { send: true, police: false, victimService: false, fallback: true },
    banners: [],
  };
  const referral = aSealedReferral({
    reference,
    service: from,
    innerCodeMac: secrets.mac('inner-code', reference, innerCode),
    sealed: await seal(padded(canonicalText(envelope)), services[from]?.recipients ?? []),
  });
  await accept(store, referral);

  const capability = capabilityOf(secrets, reference);
  const call = async (path: string, fields: Record<string, string | readonly string[]> = {}) => {
    const form = new Map(
      Object.entries({ reference, capability, ...fields }).map(([name, value]) => [name, [value].flat()]),
    );
    const answer = await answerOpening(path, form, desk);
    assert.ok(answer);
    // An object of JSON, whatever it holds.
    return { ...answer.body, status: answer.status } as Record<string, unknown>;
  };
  const resealed = await sealAnew(envelope, { service: to, recipients: services[to]?.recipients ?? [] });
  return {
    store,
    secrets,
    desk,
    keys,
    envelope,
    referral,
    reference,
    call,
    fields: {
      code: innerCode,
      to,
      recipient: resealed.to.recipients,
      'next-code': resealed.innerCode,
      sealed: Buffer.from(resealed.sealed).toString('base64'),
    },
    nextCode: resealed.innerCode,
  };
}

async function twoKeys(): Promise<KeyPair[]> {
  return [await newKeyPair(), await newKeyPair()];
}

test('the browser of one service seals a referral to another, which opens all of it with its own key', async (t) => {
  const { call, fields, keys, envelope, reference, secrets, nextCode } = await anOpenedReferral(t);
  const offered = await call('/p/services');
  assert.deepEqual(offered['services'], [
    { service: to, recipients: keys[to].map(({ recipient }) => recipient) },
  ]);
  assert.deepEqual(await call('/p/hand-on', fields), { status: 200, state: 'handed-on', to });

  const capability = capabilityOf(secrets, reference, 1);
  const fetched = await call('/p/open', { capability });
  assert.equal(fetched['mayBeHandedOn'], false);
  const sealed = Buffer.from(String(fetched['sealed']), 'base64');
  const opened = await openReferral(sealed, keys[to][1]?.identity ?? '', reference);
  assert.ok(opened.kind === 'opened');
  assert.deepEqual(opened.envelope, { ...envelope, service: to, innerCode: nextCode, handedOnBy: from });
  assert.equal((await openReferral(sealed, keys[from][0]?.identity ?? '', reference)).kind, 'other-key');
});

test('the first service’s link opens nothing any more: it says who has the referral, and whether they confirmed', async (t) => {
  const { call, fields, nextCode, store, referral } = await anOpenedReferral(t);
  await call('/p/hand-on', fields);
  const passed = { status: 200, state: 'handed-on', to, acknowledged: false };
  for (const path of ['/p/open', '/p/services', '/p/hand-on', '/p/ask-operator']) {
    assert.deepEqual(await call(path, fields), passed, path);
  }
  assert.deepEqual(await call('/p/ack', fields), { status: 409, state: 'handed-on', to });
  assert.equal((await call('/p/ack', { code: nextCode }))['state'], 'acknowledged');
  assert.deepEqual(await call('/p/open'), { ...passed, acknowledged: true });
  await withdraw(store, referral.receiptMac, noon);
  assert.deepEqual(await call('/p/open'), { status: 200, state: 'withdrawn' });
});

test('a guessed link, a wrong code, a closed service, other keys and rubbish hand nothing on', async (t) => {
  const { call, fields, secrets, reference, envelope, store } = await anOpenedReferral(t);
  const short = await seal(new Uint8Array(100), fields.recipient);
  const three = await seal(padded(canonicalText(envelope)), [
    ...fields.recipient,
    (await newKeyPair()).recipient,
  ]);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  for (const [wrong, status, state] of [
    [{ capability: '0'.repeat(32) }, 404, 'unknown'],
    [{ capability: capabilityOf(secrets, reference, 1) }, 404, 'unknown'],
    [{ reference: 'ZZZZZZZZ' }, 404, 'unknown'],
    [{ code: newInnerCode() }, 422, 'wrong-code'],
    [{ to: closed }, 409, 'keys-changed'],
    [{ to: from }, 409, 'keys-changed'],
    [{ to: 'constructor' }, 409, 'keys-changed'],
    [{ recipient: fields.recipient.slice(1) }, 409, 'keys-changed'],
    [{ recipient: [(await newKeyPair()).recipient, fields.recipient[0] ?? ''] }, 409, 'keys-changed'],
    [{ 'next-code': 'SHORT' }, 422, 'malformed'],
    [{ 'next-code': fields.code }, 422, 'malformed'],
    [{ sealed: '' }, 422, 'malformed'],
    [{ sealed: base64(Buffer.alloc(8000, 'a')) }, 422, 'malformed'],
    [{ sealed: base64(short) }, 422, 'malformed'],
    [{ sealed: base64(three) }, 422, 'malformed'],
  ] as const) {
    const answer = await call('/p/hand-on', { ...fields, ...wrong });
    assert.deepEqual([answer.status, answer['state']], [status, state], Object.keys(wrong).join());
  }
  assert.equal((await call('/p/open'))['state'], 'here');
  assert.deepEqual(
    (await store.db.selectFrom('notice').select('service').execute()).map(({ service }) => service),
    [from],
  );
});

test('who may not hand it on asks the operator, whose task says nothing of the person', async (t) => {
  const { call, fields, store, reference } = await anOpenedReferral(t);
  assert.equal((await call('/p/ask-operator', { code: newInnerCode() })).status, 422);
  assert.equal((await openTasks(store)).length, 0);
  for (let press = 0; press < 2; press++) {
    assert.deepEqual(await call('/p/ask-operator', fields), { status: 200, state: 'asked' });
  }
  const tasks = await openTasks(store);
  assert.deepEqual(
    tasks.map(({ code, reference: about, service }) => [code, about, service]),
    [['not-ours', reference, from]],
  );
});

test('sealed bytes are known by their shape: so many keys, padded, whole', async () => {
  const keys = (await twoKeys()).map(({ recipient }) => recipient);
  for (const length of [1, 4000, 4096, 4097, 20_000]) {
    const sealed = await seal(padded('x'.repeat(length)), keys);
    assert.equal(looksSealed(sealed, 2), true, String(length));
    assert.equal(looksSealed(sealed, 1), false);
    assert.equal(looksSealed(sealed, 3), false);
    assert.equal(looksSealed(sealed.subarray(0, -1), 2), false);
    assert.equal(looksSealed(sealed.subarray(1), 2), false);
  }
  assert.equal(looksSealed(await seal(new Uint8Array(0), keys), 2), false);
});
