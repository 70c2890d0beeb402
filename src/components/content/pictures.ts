/** The drawings, by the name that authors write. */
import asking from './pictures/asking.svg';
import beside from './pictures/beside.svg';
import calendar from './pictures/calendar.svg';
import choose from './pictures/choose.svg';
import clock from './pictures/clock.svg';
import help from './pictures/help.svg';
import letter from './pictures/letter.svg';
import lock from './pictures/lock.svg';
import meeting from './pictures/meeting.svg';
import one from './pictures/one.svg';
import other from './pictures/other.svg';
import paperForm from './pictures/paper-form.svg';
import phone from './pictures/phone.svg';
import question from './pictures/question.svg';
import stop from './pictures/stop.svg';
import talk from './pictures/talk.svg';

export const pictures = {
  asking,
  beside,
  calendar,
  choose,
  clock,
  help,
  letter,
  lock,
  meeting,
  one,
  other,
  'paper-form': paperForm,
  phone,
  question,
  stop,
  talk,
} as const;

export type PictureName = keyof typeof pictures;

export function isPicture(name: string): name is PictureName {
  return Object.hasOwn(pictures, name);
}
