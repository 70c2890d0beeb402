/** When a person on an old phone and a poor connection sees the page: Chromium's emulation of both, loopback behind it. */
import { chromium } from 'playwright';
import { chromiumOptions } from '../../scripts/chromium.ts';

/** 400 kbit/s, in bytes per second. */
const bytesPerSecond = 400_000 / 8;
const roundTripMs = 400;
const timesSlower = 4;

export type Painted = { readonly path: string; readonly largestMs: number; readonly shift: number };

/** Each page cold, in a browser profile of its own. Largest Contentful Paint in ms, and how much the layout moved. */
export async function painting(origin: string, paths: readonly string[]): Promise<readonly Painted[]> {
  const browser = await chromium.launch(chromiumOptions);
  try {
    const painted = [];
    for (const path of paths) {
      const context = await browser.newContext({ viewport: { width: 360, height: 640 } });
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: roundTripMs,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: timesSlower });
      await page.goto(origin + path, { waitUntil: 'load' });
      painted.push({ path, ...(await page.evaluate(readPaints)) });
      await context.close();
    }
    return painted;
  } finally {
    await browser.close();
  }
}

/** Runs in the page. Both kinds of entry are given from the beginning, and the last paint is the largest. */
async function readPaints(): Promise<{ largestMs: number; shift: number }> {
  const entriesOf = (type: string) =>
    new Promise<readonly PerformanceEntry[]>((given) => {
      const seen: PerformanceEntry[] = [];
      new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type, buffered: true });
      setTimeout(() => given(seen), 500);
    });
  const [paints, shifts] = await Promise.all([
    entriesOf('largest-contentful-paint'),
    entriesOf('layout-shift'),
  ]);
  const shift = shifts.reduce((sum, entry) => sum + ('value' in entry ? Number(entry.value) : 0), 0);
  return { largestMs: paints.at(-1)?.startTime ?? Number.POSITIVE_INFINITY, shift };
}
