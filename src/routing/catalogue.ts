/** Everything that is known of areas, services and signposts, as plain data that travels to a browser as JSON. */
import type { Area } from './area.ts';
import type { AreaCode } from './lookup.ts';
import type { Service, ServiceId } from './service.ts';
import type { Helpline, HelplineId, Signpost, SignpostId } from './signpost.ts';

export type Catalogue = {
  /** By English name. */
  areas: readonly Area[];
  services: readonly Service[];
  signposts: readonly Signpost[];
  helplines: readonly Helpline[];
  /** The services that can receive a referral here. Content never says this: the directory of delivery settings does. */
  open: readonly ServiceId[];
};

// Lists are searched, never indexed by what a person sent: 'constructor' is then simply an area nobody knows.

export function areaOf(catalogue: Catalogue, code: AreaCode): Area | undefined {
  return catalogue.areas.find((area) => area.code === code);
}

export function serviceOf(catalogue: Catalogue, id: ServiceId): Service | undefined {
  return catalogue.services.find((service) => service.id === id);
}

/** Each signpost has an entry: the content is refused otherwise. */
export function signpostOf(catalogue: Catalogue, id: SignpostId): Signpost {
  const found = catalogue.signposts.find((signpost) => signpost.id === id);
  if (!found) throw new Error(`no entry for the signpost ${id}`);
  return found;
}

export function helplineOf(catalogue: Catalogue, id: HelplineId): Helpline | undefined {
  return catalogue.helplines.find((helpline) => helpline.id === id);
}

/** The services of an area, the leading one first. */
export function servicesIn(catalogue: Catalogue, code: AreaCode): readonly Service[] {
  const ids = areaOf(catalogue, code)?.services ?? [];
  return ids.flatMap((id) => serviceOf(catalogue, id) ?? []);
}

/** The service that works everywhere in England and Wales, for people whom no local service can take. */
export function nationalService(catalogue: Catalogue): Service | undefined {
  return catalogue.services.find((service) => service.areas.length === 0);
}

/** The same without services whose time has not begun or is over on an ISO day. */
export function catalogueOn(catalogue: Catalogue, day: string): Catalogue {
  const services = catalogue.services.filter(
    ({ validFrom, validTo }) =>
      (validFrom === null || validFrom <= day) && (validTo === null || day < validTo),
  );
  return { ...catalogue, services };
}
