/**
 * What can go wrong, and what must hold when it does. The title of a test that proves an entry begins with its id.
 *
 * The letters: A crashes and disks, B mail servers, C what is typed, D HTTP, E floods, F keys and seals, G codes, H time,
 * I the person's device, J logs and the insider, K a long run.
 */

export type Entry = {
  /** What is done to the portal. */
  readonly done: string;
  /** What must hold nevertheless. */
  readonly holds: string;
  /** Where it is proved, if not by a test of `npm run test:faults`. */
  readonly command?: string;
};

const entry = (done: string, holds: string, command?: string): Entry => ({
  done,
  holds,
  ...(command === undefined ? {} : { command }),
});

/** By id, in the order of the table. */
export const catalogue = {
  A1: entry(
    'the accepting process is killed at any moment',
    'each receipt shown is on disk, once, with its notice',
  ),
  A2: entry(
    'the courier is killed at five moments of a mail',
    'each service is told; copies carry one Message-ID',
  ),
  A3: entry('the web process is asked to stop with posts under way', 'each post is kept, or said not to be'),
  A4: entry('the power fails after any write', 'each receipt shown before is in what is left on the disk'),
  A5: entry(
    'the disk is full',
    'nobody is told otherwise, no answer is lost, and it goes on when there is room',
  ),
  A6: entry('another process holds the database', 'posts wait three seconds at most, then say so'),
  A7: entry('bytes of the database are damaged', 'the start is refused and nothing is made in its place'),
  A8: entry('the disk becomes read-only', 'as when it is full'),
  A9: entry('one form is posted twenty times at once', 'one referral, one notice, twenty equal receipts'),
  A10: entry('a form is posted again with another answer', 'a correction, linked to what it corrects'),
  A11: entry(
    'the answer to a kept post is lost on the way',
    'posting again gives the same receipt and no second row',
  ),
  A12: entry('two couriers run', 'nothing is sent twice'),
  A13: entry(
    'yesterday’s backup is brought back',
    'nothing that was let go returns, and nothing is sent at once',
  ),
  A14: entry(
    'ten thousand wait while mail is down for a week',
    'all go out, the oldest first, in little memory',
  ),
  A15: entry('the database is lost', 'every referral comes back from the second copy'),

  B1: entry('the mail server says nothing', 'the attempt ends in time and is made again'),
  B2: entry('it stalls after the last line', 'tried again under the same Message-ID'),
  B3: entry('it hangs up after taking the message', 'a second copy at most, one reference, confirmed once'),
  B4: entry('it says later, at any stage', 'tried again, never given up'),
  B5: entry('it refuses for good, at any stage', 'the second address and the operator are told at once'),
  B6: entry('it says later for a day', 'the operator is told at 4 and at 24 hours, once each'),
  B7: entry('it offers no TLS', 'no password, no address and no word goes to it'),
  B8: entry('its certificate is not good', 'no password, no address and no word goes to it'),
  B9: entry('it speaks only old TLS', 'no password, no address and no word goes to it'),
  B10: entry('it refuses our password', 'mail stops, one call to the operator, no try is used up'),
  B11: entry('a hundred notices fail before a good one', 'the good one goes within a minute'),
  B12: entry('it takes seven bits only', 'texts in every script arrive as they were written'),
  B13: entry('it sends a byte now and then', 'the attempt ends at the overall deadline'),
  B14: entry('it takes the mail, and loses or bounces it', 'the missing confirmation tells the operator'),
  B15: entry('machines answer the notice', 'nothing of it counts as a confirmation'),
  B16: entry('the courier stands still', 'the missing canary is noticed within fifteen minutes'),
  B17: entry(
    'it cannot be found, refuses or resets',
    'tried again; five failures leave one probe in five minutes',
  ),

  C1: entry('line breaks in every field', 'the mail keeps its headers and its one recipient'),
  C2: entry('ten thousand odd posts', 'mail goes to nobody outside the directory'),
  C3: entry('a directory entry that names a second mailbox', 'refused at the start'),
  C4: entry('SMTP commands in a text', 'one message, the text as typed'),
  C5: entry('markup in every field', 'no script runs and no element appears'),
  C6: entry('the whole way under the security policy', 'the policy is never broken'),
  C7: entry('characters that turn or join text', 'what turns is gone, what joins stays'),
  C8: entry('text that a spreadsheet would run', 'nothing here makes a spreadsheet'),
  C9: entry('line breaks and terminal codes', 'each line of the log stays one JSON object'),
  C10: entry('template syntax', 'shown as typed'),
  C11: entry('names such as __proto__, and thousands of fields', 'ignored, in a moment'),
  C12: entry('lone surrogates, NUL, long clusters', 'what is sealed is what is read back'),
  C13: entry('long texts against every check', 'each is done within 50 ms'),
  C14: entry('SQL in every field', 'text like any other'),
  C15: entry('paths that climb or hide', 'nothing is read'),
  C16: entry('fields that name somebody else', 'not in the seal'),
  C17: entry('postcodes of every kind', 'the right service or a person to call, never an error'),

  D1: entry('bodies that are too large or never end', 'cut at the limit, in little memory'),
  D2: entry('five hundred slow headers', 'a genuine post passes'),
  D3: entry('five hundred slow bodies', 'a genuine post passes'),
  D4: entry('every method on every address', 'only the listed pairs work'),
  D5: entry('other content types', 'refused with a page that says so'),
  D6: entry('another host name', 'stands nowhere in an answer'),
  D7: entry('a client that claims another address', 'counted where it comes from'),
  D8: entry('requests that two parsers read differently', 'never taken for two'),
  D9: entry('another site posts the form', 'held, and changes nothing else'),
  D10: entry('a plain post, with and without scripts', 'a receipt'),
  D11: entry('a client that does not say where it comes from', 'taken, and held'),
  D12: entry('the whole way', 'no cookie, nothing stored, nothing kept by a cache'),
  D13: entry('every kind of answer', 'the same headers, byte for byte'),
  D14: entry('a post without TLS', 'refused, and not redirected'),
  D15: entry('the web process is gone', 'the proxy answers readably, with the same headers'),

  E1: entry('thousands of posts from one network', 'a post from another is in the normal lane'),
  E2: entry('thousands of posts from as many networks', 'a genuine one goes out within the hour'),
  E3: entry('a thousand posts to one service', 'a genuine one still reaches it soon'),
  E6: entry('a program fills in all fields', 'taken, and the lane noted'),
  E7: entry('a screen reader and the Tab key', 'never meet the trap'),
  E8: entry('a million addresses', 'bounded memory, and nothing to compute them from'),

  F1: entry('two hundred referrals with marked words', 'no word on any disk, in any log or mail'),
  F2: entry('the web process reads what is the courier’s', 'not permitted'),
  F3: entry('sealed texts are altered or changed places', 'refused, also by the reference inside'),
  F4: entry('an old, foreign or mistyped key', 'said clearly, and nothing shown'),
  F5: entry('a service with too few keys, or no key at all', 'no form, and never in clear'),
  F6: entry('vectors and the age command', 'agree'),
  F7: entry('three hundred answers of different length', 'two sizes at most'),
  F8: entry('the machine has no random numbers', 'said, nothing typed is lost and nothing kept'),
  F11: entry('all traffic while a referral is opened', 'holds neither text nor passphrase'),

  G1: entry('a million guessed codes', 'no hit'),
  G2: entry('the time of right and wrong codes', 'cannot be told apart'),
  G3: entry('codes unknown, expired, withdrawn or malformed', 'the same bytes'),
  G4: entry('a hundred confirmations', 'one change, one entry, the same answer'),
  G5: entry('a machine opens the link and presses everything', 'nothing changes'),
  G6: entry('eleven wrong inner codes', 'locked, and two people together unlock it'),
  G7: entry('the code of one referral for another', 'refused'),
  G8: entry('withdrawn in every state', 'no byte of it is left'),
  G9: entry('withdrawn while it is sent', 'the service has nothing, or is told to make no contact'),
  G10: entry('codes and capabilities', 'in no log and in no Referer'),
  G11: entry('a retry, a restart, a second process', 'the same receipt for the same form'),
  G12: entry('a code typed in a hurry', 'understood'),

  H1: entry('the clock jumps ten years ahead', 'nothing is deleted, and it is noticed'),
  H2: entry('the clock jumps ten years back', 'tries go on, and no age is negative'),
  H3: entry('clocks change, leap days, the year ends', 'the steps come when they should'),
  H4: entry('a form from the future, and one of 49 hours', 'taken; kept and handed out anew'),
  H5: entry('a Friday evening before a bank holiday', 'the reminder comes on Tuesday'),
  H6: entry('the clock is moved while a mail is under way', 'not sent twice'),

  I1: entry('Back after sending', 'no field is filled'),
  I2: entry('typed, left, and Back', 'no field is filled'),
  I3: entry('the browser is killed and brought back', 'no field is filled'),
  I4: entry('the way out, by every means', 'the page is gone at once, and Back does not show it'),
  I5: entry('the profile of the browser', 'holds no word that was typed'),
  I6: entry('titles and addresses in the history', 'say nothing'),
  I7: entry('everything a site can store', 'is empty'),
  I8: entry('every request on the way', 'is to our origin'),
  I9: entry('a second visit', 'suggests nothing'),
  I10: entry('the receipt on paper', 'the code, and words that say nothing'),

  J1: entry('all logs', 'hold no word that was typed'),
  J2: entry('all logs', 'hold no address and no browser'),
  J3: entry('an error in each stage', 'its kind and place only'),
  J4: entry('the audit is changed in any way', 'the first wrong entry is named'),
  J5: entry('the whole audit is written anew', 'not the one in the mailed digest'),
  J6: entry('courier, mail or robot stand still', 'the alarm comes within fifteen minutes'),
  J7: entry('the daily digest does not come', 'whoever waits for it notices within 26 hours'),
  J8: entry('published tables of numbers', 'no small number can be computed from them'),
  J11: entry('a process connects where it has no business', 'refused'),
  J12: entry('a process is aborted', 'leaves no picture of its memory'),

  K1: entry(
    'a day of posts with random faults',
    'nothing lost, no wrong state, steady memory',
    'npm run soak',
  ),
  K2: entry('fifty people at once', 'the slowest hundredth waits under 300 ms', 'npm run bench'),
} as const satisfies Readonly<Record<string, Entry>>;

export type Id = keyof typeof catalogue;

export const ids = Object.keys(catalogue) as readonly Id[];

export function isId(text: string): text is Id {
  return Object.hasOwn(catalogue, text);
}
