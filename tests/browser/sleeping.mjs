// A tab that sleeps until nothing of what it was playing is left in the stream, and wakes: it
// finds the live edge again, and shows what comes from then on.

import { ENGINES, play } from './lib/case.mjs';
import { until } from './lib/until.mjs';

await play(async (stage) => {
  const viewers = [];
  for (const engine of ENGINES) viewers.push(await stage.open(engine));
  const { local } = stage;
  await local.put('before');
  for (const viewer of viewers) await viewer.sees('before');

  const playlist = await local.playlist();
  const newest = last(await playlist());
  for (const viewer of viewers) await viewer.sleep();
  await local.put('while it slept');
  await until('a stream that has moved on', async () => first(await playlist()) > newest);
  for (const viewer of viewers) await viewer.wake();

  for (const viewer of viewers) await viewer.moves();
  const payloads = ['after', 'and after', 'and after that'];
  for (const payload of payloads) await local.put(payload);
  for (const viewer of viewers) {
    for (const payload of payloads) await viewer.sees(payload);
  }
});

/** The number of the oldest segment in a playlist. */
function first(playlist) {
  return Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)[1]);
}

/** The number of the newest whole one. */
function last(playlist) {
  return first(playlist) + playlist.match(/#EXTINF:/g).length - 1;
}
