/** Once a minute: what has been kept long enough goes, here and wherever else it was kept, and so does what came with what. */
import type { Secrets } from '../secrets.ts';
import { raiseCounters } from '../store/counters.ts';
import { layTombstones } from '../store/lay-tombstones.ts';
import { purge } from '../store/purge.ts';
import type { CourierParts } from './courier.ts';

export type LettingGo = {
  secrets: Secrets;
  /** Where tombstones are laid: beside the database, and on the volume of the second copy. */
  folders: readonly string[];
};

export async function letGo({ store, lettingGo, isClockSteady, now }: CourierParts): Promise<void> {
  if (await isClockSteady()) await purge(store, now());
  // What was withdrawn goes whatever the clock says.
  if (lettingGo) await layTombstones(store, lettingGo.secrets, lettingGo.folders);
  await raiseCounters(store);
}
