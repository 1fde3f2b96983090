// Pages that sleep until nothing of what they were playing is left in the stream, and wake: they
// find the live edge again, and show what comes from then on.

import { ENGINES, play } from './lib/case.mjs';
import { first, last } from './lib/playlist.mjs';
import { until } from './lib/until.mjs';

/** Who is at the live edge shows a payload within so many ms. */
const LIVE = 5_000;
/** How long they have to get there, in ms, on a machine that others use, too. */
const PATIENCE = 60_000;

await play(async (stage) => {
  const viewers = [];
  for (const engine of ENGINES) viewers.push(await stage.open(engine));
  const { local } = stage;
  let count = 0;
  const isLive = async () => {
    const payload = `payload ${(count += 1)}`;
    const put = await local.put(payload);
    const seen = viewers.map(async (viewer) => (await viewer.sees(payload, LIVE)) - put);
    return Promise.all(seen).catch(() => undefined);
  };
  await until('all at the live edge', isLive, PATIENCE);

  const playlist = await local.playlist();
  const newest = last(await playlist());
  await stage.asleep(async () => {
    await local.put('while it slept');
    await until('a stream that has moved on', async () => first(await playlist()) > newest);
  });

  const late = await until('all at the live edge again', isLive, PATIENCE);
  for (const [index, viewer] of viewers.entries()) {
    const seconds = (late[index] / 1_000).toFixed(2);
    stage.say(`${viewer.engine}: awake, a payload is shown ${seconds} s after it was put`);
  }
});
