/** Once a minute: what has been kept long enough goes, here and wherever else it was kept; so do counters that waited. */
import { raiseCounters } from '../store/counters.ts';
import { layTombstones } from '../store/lay-tombstones.ts';
import { purge } from '../store/purge.ts';
import type { CourierParts } from './courier.ts';

export async function letGo({ store, lettingGo, isClockSteady, now }: CourierParts): Promise<void> {
  if (await isClockSteady()) await purge(store, now());
  await raiseCounters(store);
  // What was withdrawn goes whatever the clock says. Last, because it fails while the other volume is away.
  if (lettingGo) await layTombstones(store, lettingGo, now());
}
