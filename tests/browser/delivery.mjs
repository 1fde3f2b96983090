// The three players at once, for a minute: pictures that move, and each payload, whatever is in
// it, once, whole and in order.

import assert from 'node:assert/strict';

import { ENGINES, play } from './lib/case.mjs';
import { payloads } from './lib/payloads.mjs';
import { percentile } from './lib/percentile.mjs';
import { moment, until } from './lib/until.mjs';

/** How far apart payloads are put, in ms; some come as a burst, as fast as is allowed. */
const APART = 2_200;
const BURST = 260;

await play(async (stage) => {
  const viewers = [];
  for (const engine of ENGINES) viewers.push(await stage.open(engine));
  const before = await Promise.all(viewers.map((viewer) => viewer.video()));

  const begun = Date.now();
  const put = [];
  let next = begun;
  for (const { text, burst } of payloads()) {
    next += burst ? BURST : APART;
    await moment(next - Date.now());
    put.push({ text, at: await stage.local.put(text) });
  }

  for (const [index, viewer] of viewers.entries()) {
    await until(`all payloads (${viewer.engine})`, async () => {
      return (await viewer.shown()).length >= put.length;
    });
    await follow(stage, viewer, put, before[index]);
  }
});

async function follow(stage, viewer, put, before) {
  const shown = await viewer.shown();
  assert.deepEqual(shown.map(({ text }) => text), put.map(({ text }) => text), viewer.engine);
  assert.deepEqual(await viewer.injected(), [], 'a text became a part of the page');

  const after = await viewer.video();
  assert.deepEqual([after.width, after.height], [640, 360]);
  assert.ok(after.contrast > 40, `the picture is dark: ${after.contrast}`);
  // It has passed every payload's time, or these would not be shown, and it goes on. How long it
  // stood still at most is told below: on a busy machine it is the machine's.
  assert.ok(after.decoded > before.decoded, `${viewer.engine} decoded nothing`);
  await until(`the picture goes on (${viewer.engine})`, async () => {
    return (await viewer.video()).time > after.time;
  });

  const late = shown.map(({ at }, index) => at - put[index].at);
  const [p50, p99] = [percentile(late, 50), percentile(late, 99)];
  const picture = await viewer.picture();
  stage.figures[viewer.engine] = { late, picture, still: after.still };
  const seconds = (ms) => (ms / 1_000).toFixed(2);
  stage.say(
    `${viewer.engine}: ${put.length} payloads, put to shown p50 ${seconds(p50)} s, ` +
      `p99 ${seconds(p99)} s; first picture after ${seconds(picture)} s; ` +
      `stood still for at most ${seconds(after.still)} s`,
  );
}
