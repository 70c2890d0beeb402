/** The closed lists a person chooses from. Their words are string keys; their codes are permanent. */

/** Who is asking. The number in the address (`/en/refer/1/`) stands for it, so that history never says it. */
export const roles = ['harmed', 'responsible', 'helping', 'talk'] as const;
export type Role = (typeof roles)[number];

/** The person's own age, as far as it decides who helps. */
export const ages = ['adult', 'under-18'] as const;
export type Age = (typeof ages)[number];

/** Was the other person under 18 when it happened? Decides between a local service and a youth justice service. */
export const otherAges = ['adult', 'under-18', 'unknown'] as const;
export type OtherAge = (typeof otherAges)[number];

/** Is it a crime, a dispute, or is the person not sure? */
export const matters = ['crime', 'dispute', 'not-sure'] as const;
export type Matter = (typeof matters)[number];

/** What kind of harm. */
export const kinds = [
  'violence',
  'threats',
  'burglary',
  'robbery',
  'theft',
  'fraud',
  'damage',
  'hate',
  'road',
  'bereaved',
  'domestic',
  'sexual',
  'stalking',
  'anti-social',
  'other',
] as const;
export type Kind = (typeof kinds)[number];

/** How far the police and the courts have got. */
export const stages = [
  'not-reported',
  'reported',
  'out-of-court',
  'court',
  'community',
  'prison',
  'finished',
  'unknown',
] as const;
export type Stage = (typeof stages)[number];
