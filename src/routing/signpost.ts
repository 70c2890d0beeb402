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
  /** Below 'high', a number is not shown in production until somebody has checked it. */
  confidence: (typeof confidences)[number];
  source: string;
  evidenceDate: string | null;
  checkedOn: string | null;
};

type Place = 'england' | 'wales' | 'scotland' | 'northern-ireland';

/** Whether a number may be shown: a demonstration may show every one, a real installation only those it can stand behind. */
export function mayShow(helpline: Helpline, { demonstration }: { demonstration: boolean }): boolean {
  return demonstration || helpline.confidence === 'high' || helpline.checkedOn !== null;
}
