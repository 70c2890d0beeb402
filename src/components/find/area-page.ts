/** What the page of one area says, in the words of one language. Nobody's answers change it, so it is drawn at build. */
import { languageOf, type LanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Translate } from '../../i18n/translate.ts';
import { policingBodyOn, type Area, type LocalFact } from '../../routing/area.ts';
import { areaOf, catalogueOn, servicesIn, signpostOf, type Catalogue } from '../../routing/catalogue.ts';
import type { Service } from '../../routing/service.ts';
import type { Card, Named, Reach } from '../islands/finder-data.ts';
import { pathIn } from '../page/paths.ts';
import { evidenceLines, formatVague } from './evidence.ts';
import { areaName, nameOf, reachOf, serviceCard, signpostCard } from './find-data.ts';

/** A council as the postcode tables know it. */
export type Council = {
  readonly name: string;
  /** Only where the council has a Welsh name. */
  readonly nameCy?: string | undefined;
  /** The police force area, or another nation. */
  readonly area: string;
};

/** What area pages are made from. */
export type KnownAreas = {
  readonly catalogue: Catalogue;
  /** By ONS code. */
  readonly councils: Readonly<Record<string, Council>>;
};

export type AreaService = {
  readonly card: Card;
  readonly rows: readonly { readonly label: string; readonly values: readonly Named[] }[];
  readonly source: string;
  /** It may no longer be the service for this area. */
  readonly unsure: boolean;
  /** Some way to contact it is known. */
  readonly reachable: boolean;
};

export type AreaFact = {
  readonly kind: LocalFact['kind'];
  readonly label: string;
  readonly says: Named;
  readonly source: Named;
  readonly website: string | null;
  /** One line each: how old it is, when it was checked, how sure we are. */
  readonly about: readonly string[];
  readonly checked: boolean;
};

export type AreaPage = {
  readonly title: string;
  readonly name: Named;
  readonly services: readonly AreaService[];
  /** True where no service is known that is sure to be reached by phone: then the page names people who are. */
  readonly needsPhone: boolean;
  /** Who helps all over England and Wales, for an area without a service that is certain and can be reached. */
  readonly national: Card | undefined;
  readonly busy: readonly AreaFact[];
  readonly facts: readonly AreaFact[];
  /** Who answers for policing: what it is, what it is called, and when it ends. Undefined where nobody knows. */
  readonly body: { readonly called: readonly Named[]; readonly ends: string | undefined } | undefined;
  readonly local: readonly { readonly way: Reach; readonly source: string }[];
  readonly neighbours: readonly { readonly name: Named; readonly href: string }[];
  readonly councils: readonly Named[];
};

/** @param day the ISO day the page is drawn for: services and policing bodies come and go by the day. */
export function areaPage(
  area: Area,
  { catalogue: all, councils }: KnownAreas,
  language: LanguageCode,
  day: string,
): AreaPage {
  const t = wordsIn(language);
  const catalogue = catalogueOn(all, day);
  const services = servicesIn(catalogue, area.code);
  const inOrder = byText(language);
  const isCertain = services.some(
    ({ confidence, contacts }) => confidence !== 'low' && isReachable(contacts),
  );
  const facts = (area.localFacts ?? []).map((fact) => factIn(fact, language, t));
  return {
    title: titleOf(area, language, t),
    name: areaName(area, language),
    services: services.map((service) => serviceIn(service, catalogue, language, t)),
    needsPhone: !services.some(({ contacts, confidence }) => contacts.phone !== null && confidence !== 'low'),
    national: isCertain ? undefined : signpostCard(signpostOf(catalogue, 'national'), catalogue, language, t),
    busy: facts.filter(({ kind }) => kind === 'busy'),
    facts: facts.filter(({ kind }) => kind !== 'busy'),
    body: bodyOf(area, language, day, t),
    // A name alone leads nobody to anybody.
    local: area.localHelp.filter(isReachable).map((help) => ({
      way: reachOf(help),
      source: evidenceLines(help, language, t).join(' '),
    })),
    neighbours: area.neighbours
      .flatMap((code) => areaOf(catalogue, code) ?? [])
      .map((next) => ({ name: areaName(next, language), href: areaPath(next, language) }))
      .sort((one, other) => inOrder(one.name, other.name)),
    councils: area.councils
      .flatMap((code) => councils[code] ?? [])
      .map((council) => councilName(council, language))
      .sort(inOrder),
  };
}

/** '/cy/areas/kent/'. The same slug in every language, so that a leaflet and the language menu lead to it. */
export function areaPath({ slug }: Area, language: LanguageCode): string {
  return pathIn(language, `/areas/${slug}/`);
}

/** In Welsh where the reader reads Welsh and the council has a Welsh name. */
export function councilName({ name, nameCy }: Council, language: LanguageCode): Named {
  return language === 'cy' && nameCy !== undefined ? { text: nameCy } : nameOf(name, language);
}

/** The order of a list of names. */
export function byText(language: LanguageCode): (one: Named, other: Named) => number {
  const { compare } = new Intl.Collator(languageOf(language).tag);
  return (one, other) => compare(one.text, other.text);
}

/** The Welsh names of Welsh areas carry their own "in", with its mutation; any other name stands by itself. */
function titleOf({ name }: Area, language: LanguageCode, t: Translate): string {
  return language === 'cy' && name.cy
    ? t('areas.titleWithIn', { area: name.cy.in })
    : t('areas.title', { area: name.en });
}

function serviceIn(
  service: Service,
  catalogue: Catalogue,
  language: LanguageCode,
  t: Translate,
): AreaService {
  const card = serviceCard(service, catalogue, language, t);
  // Names of organisations and marks stay English; everything else in these rows is ours.
  const isName = (line: string) => line === service.runBy || line === service.accreditation;
  return {
    card,
    rows: card.rows.map(({ label, lines }) => ({
      label,
      values: lines.map((line) => (isName(line) ? nameOf(line, language) : { text: line })),
    })),
    source: card.source.join(' '),
    unsure: service.confidence === 'low',
    reachable: isReachable(service.contacts),
  };
}

function isReachable({ phone, email, website }: Omit<Reach, 'name'>): boolean {
  return (phone ?? email ?? website) !== null;
}

function factIn(fact: LocalFact, language: LanguageCode, t: Translate): AreaFact {
  const { kind, says, source, website, evidenceDate, checkedOn, confidence } = fact;
  const own = says[language];
  const about = [
    evidenceDate
      ? t('areas.facts.date', { date: formatVague(evidenceDate, language) })
      : t('read.sources.undated'),
    ...(checkedOn ? [t('read.sources.checked', { day: formatVague(checkedOn, language) })] : []),
    ...(confidence === 'high' ? [] : [t('read.sources.medium')]),
  ];
  return {
    kind,
    label: t(`areas.facts.kind.${kind}`),
    says: own === undefined ? nameOf(says.en, language) : { text: own },
    source: nameOf(source, language),
    website,
    about,
    checked: checkedOn !== null,
  };
}

function bodyOf(area: Area, language: LanguageCode, day: string, t: Translate): AreaPage['body'] {
  const body = policingBodyOn(area, day);
  if (!body) return undefined;
  const kind: Named = { text: t(`service.body.${body.type}`) };
  const name = body.name === null ? undefined : nameOf(body.name, language);
  return {
    // Its English name says what it is to a reader of English only.
    called: name === undefined ? [kind] : language === 'en' ? [name] : [kind, name],
    ends:
      body.to === null
        ? undefined
        : t(area.country === 'wales' ? 'areas.body.endsWales' : 'areas.body.ends', {
            date: formatVague(body.to, language),
          }),
  };
}
