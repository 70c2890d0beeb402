/**
 * Working time of England and Wales: Monday to Friday, 09:00 to 17:00 in London, without bank holidays.
 *
 * These are the hours in which somebody at a service can be expected to read a notice and to be reached by phone. Many
 * work longer; a clock that counts only the hours all of them share never accuses a service of a silence in which nobody
 * was there. England and Wales have the same bank holidays.
 */

/** An ISO day of London, such as '2026-11-20'. */
export type Day = string;

const hourMs = 60 * 60 * 1000;
const opensAt = 9;
const closesAt = 17;

export const workingDayMs = (closesAt - opensAt) * hourMs;

/**
 * The earliest instant by which so many working days have passed: from Friday 17:00, one working day is over on Monday
 * at 17:00.
 */
export function addWorkingDays(from: Date, days: number): Date {
  let rest = days * workingDayMs;
  if (!(rest > 0)) return from;
  for (let day = dayOf(from); ; day = dayAfter(day, 1)) {
    const { opens, closes } = hoursOf(day);
    const begins = Math.max(from.getTime(), opens);
    const passing = Math.max(0, closes - begins);
    if (rest <= passing) return new Date(begins + rest);
    rest -= passing;
  }
}

/**
 * The latest instant since which so many working days have passed: what happened at or before it is that long ago.
 *
 * `from <= workingDaysBefore(until, days)` says the same as `addWorkingDays(from, days) <= until`.
 */
export function workingDaysBefore(until: Date, days: number): Date {
  let rest = days * workingDayMs;
  if (!(rest > 0)) return until;
  for (let day = dayOf(until); ; day = dayAfter(day, -1)) {
    const { opens, closes } = hoursOf(day);
    const ends = Math.min(until.getTime(), closes);
    const passed = Math.max(0, ends - opens);
    if (rest <= passed) return new Date(ends - rest);
    rest -= passed;
  }
}

/** Milliseconds of working time from one instant to a later one; 0 when it is not later. */
export function workingMsBetween(from: Date, until: Date): number {
  let total = 0;
  for (let day = dayOf(from); hoursOf(day).opens < until.getTime(); day = dayAfter(day, 1)) {
    const { opens, closes } = hoursOf(day);
    const [begins, ends] = [Math.max(from.getTime(), opens), Math.min(until.getTime(), closes)];
    total += Math.max(0, ends - begins);
  }
  return total;
}

export function isWorkingTime(at: Date): boolean {
  const { opens, closes } = hoursOf(dayOf(at));
  return opens <= at.getTime() && at.getTime() < closes;
}

export function isWorkingDay(day: Day): boolean {
  const weekday = weekdayOf(day);
  return weekday !== saturday && weekday !== sunday && !bankHolidays(yearOf(day)).includes(day);
}

/** Sunday is 0, as in `Date`. */
const [sunday, monday, saturday] = [0, 1, 6];

/**
 * Days that were moved or added once, by proclamation, as https://www.gov.uk/bank-holidays listed them. No rule foretells
 * them: a new one is a new line here. Without it, a reminder goes out one working day early.
 */
const once: readonly { readonly no?: Day; readonly yes?: Day; readonly why: string }[] = [
  { no: '2020-05-04', yes: '2020-05-08', why: 'early May bank holiday, moved to VE Day' },
  { no: '2022-05-30', yes: '2022-06-02', why: 'spring bank holiday, moved to the Platinum Jubilee' },
  { yes: '2022-06-03', why: 'Platinum Jubilee' },
  { yes: '2022-09-19', why: 'State Funeral of Queen Elizabeth II' },
  { yes: '2023-05-08', why: 'Coronation of King Charles III' },
];

/** The bank holidays of England and Wales in one year, in order, computed by the rules in force since 1978. */
export function bankHolidays(year: number): readonly Day[] {
  const easter = easterSunday(year);
  const moved = once.flatMap(({ no }) => no ?? []);
  const added = once.flatMap(({ yes }) => yes ?? []).filter((day) => yearOf(day) === year);
  return [
    ...observed([`${year}-01-01`]),
    dayAfter(easter, -2),
    dayAfter(easter, 1),
    mondayFrom(`${year}-05-01`),
    // The last Monday of a month with 31 days is the first one from the 25th.
    mondayFrom(`${year}-05-25`),
    mondayFrom(`${year}-08-25`),
    ...observed([`${year}-12-25`, `${year}-12-26`]),
  ]
    .filter((day) => !moved.includes(day))
    .concat(added)
    .sort();
}

/** The days themselves, or for one on a weekend the next day that is neither on it nor taken: its substitute day. */
function observed(days: readonly Day[]): Day[] {
  const taken = days.filter((day) => !isWeekend(day));
  for (const day of days.filter(isWeekend)) {
    let substitute = day;
    while (isWeekend(substitute) || taken.includes(substitute)) substitute = dayAfter(substitute, 1);
    taken.push(substitute);
  }
  return taken;
}

function isWeekend(day: Day): boolean {
  return weekdayOf(day) === saturday || weekdayOf(day) === sunday;
}

function mondayFrom(day: Day): Day {
  return dayAfter(day, (monday - weekdayOf(day) + 7) % 7);
}

/** Easter Sunday of the Gregorian calendar, by the anonymous computus of 1876 (Meeus, Jones, Butcher). */
function easterSunday(year: number): Day {
  const [century, ofCentury] = [Math.floor(year / 100), year % 100];
  const golden = year % 19;
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const weekdayShift = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekdayShift) / 451);
  const days = epact + weekdayShift - 7 * late + 114;
  return dayAfter(`${year}-${Math.floor(days / 31) === 3 ? '03' : '04'}-01`, days % 31);
}

function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

// Days are reckoned in UTC, where every day has 24 hours; only `dayOf` and `hoursOf` know of London's clock.

function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00Z`).getUTCDay();
}

function dayAfter(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10);
}

type Hours = { readonly opens: number; readonly closes: number };

/** A day that was asked for is asked for again by the next referral, and the calendar of a language library is slow. */
const known = new Map<Day, Hours>();
const knownMax = 5000;

/** When offices open and close on a day of London, as instants; a day off opens and closes at once. */
function hoursOf(day: Day): Hours {
  const before = known.get(day);
  if (before) return before;
  const opens = instantOf(day, opensAt);
  const hours = { opens, closes: isWorkingDay(day) ? instantOf(day, closesAt) : opens };
  if (known.size >= knownMax) known.clear();
  known.set(day, hours);
  return hours;
}

/** London's clock as its own tables have it, so that a change of summer time reaches us with an update of Node. */
const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

function londonTime(instant: Date): { day: Day; hour: number; minute: number } {
  const parts = Object.fromEntries(london.formatToParts(instant).map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour, minute } = parts;
  return { day: `${year}-${month}-${day}`, hour: Number(hour), minute: Number(minute) };
}

function dayOf(instant: Date): Day {
  return londonTime(instant).day;
}

/** The instant of a full hour in London. Clocks change at night, so each office hour comes exactly once a day. */
function instantOf(day: Day, hour: number): number {
  const asIfUtc = Date.parse(`${day}T00:00Z`) + hour * hourMs;
  const shown = londonTime(new Date(asIfUtc));
  const shownAsUtc = Date.parse(`${shown.day}T00:00Z`) + shown.hour * hourMs + shown.minute * 60_000;
  return asIfUtc - (shownAsUtc - asIfUtc);
}
