/** A local restorative justice service, and what is known about whom it takes. `null` always means: not known. */
import type { Kind, Stage } from '../referral/choices.ts';
import type { AreaCode } from './lookup.ts';

/** The file name of its entry, such as 'rj-kent'. */
export type ServiceId = string;

/** True and false are what the service itself has said. Null is shown to people as "not known". */
export type Known = boolean | null;

/** Both ends are included. */
export type AgeRange = { min: number | null; max: number | null };

export type Contacts = { phone: string | null; email: string | null; website: string | null };

export type Service = {
  id: ServiceId;
  name: string;
  /** The organisation behind it, where the name does not say so. */
  runBy: string | null;
  /** Empty for a service that works in the whole of England and Wales. */
  areas: readonly AreaCode[];
  accepts: {
    victimLives: Known;
    victimWorks: Known;
    offenceHere: Known;
    /** People who caused harm may ask. */
    responsible: Known;
    /** Families, witnesses and others who were affected. */
    indirect: Known;
    /** Disputes and anti-social behaviour where nobody may have broken the law. */
    disputes: Known;
  };
  ages: { harmed: AgeRange | null; responsible: AgeRange | null };
  /** Kinds it does not take, whoever asks. */
  excluded: readonly Kind[] | null;
  /** Kinds it does not take when the person responsible asks first. */
  excludedWhenStartedByResponsible: readonly Kind[] | null;
  /** Only here may domestic, sexual or stalking stand for a service that takes them from the person responsible. */
  acceptedWhenStartedByResponsible: readonly Kind[] | null;
  /** Takes crimes that the police were never told about. */
  unreported: Known;
  stages: { taken: readonly Stage[] | null; notTaken: readonly Stage[] | null };
  contacts: Contacts;
  /** BCP 47 codes. */
  languages: readonly string[] | null;
  replyWorkingDays: number | null;
  accreditation: string | null;
  source: string;
  /** How old the evidence is: a year, month or day, or null where the source bears no date. */
  evidenceDate: string | null;
  /** The day a person checked with the service itself. */
  checkedOn: string | null;
  /** That this was the public service for the area on the day of the evidence. */
  confidence: 'high' | 'medium' | 'low';
  status: 'unverified' | 'confirmed';
  validFrom: string | null;
  validTo: string | null;
};
