/** Where to send people for whom no service can take a referral here: an honest next step, with a way to reach a person. */

/** Permanent codes. Their words are `service.signpost.<code>`; their contacts are entries of the same name. */
export const signpostIds = [
  'national',
  'scotland',
  'northern-ireland',
  'isle-of-man',
  'jersey',
  'guernsey',
  'abroad',
  'forces',
  'railway',
  'youth-justice',
  'young-people',
  'prison',
  'probation',
  'victim-led-only',
  'domestic-abuse',
  'sexual-violence',
  'stalking',
  'bereaved',
  'council-mediation',
] as const;

export type SignpostId = (typeof signpostIds)[number];

/** An organisation and how to reach it. Null: nobody has found it yet. */
export type Way = { name: string; phone: string | null; email: string | null; website: string | null };

export type Signpost = {
  id: SignpostId;
  ways: readonly Way[];
  /** In the order to show them. */
  helplines: readonly HelplineId[];
  source: string;
  evidenceDate: string | null;
  checkedOn: string | null;
};

/** The file name of its entry, such as 'victim-support'. */
export type HelplineId = string;

export const confidences = ['high', 'medium', 'low'] as const;

/** A number to ring. Kept once; pages name it by id. */
export type Helpline = {
  id: HelplineId;
  name: { en: string; cy?: string };
  phone: string;
  /** A number for text messages, where there is one. */
  text: string | null;
  website: string | null;
  allHours: boolean | null;
  where: readonly Place[];
  /** Below 'high', a number is not shown until somebody has checked it; below 'medium', not even the name. */
  confidence: (typeof confidences)[number];
  source: string;
  evidenceDate: string | null;
  checkedOn: string | null;
};

type Place = 'england' | 'wales' | 'scotland' | 'northern-ireland';

/** How much of a helpline may be shown, on every page and in every answer: a wrong number is worse than none. */
export function shownOf({
  confidence,
  checkedOn,
}: Pick<Helpline, 'confidence' | 'checkedOn'>): 'number' | 'name' | 'nothing' {
  if (confidence === 'high' || checkedOn !== null) return 'number';
  return confidence === 'medium' ? 'name' : 'nothing';
}
