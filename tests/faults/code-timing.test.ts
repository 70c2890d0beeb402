/** What the time of an answer tells about a code, measured where somebody who guesses would measure it. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { codeFrom, receiptLength } from '../../src/referral/codes.ts';
import { amount, isLong } from '../support/how-long.ts';
import { receiptIn } from '../support/referral-form.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';

const rounds = amount(500, 20_000);
const withdrawn = 20;

/** Beyond this, two sets of times differ by more than chance. https://eprint.iacr.org/2011/446 (TVLA) uses 4.5. */
const welchMax = 4.5;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function post(web: WebProcess, path: string, body: string): Promise<string> {
  return new Promise((done, fail) => {
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': Buffer.byteLength(body),
    };
    const asked = request({ port: web.port, host: '127.0.0.1', path, method: 'POST', headers, agent });
    asked.on('error', fail).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => done(text));
    });
    asked.end(body);
  });
}

const look = (web: WebProcess, code: string, step = 'look') =>
  post(web, '/en/status/', new URLSearchParams({ code, step }).toString());

// A code that still stands for something is answered with another page, so its time is no secret.
test(
  'G2: a code that was taken back takes as long to be unknown as one that never was',
  { skip: isLong ? false : 'timed: only in npm run test:faults' },
  async (t) => {
    const web = await aWebProcess(t);
    t.after(() => agent.destroy());
    const codes: string[] = [];
    for (let count = 0; count < withdrawn; count += 1) {
      const page = await post(web, formPath, await web.readyForm());
      const code = receiptIn(page) ?? '';
      assert.match(await look(web, code, 'withdraw-yes'), /data-step="withdrawn"/);
      codes.push(code);
    }
    const times = { withdrawn: [] as number[], unknown: [] as number[] };
    const timed = async (kind: keyof typeof times, code: string) => {
      const begun = performance.now();
      const page = await look(web, code);
      times[kind].push(performance.now() - begun);
      assert.match(page, /data-step="none"/);
    };
    // The first hundred warm up what is compiled and cached. Which of a pair comes first changes with every pair.
    for (let count = -100; count < rounds; count += 1) {
      if (count === 0) for (const kind of Object.values(times)) kind.length = 0;
      const one = () => timed('withdrawn', codes[Math.abs(count) % codes.length] ?? '');
      const other = () => timed('unknown', codeFrom(randomBytes(10), receiptLength));
      for (const ask of count % 2 === 0 ? [one, other] : [other, one]) await ask();
    }
    const difference = Math.abs(median(times.withdrawn) - median(times.unknown));
    const welch = welchT(times.withdrawn, times.unknown);
    t.diagnostic(
      `figure: ${rounds} pairs, medians ${(difference * 1000).toFixed(0)} µs apart, |t| ${Math.abs(welch).toFixed(2)}`,
    );
    assert.ok(difference < 1, `${difference} ms`);
    assert.ok(Math.abs(welch) < welchMax, `|t| ${welch}`);
  },
);

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** How far apart two means are, in the standard error of their difference (Welch, 1947). */
function welchT(one: readonly number[], other: readonly number[]): number {
  const mean = (numbers: readonly number[]) =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const spread = (numbers: readonly number[]) => {
    const middle = mean(numbers);
    const squares = numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0);
    return squares / (numbers.length - 1) / numbers.length;
  };
  return (mean(one) - mean(other)) / Math.sqrt(spread(one) + spread(other));
}
