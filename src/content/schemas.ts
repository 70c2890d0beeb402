/**
 * The shape of every entry, written for the person who fills one in.
 *
 * Write only what a source says. `null` means "nobody knows yet" and is shown to people as such; never guess.
 * The file name is the entry's id and appears in no address a person sees.
 */
import * as z from 'zod';
import { kinds, stages } from '../referral/choices.ts';
import { localFactKinds, policingBodyTypes, type Area, type LocalFact } from '../routing/area.ts';
import type { Service } from '../routing/service.ts';
import { confidences, type Helpline, type Signpost, type Way } from '../routing/signpost.ts';

const line = z.string().trim().min(1).max(160);

/** A year, month or day: '2024', '2024-11' or '2024-11-03'. As exact as the source, and no more. */
const date = z.string().regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/);

/** A full day: '2026-11-20'. */
const day = z.iso.date();

/** As people here write and say it, in groups: '0808 16 89 111'. Three digits only for 101 and the like. */
const phone = z.string().regex(/^(0\d{2,5}( \d{2,6}){1,4}|1\d{2}( \d{3})?)$/);

/** The organisation's own page, with https. */
const website = z.url({ protocol: /^https$/ });

/** ONS codes: a police force area, and a council (district, unitary or borough). */
const areaCode = z.string().regex(/^(E23|W15)\d{6}$/);
const councilCode = z.string().regex(/^[EW]0[6-9]\d{6}$/);

/** An id: the name of another entry's file, without '.json'. */
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** true or false if the service has said so, else null. */
const known = z.boolean().nullable();

const evidence = {
  /** Where it stands, so that a colleague can look it up: a site, a document, an agreement. */
  source: line,
  /** How old the evidence is; null if the source bears no date. */
  evidenceDate: date.nullable(),
  /** The day a person last checked it at the live source; null until somebody has. */
  checkedOn: day.nullable(),
};

const way = z.strictObject({
  /** As the organisation writes it. */
  name: line,
  phone: phone.nullable(),
  email: z.email().nullable(),
  website: website.nullable(),
}) satisfies z.ZodType<Way>;

/** At most two short sentences. */
const says = z.string().trim().min(1).max(240);

/** Something known of one area only. Leave it out rather than guess. */
const localFact = z
  .strictObject({
    /**
     * 'busy': how long people wait just now. 'commitment': what the policing body has said it will do.
     * 'community-remedy': its published list. 'language': the right to use Welsh. 'practice': how the service works.
     * 'figure': a number, with the time it counts.
     */
    kind: z.enum(localFactKinds),
    /** In plain words. An area of Wales says it in Welsh too. */
    says: z.strictObject({
      en: says,
      cy: says.exactOptional(),
      ur: says.exactOptional(),
      pl: says.exactOptional(),
    }),
    /** The very page or document, if its address is known. */
    website: website.nullable(),
    ...evidence,
    confidence: z.enum(confidences),
  })
  .refine(({ kind, evidenceDate }) => evidenceDate !== null || (kind !== 'busy' && kind !== 'figure'), {
    path: ['evidenceDate'],
    message: 'a figure and a note that a service is busy need their date',
  }) satisfies z.ZodType<LocalFact>;

/** One of the 43 police force areas. */
export const areaEntry = z.strictObject({
  code: areaCode,
  name: z.strictObject({
    en: line,
    /** Only for the four areas of Wales. The forms after "in" and "to" stand with their preposition. */
    cy: z.strictObject({ plain: line, in: line, to: line }).exactOptional(),
  }),
  country: z.enum(['england', 'wales']),
  /** The councils that exist today; each council stands in one area only. */
  councils: z.array(councilCode).min(1),
  /** Areas whose people live within two kilometres of people of this one. */
  neighbours: z.array(areaCode),
  /** Who answers for policing, and so for restorative justice. One line per body, with its dates. */
  policingBody: z
    .array(
      z.strictObject({
        type: z.enum(policingBodyTypes),
        /** The name of the office, never of the person. Null until the office has confirmed it. */
        name: line.nullable(),
        from: date.nullable(),
        to: date.nullable(),
      }),
    )
    .min(1),
  /** Ids of services. The first leads. Leave it empty if nobody can say which service works here. */
  services: z.array(id),
  /** Local victim services and offices that can say more. */
  localHelp: z.array(z.strictObject({ ...way.shape, ...evidence })),
  /** In the order to show them. */
  localFacts: z.array(localFact).exactOptional(),
}) satisfies z.ZodType<Omit<Area, 'slug'>>;

const ageRange = z.strictObject({
  /** Both ends included; null for no limit. */
  min: z.int().min(0).max(120).nullable(),
  max: z.int().min(0).max(120).nullable(),
});

