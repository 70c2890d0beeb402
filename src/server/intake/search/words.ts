/**
 * Makes what people type and what our texts say comparable: no case, accents or apostrophes, one form of each letter,
 * and the end of the word, or in Welsh also its beginning, cut off. Rough on purpose: it only has to be rough in the
 * same way on both sides.
 */
import type { LanguageCode } from '../../../i18n/languages.ts';

/** What is typed beyond this is not looked at. */
export const charactersMax = 200;

/** As it is shown again in the box: one line without control characters, and none that turn the line round. */
export function tidied(typed: string): string {
  const line = typed
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return [...line].slice(0, charactersMax).join('').trim();
}

/** Letters that Unicode does not take apart, and those that keyboards for Arabic write instead of the Urdu ones. */
const sameLetter: Readonly<Record<string, string>> = {
  ł: 'l',
  đ: 'd',
  ø: 'o',
  ß: 'ss',
  æ: 'ae',
  ي: 'ی',
  ى: 'ی',
  ك: 'ک',
  ه: 'ہ',
  ھ: 'ہ',
  ة: 'ہ',
  ە: 'ہ',
  ں: 'ن',
};
const arabicZero = 0x660;
const urduZero = 0x6f0;

/** 'Pan fydd y byd i’w weld' → the words 'pan', 'fydd', 'y', 'byd', 'iw', 'weld'. */
export function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .toLowerCase()
    // In Urdu this joiner parts two words that are written together.
    .replaceAll('\u200c', ' ')
    // Accents and vowel signs, joiners and marks of direction, the line that stretches Arabic letters, apostrophes.
    .replaceAll(/[\p{M}\p{Cf}ـ'’‘ʼ`´]/gu, '')
    .replaceAll(/[łđøßæيىكهھةەں]/gu, (letter) => sameLetter[letter] ?? letter)
    .replaceAll(/[٠-٩۰-۹]/gu, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - (code < urduZero ? arabicZero : urduZero));
    });
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Written as `wordsOf` leaves them, without accents. */
const endings: Readonly<Record<LanguageCode, readonly string[]>> = {
  en: longestFirst('isations ising ised ises ise ions ion ings ing ied ies ed es ly al s e y'),
  cy: longestFirst(
    'wragedd wraig wyr wr wch iadau iaeth iaid iau ion oedd ydd odd edd iad iol aeth ais ant od au on wyd ir ol us io i o',
  ),
  ur: longestFirst('یون یان ون ین وں ے ی ہ ا'),
  pl: longestFirst(
    'owego owej owych owie owac owal ania anie aniu enia enie eniu ami ach ego emu ymi imi ych ich owi owa owy owe iem iej iom iow nie na ny ne em om ow ej im ym ia ie iu ac ec ic yc al y i a e o u',
  ),
};
/** A word keeps at least this many letters. */
const lettersKept: Readonly<Record<LanguageCode, number>> = { en: 3, cy: 4, ur: 3, pl: 3 };

/** What all forms of a word have in common: 'letters' and 'letter' are the same, 'garchar' and 'carchar' too. */
export function stemOf(word: string, language: LanguageCode): string {
  const root = language === 'cy' ? unmutated(word) : word;
  const ending = endings[language].find(
    (end) => root.length - end.length >= lettersKept[language] && root.endsWith(end),
  );
  const stem = ending === undefined ? root : root.slice(0, -ending.length);
  // 'stabbed' and 'stab', 'killed' and 'kill'.
  return stem.replace(/([bdfglmnprtvz])\1$/, '$1');
}

/**
 * Welsh changes the first letter of a word after many others: prison is carchar, garchar, charchar or ngharchar. All
 * that can come of one letter get the same beginning here.
 */
function unmutated(word: string): string {
  if (word.length < 4) return word;
  return word
    .replace(/^h(?=[aeiouwy])/, '')
    .replace(/^(?:ngh|ng|gh|ch|c|g)/, '')
    .replace(/^(?:mh|ph|p|b|m|v|f(?!f))/, 'b')
    .replace(/^(?:nh|th|dd|t|d|n)/, 't')
    .replace(/^ll/, 'l')
    .replace(/^rh/, 'r');
}

const split = (words: string) => new Set(wordsOf(words));

function longestFirst(words: string): readonly string[] {
  return wordsOf(words).sort((one, other) => other.length - one.length);
}

/** Words that say nothing about what is looked for. */
const small: Readonly<Record<LanguageCode, ReadonlySet<string>>> = {
  en: split(
    'a an the and or of to in on at for from with by as is am are was were be been being do does did done doing has have had having i i’m i’ve me my mine you your yours he him his she her hers they them their it its it’s this that these those we us our can could will would shall should may might must there here if so about get got getting want wants wanted wanna please just very really any some who’s thing things someone somebody person people',
  ),
  cy: split(
    'y yr a ac i o ar at am gan gyda wrth yn mewn drwy dros fy dy ei ein eich eu mi fi ti ef hi ni chi nhw mae maent yw ydy oedd bod wedi dw dwi rwy rydw rwyf ydw sydd sy un hwn hon hyn hynny os neu na eisiau moyn isio rhaid gallu gallaf alla cael ga yna’r i’r o’r a’r i’w a’i o’i rhywun person pobl',
  ),
  ur: split(
    'کا کی کے کو سے میں پر نے ہے ہیں تھا تھی تھے ہوں ہو ہوا ہوئی اور یا کہ یہ وہ اس ان میرا میری میرے مجھے مجھ آپ آپکا آپکی ہم ہمارا ایک جو تو بھی ہی گیا گئی گئے رہا رہی رہے دیا کیا کرنا کرتا کرتی کریں چاہتا چاہتی چاہیے کوئی کسی شخص لوگ',
  ),
  pl: split(
    'i a o w we z ze na do od po za u dla przy przez pod nad oraz lub albo sie jest sa byl byla bylo byc jestem mam ma miec moj moja moje mi mnie mna ja ty on ona ono oni go jej ich im mu nas nam to ten ta te tego tej chce chcial chcialbym chcialabym moge mozna czy juz tylko ktos kogos osoba osoby ludzie',
  ),
};

/** Words that open a question: they belong to a phrase such as 'how long', and alone they find everything. */
const asking: Readonly<Record<LanguageCode, ReadonlySet<string>>> = {
  en: split('how what who whom why when where which whats hows'),
  cy: split('sut beth pwy pam pryd ble lle faint pa'),
  ur: split('کیسے کون کیوں کب کہاں کتنا کتنی کتنے کونسا'),
  pl: split('jak co kto kogo komu dlaczego czemu kiedy gdzie ile jaki jaka jakie'),
};

export function isSmall(word: string, language: LanguageCode): boolean {
  return small[language].has(word);
}

export function asks(word: string, language: LanguageCode): boolean {
  return asking[language].has(word);
}
