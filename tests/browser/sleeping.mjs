// Pages that sleep until nothing of what they were playing is left in the stream, and wake: they
// find the live edge again, and show what comes from then on.

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
  await stage.asleep(async () => {
    await local.put('while it slept');
    await until('a stream that has moved on', async () => first(await playlist()) > newest);
  });

  for (const viewer of viewers) await viewer.moves();
  const payloads = ['after', 'and after', 'and after that'];
  const put = Date.now();
  for (const payload of payloads) await local.put(payload);
  for (const viewer of viewers) {
    for (const payload of payloads) await viewer.sees(payload);
    const late = (await viewer.sees('after')) - put;
    stage.say(`${viewer.engine}: awake, a payload is shown ${(late / 1_000).toFixed(2)} s later`);
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
