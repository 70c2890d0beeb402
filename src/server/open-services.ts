/** Which services can receive a referral here: known, served by this installation, and with keys that were tried. */
import type { Catalogue } from '../routing/catalogue.ts';
import { isReady, type Directory } from './directory.ts';

/**
 * The catalogue with `open` filled in.
 *
 * @param areas ONS codes of the areas this installation serves; empty means all.
 */
export function withOpenServices(
  catalogue: Catalogue,
  directory: Directory,
  areas: readonly string[],
): Catalogue {
  const serves = (covered: readonly string[]) =>
    areas.length === 0 || covered.length === 0 || covered.some((area) => areas.includes(area));
  const open = catalogue.services
    .filter(({ id, areas: covered }) => {
      const settings = directory.services[id];
      return settings !== undefined && isReady(settings) && serves(covered);
    })
    .map((service) => service.id);
  return { ...catalogue, open };
}
