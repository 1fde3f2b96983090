// A desk with as many events as it keeps: how fluid it is then, and how much it holds.

import { readFile } from 'node:fs/promises';

import { until } from './until.mjs';

/** The cue of the show beside the cases that prints a hundred lines, each an event. */
const SHOUT = 'shout';
/** For so long the list is scrolled, in ms. */
const SCROLLED = 3_000;
const MEGABYTE = 1_048_576;

/** Fires until the page keeps as many events as it can. */
export async function crowd(stage, { page }) {
  const count = page.locator('#events-count');
  await until('5,000 events', async () => {
    await stage.desk.fire(SHOUT);
    return /^5,000 of 5,000/.test(await count.innerText());
  });
}

/**
 * Scrolls the list while events go on; gives the times from one frame to the next in ms, and what
 * the page holds in MB: its scripts' heap, and all that its process has for itself.
 */
export async function measured(stage, { page }) {
  const scrolling = page.evaluate(frames, SCROLLED);
  await stage.desk.fire(SHOUT);
  const gaps = await scrolling;
  const tools = await page.context().newCDPSession(page);
  await tools.send('HeapProfiler.collectGarbage');
  await tools.send('Performance.enable');
  const { metrics } = await tools.send('Performance.getMetrics');
  const metric = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return {
    gaps,
    heap: metric('JSHeapUsedSize') / MEGABYTE,
    own: await own(stage.browser),
  };
}

/** What the largest of the browser's pages has for itself in memory; null where no /proc tells. */
async function own(browser) {
  if (process.platform !== 'linux') return null;
  const tools = await browser.newBrowserCDPSession();
  const { processInfo } = await tools.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = pages.map(async ({ id }) => {
    const told = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    const kilobytes = [...told.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, kb]) => Number(kb));
    return kilobytes.reduce((sum, kb) => sum + kb, 0) / 1024;
  });
  return Math.max(...(await Promise.all(sizes)));
}

/** Runs in the page. */
function frames(ms) {
  const list = document.getElementById('events');
  return new Promise((resolve) => {
    const [gaps, begun] = [[], performance.now()];
    let last = null;
    const frame = (time) => {
      if (last !== null) gaps.push(time - last);
      last = time;
      list.scrollTop += 97;
      if (performance.now() - begun < ms) requestAnimationFrame(frame);
      else resolve(gaps);
    };
    requestAnimationFrame(frame);
  });
}
