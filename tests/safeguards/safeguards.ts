/**
 * What keeps a referral from being lost or read, and how it looks when somebody takes it away.
 *
 * Each is one replacement in one file, and the test files of which at least one must then fail.
 */

export type Safeguard = {
  /** What holds as long as it stands. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in `file`. */
  readonly take: string;
  readonly put: string;
  readonly tests: readonly string[];
};

const integration = (name: string) => `tests/integration/${name}.test.ts`;
const unit = (name: string) => `tests/unit/${name}.test.ts`;
const fault = (name: string) => `tests/faults/${name}.test.ts`;

export const safeguards: readonly Safeguard[] = [
  {
    name: 'a receipt waits for the disk',
    file: 'src/server/store/sqlite.ts',
    take: 'pragma synchronous = full;',
    put: 'pragma synchronous = off;',
    tests: [fault('power-cut')],
  },
  {
    name: 'a referral, its notice and its audit are kept together or not at all',
    file: 'src/server/store/store.ts',
    take: 'store.db.transaction().execute(',
    put: 'store.db.connection().execute(',
    tests: [integration('audit-chain')],
  },
  {
    name: 'the same form sent twice is one referral',
    file: 'src/server/store/accept.ts',
    take: 'if (isRepeated) return',
    put: 'if (Date.now() < 0) return',
    tests: [integration('store')],
  },
  {
    name: 'a service is told of a referral once',
    file: 'src/server/store/migrations.ts',
    take: "    .addUniqueConstraint('notice_once_each', ['reference', 'kind', 'address', 'handed_on'])\n    .execute();\n  await",
    put: '    .execute();\n  await',
    tests: [integration('store')],
  },
  {
    name: 'a notice is at work in one pair of hands only',
    file: 'src/server/store/outbox.ts',
    take: ".where('waiting.service', 'not in', leased)",
    put: '',
    tests: [integration('courier')],
  },
  {
    name: 'what failed lately lets others pass',
    file: 'src/server/store/outbox.ts',
    take: "      .orderBy('notice.next_at')\n",
    put: '',
    tests: [integration('store')],
  },
  {
    name: 'what failed lately lets others of its own service pass',
    file: 'src/server/store/outbox.ts',
    take: "      .orderBy('own.next_at')\n",
    put: '',
    tests: [integration('store')],
  },
  {
    name: 'what is held lets everything else pass',
    file: 'src/server/store/outbox.ts',
    take: ".orderBy((order) => order.case().when('notice.lane', '=', 'held').then(1).else(0).end())",
    put: '',
    tests: [integration('store')],
  },
  {
    name: 'what is held lets everything else of its own service pass',
    file: 'src/server/store/outbox.ts',
    take: "    first('normal', 0, at),\n    first('normal', ...putOffTooFar),\n    first('held', 0, at),\n",
    put: "    first('held', 0, at),\n    first('normal', 0, at),\n    first('normal', ...putOffTooFar),\n",
    tests: [integration('store')],
  },
  {
    name: 'nothing goes out until what was restored has been looked at',
    file: 'src/server/store/outbox.ts',
    take: "selectFrom('meta').select('name').where('name', '=', 'outbox-paused')",
    put: "selectFrom('meta').select('name').where('name', '=', 'never')",
    tests: [integration('backup')],
  },
  {
    name: 'a mail server without TLS gets nothing',
    file: 'src/server/delivery/channels/notice.ts',
    take: 'requireTLS: !secure',
    put: 'requireTLS: false',
    tests: [fault('smtp-tls')],
  },
  {
    name: 'a mail server with a bad certificate gets nothing',
    file: 'src/server/delivery/channels/notice.ts',
    take: 'rejectUnauthorized: true',
    put: 'rejectUnauthorized: false',
    tests: [fault('smtp-tls')],
  },
  {
    name: 'mail goes to one plain address',
    file: 'src/server/delivery/channels/notice.ts',
    take: "if (!plainAddress.test(to)) return { kind: 'refused' };",
    put: '',
    tests: [integration('courier')],
  },
  {
    name: 'the directory takes plain addresses only',
    file: 'src/server/directory.ts',
    take: '/^[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i',
    put: '/@/',
    tests: [unit('directory')],
  },
  {
    name: 'a service has two keys',
    file: 'src/server/directory.ts',
    take: 'if (new Set(own).size < 2)',
    put: 'if (new Set(own).size < 1)',
    tests: [unit('directory')],
  },
  {
    name: 'deleted text is overwritten',
    file: 'src/server/store/sqlite.ts',
    take: 'pragma secure_delete = on;',
    put: 'pragma secure_delete = off;',
    tests: [integration('store'), integration('backup')],
  },
  {
    name: 'deleted text leaves the log of the database too',
    file: 'src/server/store/scrub.ts',
    take: 'pragma wal_checkpoint(truncate)',
    put: 'pragma wal_checkpoint(passive)',
    tests: [integration('store'), integration('backup')],
  },
  {
    name: 'what nobody has confirmed is never purged',
    file: 'src/server/store/purge.ts',
    take: ".where('state', 'in', ['acknowledged', 'superseded'])\n    .where('acknowledged_at', '<=', now.getTime() - sealedMsAfterAcknowledgement)",
    put: ".where('accepted_at', '<=', now.getTime() - sealedMsAfterAcknowledgement)",
    tests: [integration('store')],
  },
  {
    name: 'the second copy goes with the text',
    file: 'src/server/store/lay-tombstones.ts',
    take: 'await secondCopy?.remove(reference);',
    put: 'void reference;',
    tests: [integration('second-copy')],
  },
  {
    name: 'a withdrawal survives an old backup',
    file: 'src/server/store/lay-tombstones.ts',
    take: 'appendMissing(tombstoneFile(folder), lines);',
    put: 'Promise.resolve(void folder);',
    tests: [integration('backup'), integration('second-copy')],
  },
  {
    name: 'only who has read a referral can confirm it',
    file: 'src/server/store/opening.ts',
    take: 'if (referral.inner_code_mac !== attempt.innerCodeMac) {',
    put: 'if (attempt.innerCodeMac === undefined) {',
    tests: [integration('store')],
  },
  {
    name: 'ten wrong codes are enough',
    file: 'src/server/store/opening.ts',
    take: 'export const wrongCodesMax = 10;',
    put: 'export const wrongCodesMax = 10_000;',
    tests: [integration('store')],
  },
  {
    name: 'the length of a text is padded away',
    file: 'src/referral/envelope.ts',
    take: 'Math.ceil(bytes.length / paddingStepBytes) * paddingStepBytes',
    put: 'bytes.length',
    tests: [unit('envelope'), unit('seal')],
  },
  {
    name: 'a row of the audit that was changed is found',
    file: 'src/server/store/chain.ts',
    take: "    if (row.hash !== hashOf(head.hash, row)) return { isWhole: false, seq: due, why: 'changed' };\n",
    put: '',
    tests: [integration('audit-chain'), unit('chain')],
  },
  {
    name: 'a form from another site takes the held lane',
    file: 'src/server/intake/lane.ts',
    take: '    sender.isForeign ||\n',
    put: '',
    tests: [unit('lane')],
  },
  {
    name: 'a filled-in trap leads to the held lane',
    file: 'src/server/intake/lane.ts',
    take: "    (trapped ?? '') !== '' ||\n",
    put: '',
    tests: [unit('lane')],
  },
  {
    name: 'a flood from one network is noticed',
    file: 'src/server/intake/lane.ts',
    take: 'withinHour > perHourMax',
    put: 'withinHour > 10_000',
    tests: [unit('lane')],
  },
  {
    name: 'what comes in hundreds for one service goes together',
    file: 'src/server/intake/submit.ts',
    take: "    isOneOfMany: envelope.lane === 'normal' && isOneOfMany(route.service, now, desk.tide),\n",
    put: '',
    tests: [fault('flood')],
  },
  {
    name: 'nobody can compute later who was counted',
    file: 'src/server/intake/tide.ts',
    take: 'if (Math.abs(at - saltFrom) > saltMs) {',
    put: 'if (saltFrom < 0) {',
    tests: [unit('lane')],
  },
  {
    name: 'who guesses codes is refused',
    file: 'src/server/intake/receipts.ts',
    take: "if (desk.guesses.refuses(network, now)) return { step: 'too-many' };",
    put: '',
    tests: [fault('codes')],
  },
  {
    name: 'a damaged database is refused, its indexes too',
    file: 'src/server/store/sqlite.ts',
    take: "if (verdict?.['integrity_check'] !== 'ok') throw new StoreError('the database is damaged');",
    put: 'void verdict;',
    tests: [fault('store-unwilling')],
  },
  {
    name: 'a digest that stays away is an alarm',
    file: 'src/server/store/health.ts',
    take: "if (await isDigestMissing(store, now)) alarms.push('digest-missing');",
    put: 'void isDigestMissing;',
    tests: [integration('digest')],
  },
  {
    name: 'a flood is an alarm',
    file: 'src/server/store/health.ts',
    take: "if (await isFlood(store, now)) alarms.push('flood');",
    put: 'void isFlood;',
    tests: [fault('flood')],
  },
  {
    name: 'the log has no field for a person',
    file: 'src/server/log.ts',
    take: '({ code, reference, service }) => {\n    write(`${JSON.stringify({ at: now().toISOString(), part, code, reference, service })}\\n`);',
    put: '(event) => {\n    write(`${JSON.stringify({ at: now().toISOString(), part, ...event })}\\n`);',
    tests: [unit('log')],
  },
  {
    name: 'a body has a limit',
    file: 'src/server/intake/http/read-form.ts',
    take: "if (bytes > bodyBytesMax) settle('too-large');\n      else chunks.push(chunk);",
    put: 'chunks.push(chunk);',
    tests: [fault('http-sizes')],
  },
  {
    name: 'nothing of the form is kept in a cache',
    file: 'src/server/intake/http/headers.ts',
    take: "  private: { 'Cache-Control': 'no-store',",
    put: "  private: { 'Cache-Control': 'private',",
    tests: [unit('search-server')],
  },
  {
    name: 'what is written into a page of the operator is escaped',
    file: 'src/server/intake/http/html.ts',
    take: 'return escaped(String(part));',
    put: 'return String(part);',
    tests: [integration('operator')],
  },
  {
    name: 'a case system shows a certificate for its name',
    file: 'src/server/delivery/channels/webhook.ts',
    take: 'rejectUnauthorized: true',
    put: 'rejectUnauthorized: false',
    tests: [integration('webhook-channel')],
  },
  {
    name: 'a redirect of a case system is no yes',
    file: 'src/server/delivery/channels/webhook.ts',
    take: 'status >= 200 && status <= 299',
    put: 'status >= 200 && status <= 399',
    tests: [integration('webhook-channel')],
  },
  {
    name: 'a webhook reaches no private network',
    file: 'src/server/delivery/channels/webhook.ts',
    take: 'const mayReach = settings.demonstration ? isLoopback : isPublic;',
    put: 'const mayReach = () => true;',
    tests: [integration('webhook-channel')],
  },
  {
    name: 'what leaves in the clear is the referral it is said to be',
    file: 'src/server/delivery/spool.ts',
    take: 'envelope.reference === reference ? envelope : undefined',
    put: 'envelope',
    tests: [integration('content-channel')],
  },
  {
    name: 'once confirmed, nothing of a referral leaves again',
    file: 'src/server/delivery/parcels.ts',
    take: "found.handedOn === handed_on &&\n    (found.state === 'waiting' || found.state === 'handed-over')",
    put: 'found.handedOn === handed_on',
    tests: [integration('content-channel')],
  },
  {
    name: 'a private key is readable by its process only',
    file: 'src/server/private-file.ts',
    take: 'return mayWrite || mayReadAsGroup || (mode & 0o007) !== 0;',
    put: 'return false;',
    tests: [integration('channel-keys')],
  },
  {
    name: 'a part imports only what it may',
    file: 'src/routing/lookup.ts',
    take: 'export function lookUp(',
    put: "import '../server/config.ts';\nexport function lookUp(",
    tests: [unit('imports')],
  },
];