/** A restorative justice service, and whom it takes. */
export const serviceEntry = z.strictObject({
  /** As the service calls itself in public. */
  name: line,
  /** The organisation behind it, if the name does not say so. */
  runBy: line.nullable(),
  /** Police force areas. Empty only for a service that works in all of England and Wales. */
  areas: z.array(areaCode),
  accepts: z.strictObject({
    /** The person harmed lives in the area. */
    victimLives: known,
    /** The person harmed works in the area. */
    victimWorks: known,
    /** It happened in the area, wherever the person harmed lives. */
    offenceHere: known,
    /** People who caused harm may ask first. */
    responsible: known,
    /** Families, witnesses and others who were affected. */
    indirect: known,
    /** Disputes and anti-social behaviour where nobody may have broken the law. */
    disputes: known,
  }),
  /** Null if the service has said nothing about age. */
  ages: z.strictObject({ harmed: ageRange.nullable(), responsible: ageRange.nullable() }),
  /** Kinds of harm it never takes. */
  excluded: z.array(z.enum(kinds)).nullable(),
  /** Kinds it does not take when the person responsible asks first. */
  excludedWhenStartedByResponsible: z.array(z.enum(kinds)).nullable(),
  /**
   * Kinds it takes from the person responsible although we would not: domestic, sexual or stalking.
   * Only with the service's own written rule as the source.
   */
  acceptedWhenStartedByResponsible: z.array(z.enum(kinds)).nullable(),
  /** Takes crimes the police were never told about. */
  unreported: known,
  /** How far police and court must have got. */
  stages: z.strictObject({
    taken: z.array(z.enum(stages)).nullable(),
    notTaken: z.array(z.enum(stages)).nullable(),
  }),
  contacts: z.strictObject({
    phone: phone.nullable(),
    email: z.email().nullable(),
    website: website.nullable(),
  }),
  /** Codes of languages its own staff speak, such as 'cy' or 'ur'. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/)).nullable(),
  /** Only what the service has promised. */
  replyWorkingDays: z.int().min(1).max(60).nullable(),
  /** Such as 'RJC Registered Service Provider'. */
  accreditation: line.nullable(),
  ...evidence,
  /** How sure we are that this was the public service when the evidence was made. */
  confidence: z.enum(confidences),
  /** 'confirmed' only after the service or the local policing body has agreed to every line above. */
  status: z.enum(['unverified', 'confirmed']),
  /** The first day it is used, and the first day it is no longer used. */
  validFrom: day.nullable(),
  validTo: day.nullable(),
}) satisfies z.ZodType<Omit<Service, 'id'>>;

/** Where to send people whom no service takes. The words are in the string files; here are the ways to reach somebody. */
export const signpostEntry = z.strictObject({
  ways: z.array(way),
  /** Ids of helplines, in the order to show them. */
  helplines: z.array(id),
  ...evidence,
}) satisfies z.ZodType<Omit<Signpost, 'id'>>;

/** A number to ring. Below 'high' it is not shown in production until it has been checked. */
export const helplineEntry = z.strictObject({
  name: z.strictObject({ en: line, cy: line.exactOptional() }),
  phone,
  /** A number for text messages. */
  text: phone.nullable(),
  website: website.nullable(),
  /** Day and night, every day. */
  allHours: known,
  where: z.array(z.enum(['england', 'wales', 'scotland', 'northern-ireland'])).min(1),
  confidence: z.enum(confidences),
  ...evidence,
}) satisfies z.ZodType<Omit<Helpline, 'id'>>;

/** A council as the postcode tables know it; the key is its ONS code. */
export const councilEntry = z.object({
  name: z.string(),
  /** Only where the council has a Welsh name. */
  nameCy: z.string().optional(),
  /** Police force area or nation. */
  area: z.string(),
});

/** What stands at the top of a page to read. docs/writing.md explains it to authors. */
export const pageEntry = z.strictObject({
  /** Neutral: it stays in the browser's history. */
  title: line,
  /** Only where the heading must say more than the title may. */
  heading: line.exactOptional(),
  lead: z.string().trim().min(1).max(400),
  next: z.array(id).max(3),
  /** In a translation: the fingerprint of the English it was made from, stamped by `npm run translations`. */
  from: z.string().exactOptional(),
  /** In a translation: who read it as a native reader, and when: 'A. Name, 2026-11-20'. */
  reviewed: line.exactOptional(),
});
export type PageEntry = z.infer<typeof pageEntry>;

/** A fact that pages rest on; the key is its id, such as 'F6.1'. */
export const factEntry = z.strictObject({
  says: z.string().trim().min(1),
  ...evidence,
  source: z.string().trim().min(1),
  confidence: z.enum(confidences),
});
export type Fact = z.infer<typeof factEntry>;
