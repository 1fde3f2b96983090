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

  // The last one is put until everybody has it: what a player lets out does not come again.
  const lasts = [];
  const hasLast = async (viewer) => (await viewer.shown()).some(({ text }) => lasts.includes(text));
  await until('the last payload everywhere', async () => {
    const text = JSON.stringify({ type: 'notice', text: `last ${lasts.length}` });
    lasts.push(text);
    await stage.local.put(text);
    await moment(APART);
    return (await Promise.all(viewers.map(hasLast))).every(Boolean);
  });
  for (const [index, viewer] of viewers.entries()) {
    await follow(stage, viewer, put, before[index]);
  }
});

async function follow(stage, viewer, put, before) {
  const shown = await viewer.shown();
  const missing = missed(put, shown, await viewer.jumps());
  const wanted = put.filter(({ text }) => !missing.includes(text));
  const got = shown.slice(0, wanted.length);
  assert.deepEqual(got.map(({ text }) => text), wanted.map(({ text }) => text), viewer.engine);
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

  const late = got.map(({ at }, index) => at - wanted[index].at);
  const [p50, p99] = [percentile(late, 50), percentile(late, 99)];
  const picture = await viewer.picture();
  stage.figures[viewer.engine] = { late, picture, still: after.still };
  const seconds = (ms) => (ms / 1_000).toFixed(2);
  stage.say(
    `${viewer.engine}: ${got.length} payloads, ${missing.length} let out, put to shown p50 ${seconds(p50)} s, ` +
      `p99 ${seconds(p99)} s; first picture after ${seconds(picture)} s; ` +
      `stood still for at most ${seconds(after.still)} s`,
  );
}

/**
 * The texts that a player let out with the part of the stream that they are in: it went on elsewhere
 * between the payloads before and after them. On a machine that keeps up none does.
 */
function missed(put, shown, jumps) {
  const at = new Map(shown.map(({ text, at }) => [text, at]));
  return put.map(({ text }) => text).filter((text, index, texts) => {
    if (at.has(text)) return false;
    const before = texts.slice(0, index).findLast((text) => at.has(text));
    const after = texts.slice(index).find((text) => at.has(text));
    const [from, to] = [at.get(before) ?? 0, at.get(after) ?? Infinity];
    return jumps.some((jump) => from <= jump && jump <= to);
  });
}
