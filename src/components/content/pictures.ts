/**
 * The drawings, by the name that authors write. Those with figures are for Easy Read: a reader who does not read sees
 * who does what.
 */
import alone from './pictures/alone.svg';
import apart from './pictures/apart.svg';
import asking from './pictures/asking.svg';
import beside from './pictures/beside.svg';
import between from './pictures/between.svg';
import calendar from './pictures/calendar.svg';
import carry from './pictures/carry.svg';
import clock from './pictures/clock.svg';
import code from './pictures/code.svg';
import free from './pictures/free.svg';
import harm from './pictures/harm.svg';
import help from './pictures/help.svg';
import leave from './pictures/leave.svg';
import letter from './pictures/letter.svg';
import listen from './pictures/listen.svg';
import lock from './pictures/lock.svg';
import meet from './pictures/meet.svg';
import meeting from './pictures/meeting.svg';
import one from './pictures/one.svg';
import other from './pictures/other.svg';
import otherAlone from './pictures/other-alone.svg';
import otherSays from './pictures/other-says.svg';
import paperForm from './pictures/paper-form.svg';
import phone from './pictures/phone.svg';
import question from './pictures/question.svg';
import say from './pictures/say.svg';
import sayNothing from './pictures/say-nothing.svg';
import stop from './pictures/stop.svg';
import talk from './pictures/talk.svg';
import told from './pictures/told.svg';
import twoPeople from './pictures/two-people.svg';
import withYou from './pictures/with-you.svg';
import yesNo from './pictures/yes-no.svg';

export const pictures = {
  alone,
  apart,
  asking,
  beside,
  between,
  calendar,
  carry,
  clock,
  code,
  free,
  harm,
  help,
  leave,
  letter,
  listen,
  lock,
  meet,
  meeting,
  one,
  other,
  'other-alone': otherAlone,
  'other-says': otherSays,
  'paper-form': paperForm,
  phone,
  question,
  say,
  'say-nothing': sayNothing,
  stop,
  talk,
  told,
  'two-people': twoPeople,
  'with-you': withYou,
  'yes-no': yesNo,
} as const;

export type PictureName = keyof typeof pictures;

export function isPicture(name: string): name is PictureName {
  return Object.hasOwn(pictures, name);
}
