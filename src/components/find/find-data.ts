/** Puts everything the finder can answer into the words of one language, once. */
import { branch } from '../../i18n/branch.ts';
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Translate } from '../../i18n/translate.ts';
import { roles } from '../../referral/choices.ts';
import { otherPlaces, type OtherPlace } from '../../referral/fields.ts';
import type { Area, LocalHelp } from '../../routing/area.ts';
import { catalogueOn, nationalService, type Catalogue } from '../../routing/catalogue.ts';
import type { Tables } from '../../routing/lookup.ts';
import { routeFor, type Also, type Place } from '../../routing/route.ts';
import type { Service } from '../../routing/service.ts';
import type { Signpost } from '../../routing/signpost.ts';
import { nations } from '../../routing/table.ts';
import { helplineRowsOf, withSomebodyToAsk } from '../content/helpline-rows.ts';
import type { Card, CardId, FindData, Line, Named, PlaceAnswer, Reach } from '../islands/finder-data.ts';
import { pathOfRole } from '../refer/role-path.ts';
import { evidenceLines } from './evidence.ts';
import { serviceRows } from './service-rows.ts';

/** What the finder is made from; the web process hands it to every page. */
type Known = {
  readonly catalogue: Catalogue;
  readonly tables: Tables;
  readonly councilName: (council: string, language: string) => string;
  readonly clock: () => Date;
};

type Drawn = { readonly day: string; readonly catalogue: Catalogue; readonly data: FindData };
const drawn = new Map<LanguageCode, Drawn>();

/** Made once a day and language: services come and go by the day, and making it takes longer than a page may. */
export function findData(known: Known, language: LanguageCode): FindData {
  const day = known.clock().toISOString().slice(0, 10);
  const earlier = drawn.get(language);
  if (earlier?.day === day && earlier.catalogue === known.catalogue) return earlier.data;
  const data = drawnFrom({ ...known, catalogue: catalogueOn(known.catalogue, day) }, language);
  drawn.set(language, { day, catalogue: known.catalogue, data });
  return data;
}

function drawnFrom({ catalogue, tables, councilName }: Known, language: LanguageCode): FindData {
  const t = wordsIn(language);
  const areaAnswers = catalogue.areas.map(
    (area) => [area.code, areaAnswer(area, catalogue, language, t)] as const,
  );
  const otherAnswers = otherPlaces.map((code) => [code, otherAnswer(code, catalogue, t)] as const);
  const byName = areaAnswers.toSorted(([, a], [, b]) => a.name.text.localeCompare(b.name.text, 'en'));
  // Only councils that some postcode makes us ask about.
  const councils = new Set([...tables.choices.values()].flat().map((choice) => choice.council));
  return {
    words: branch('find', t),
    reach: reachWords(t),
    places: Object.fromEntries([...areaAnswers, ...otherAnswers]),
    areas: byName.map(([code]) => code),
    others: [...otherPlaces],
    cards: Object.fromEntries([
      ...catalogue.services.map((service) => [service.id, serviceCard(service, catalogue, language, t)]),
      ...catalogue.signposts.map((signpost) => [
        `to:${signpost.id}`,
        signpostCard(signpost, catalogue, language, t),
      ]),
    ]),
    open: catalogue.open,
    councils: Object.fromEntries([...councils].map((council) => [council, councilName(council, language)])),
    findPath: `/${language}/find/`,
    doors: roles.map((role) => ({
      path: `/${language}/refer/${pathOfRole(role)}/`,
      label: t(`refer.start.${role}`),
    })),
  };
}

/** Labels of the ways to reach somebody. */
export function reachWords(t: Translate): FindData['reach'] {
  return {
    phone: t('service.row.phone'),
    email: t('service.row.email'),
    website: t('service.row.website'),
    none: t('service.noContact'),
  };
}

function areaAnswer(area: Area, catalogue: Catalogue, language: LanguageCode, t: Translate): PlaceAnswer {
  return {
    ...answerAt({ kind: 'area', area: area.code }, catalogue, t),
    name: areaName(area, language),
    isArea: true,
    local: area.localHelp.map(reachOf),
    neighbours: area.neighbours,
  };
}

function otherAnswer(code: OtherPlace, catalogue: Catalogue, t: Translate): PlaceAnswer {
  const nation = nations.find((one) => one === code);
  // What is no nation is a kind of place of its own, under the same code.
  const place = (nation ? { kind: 'nation', nation } : { kind: code }) as Place;
  const name = { text: t(`refer.place.${code}`) };
  return { ...answerAt(place, catalogue, t), name, isArea: false, local: [], neighbours: [] };
}

/** Nothing is asked but the place: who somebody is comes later, in the form. */
function answerAt(place: Place, catalogue: Catalogue, t: Translate) {
  const closed = routeFor({ role: 'talk', place }, { ...catalogue, open: [] });
  const everyone = catalogue.services.map((service) => service.id);
  const open = routeFor({ role: 'talk', place }, { ...catalogue, open: everyone });
  return {
    why: t(`service.why.${closed.why}`),
    card: cardOf(closed),
    also: closed.also.map(cardOf),
    asks: open.kind === 'service' ? open.service : null,
  };
}

/** The card of an answer, or of what stands beside one. */
export function cardOf(one: Also): CardId {
  return one.kind === 'service' ? one.service : `to:${one.signpost}`;
}

export function serviceCard(
  service: Service,
  catalogue: Catalogue,
  language: LanguageCode,
  t: Translate,
): Card {
  const { contacts } = service;
  const reachable = contacts.phone !== null;
  return {
    title: nameOf(service.name, language),
    text: [t('service.free')],
    ways: [{ name: service.name, ...contacts }],
    rows: serviceRows(service, language, t),
    // Nobody is left without a person to call because a service has no number here.
    helplines:
      reachable || service === nationalService(catalogue)
        ? []
        : lines(['victim-support'], catalogue, language),
    source: evidenceLines(service, language, t),
  };
}

export function signpostCard(
  signpost: Signpost,
  catalogue: Catalogue,
  language: LanguageCode,
  t: Translate,
): Card {
  return {
    title: { text: t(`service.signpost.${signpost.id}.title`) },
    text: [t(`service.signpost.${signpost.id}.text`)],
    // A name that nobody can be reached under leads nowhere.
    ways: signpost.ways.filter(({ phone, email, website }) => phone ?? email ?? website),
    rows: [],
    helplines: lines(signpost.helplines, catalogue, language),
    source: evidenceLines(signpost, language, t),
  };
}

/** The same rows as on every page, in the finder's own shape. */
function lines(ids: readonly string[], catalogue: Catalogue, language: LanguageCode): Line[] {
  const rowsOf = (wanted: readonly string[]) => helplineRowsOf(wanted, catalogue, language);
  return withSomebodyToAsk(rowsOf(ids), rowsOf(['victim-support']), language).map(
    ({ name, nameLang, number, about }) => ({
      name: nameLang === undefined ? { text: name } : { text: name, lang: nameLang },
      number,
      about,
    }),
  );
}

/** Names of organisations stay as they are, marked as English on a page that is not. */
export function nameOf(text: string, language: LanguageCode): Named {
  return language === 'en' ? { text } : { text, lang: 'en' };
}

export function areaName({ name }: Area, language: LanguageCode): Named {
  return language === 'cy' && name.cy ? { text: name.cy.plain } : nameOf(name.en, language);
}

export function reachOf({ name, phone, email, website }: LocalHelp): Reach {
  return { name, phone, email, website };
}
