/** Gathers everything the opening page's island is handed. */
import { getCollection } from 'astro:content';
import { branch } from '../../i18n/branch.ts';
import { languageOf, languages, type WorkerLanguageCode } from '../../i18n/languages.ts';
import { wordsIn } from '../../i18n/translate.ts';
import { answerWords } from '../form/answer-words.ts';
import type { OpenPage } from '../islands/open-words.ts';

export async function openPage(language: WorkerLanguageCode): Promise<OpenPage> {
  const t = wordsIn(language);
  return {
    words: branch('open', t),
    answers: answerWords(language),
    tag: languageOf(language).tag,
    languages: Object.fromEntries(languages.map(({ code, ownName, tag }) => [code, { ownName, tag }])),
    names: await namesIn(language),
    keysPath: `/${language}/p/keys/`,
    services: await servicesIn(language),
  };
}

/** Areas and councils by ONS code and services by id: what an envelope holds instead of names. */
async function namesIn(language: WorkerLanguageCode): Promise<Readonly<Record<string, string>>> {
  const areas = await getCollection('areas');
  const services = await getCollection('services');
  const councils = await getCollection('councils');
  return Object.fromEntries([
    ...councils.map(({ id, data }) => [id, (language === 'cy' && data.nameCy) || data.name]),
    ...areas.map(({ data }) => [data.code, (language === 'cy' && data.name.cy?.plain) || data.name.en]),
    ...services.map(({ id, data }) => [id, data.name]),
  ]);
}

/** Every service by name, with what decides whether it may receive a referral that another hands on. */
async function servicesIn(language: WorkerLanguageCode): Promise<OpenPage['services']> {
  const names = await namesIn(language);
  const areas = await getCollection('areas');
  const services = await getCollection('services');
  return services
    .map(({ id, data }) => {
      const covered = areas.filter((area) => data.areas.includes(area.data.code));
      return {
        id,
        name: data.name,
        areas: covered.map(({ data: { code } }) => ({ code, name: names[code] ?? code })),
        councils: covered.flatMap(({ data: { councils } }) => councils.map((code) => names[code] ?? code)),
        accepts: { responsible: data.accepts.responsible },
        excluded: data.excluded,
        excludedWhenStartedByResponsible: data.excludedWhenStartedByResponsible,
        acceptedWhenStartedByResponsible: data.acceptedWhenStartedByResponsible,
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'en'));
}
