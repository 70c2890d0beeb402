import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addWorkingDays,
  bankHolidays,
  isWorkingDay,
  workingDayMs,
  workingDaysBefore,
  workingMsBetween,
} from '../../src/server/working-time.ts';

const at = (text: string) => new Date(text);
const hourMs = 60 * 60 * 1000;

/** As https://www.gov.uk/bank-holidays listed them for England and Wales. */
const published: Readonly<Record<number, string>> = {
  2019: '01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26',
  2020: '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28',
  2021: '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28',
  2022: '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27',
  2023: '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26',
  2024: '01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26',
  2025: '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26',
  2026: '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28',
  2027: '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28',
};

for (const [year, days] of Object.entries(published)) {
  test(`the bank holidays of ${year} are the published ones`, () => {
    assert.deepEqual(
      bankHolidays(Number(year)),
      days.split(' ').map((day) => `${year}-${day}`),
    );
  });
}

test('Easter is right at both ends of its range and in years known to be hard', () => {
  const easterMondays = {
    1981: '1981-04-20',
    2008: '2008-03-24',
    2011: '2011-04-25',
    2038: '2038-04-26',
    2049: '2049-04-19',
    2076: '2076-04-20',
    2285: '2285-03-23',
  };
  for (const [year, monday] of Object.entries(easterMondays)) {
    assert.ok(bankHolidays(Number(year)).includes(monday), monday);
  }
});

test('every year has its eight days off, all of them on different days between Monday and Friday', () => {
  for (let year = 2024; year < 2400; year++) {
    const days = bankHolidays(year);
    assert.equal(new Set(days).size, 8, String(year));
    for (const day of days) {
      assert.match(day, new RegExp(`^${year}-\\d\\d-\\d\\d$`));
      const weekday = new Date(`${day}T12:00Z`).getUTCDay();
      assert.ok(weekday >= 1 && weekday <= 5, day);
      assert.equal(isWorkingDay(day), false);
    }
  }
});

test('H5: a Friday at 17:00 before a bank holiday Monday is one working day ago on Tuesday', () => {
  assert.deepEqual(addWorkingDays(at('2026-05-22T16:00:00Z'), 1), at('2026-05-26T16:00:00Z'));
  assert.deepEqual(addWorkingDays(at('2026-08-28T16:00:00Z'), 1), at('2026-09-01T16:00:00Z'));
});

test('over Christmas and New Year nobody is late', () => {
  // Christmas Eve is a Thursday; Friday, the weekend and Monday 28 are off, and Friday 1 January.
  assert.deepEqual(addWorkingDays(at('2026-12-24T12:00:00Z'), 1), at('2026-12-29T12:00:00Z'));
  assert.deepEqual(addWorkingDays(at('2026-12-24T12:00:00Z'), 5), at('2027-01-05T12:00:00Z'));
});

test('what comes at night or at a weekend counts from the next opening', () => {
  const dueAfterMonday = at('2026-11-23T17:00:00Z');
  for (const instant of ['2026-11-20T17:00:00Z', '2026-11-21T12:00:00Z', '2026-11-23T08:59:00Z']) {
    assert.deepEqual(addWorkingDays(at(instant), 1), dueAfterMonday, instant);
  }
});

test('H3: a working day is eight hours long on both sides of the day the clocks change', () => {
  // The clocks went forward on 29 March 2026 and back on 25 October 2026, both Sundays.
  assert.deepEqual(addWorkingDays(at('2026-03-27T12:00:00Z'), 1), at('2026-03-30T11:00:00Z'));
  assert.deepEqual(addWorkingDays(at('2026-10-23T11:00:00Z'), 1), at('2026-10-26T12:00:00Z'));
  assert.equal(workingMsBetween(at('2026-10-19T00:00:00Z'), at('2026-10-31T00:00:00Z')), 10 * workingDayMs);
});

test('H3: a leap day and a turn of the year are days like others', () => {
  // 29 February 2028 is a Tuesday; 31 December 2027 a Friday, and Saturday 1 January is observed on Monday 3.
  assert.deepEqual(addWorkingDays(at('2028-02-28T10:00:00Z'), 2), at('2028-03-01T10:00:00Z'));
  assert.deepEqual(addWorkingDays(at('2027-12-31T10:00:00Z'), 1), at('2028-01-04T10:00:00Z'));
});

test('no days are no time, and time does not run backwards', () => {
  const noon = at('2026-11-20T12:00:00Z');
  assert.deepEqual(addWorkingDays(noon, 0), noon);
  assert.deepEqual(workingDaysBefore(noon, 0), noon);
  assert.equal(workingMsBetween(noon, at('2026-11-10T12:00:00Z')), 0);
});

const instant = fc.date({
  min: at('2020-01-01T00:00:00Z'),
  max: at('2045-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const days = fc.integer({ min: 1, max: 30 });

test('from an instant to the end of its working days there is exactly that much working time', () => {
  fc.assert(
    fc.property(instant, days, (from, count) => {
      const end = addWorkingDays(from, count);
      assert.equal(workingMsBetween(from, end), count * workingDayMs);
      assert.equal(workingMsBetween(from, new Date(end.getTime() - 1)), count * workingDayMs - 1);
      assert.equal(workingMsBetween(workingDaysBefore(from, count), from), count * workingDayMs);
    }),
  );
});

test('looking back says the same as looking forward', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -20, max: 60 * 24 * 20 }), days, (from, minutes, count) => {
      const until = new Date(from.getTime() + minutes * 60_000);
      assert.equal(from <= workingDaysBefore(until, count), addWorkingDays(from, count) <= until);
    }),
  );
});

test('working time adds up: through any moment between, it is the sum of both parts', () => {
  fc.assert(
    fc.property(fc.tuple(instant, fc.nat(90 * 24), fc.nat(90 * 24)), ([from, first, second]) => {
      const between = new Date(from.getTime() + first * hourMs);
      const until = new Date(between.getTime() + second * hourMs);
      assert.equal(
        workingMsBetween(from, until),
        workingMsBetween(from, between) + workingMsBetween(between, until),
      );
    }),
  );
});
