// How the page looks and is used, on a phone and on a desk, in light and in dark. The pictures are
// for a person; what a machine can tell of them is asserted.

import assert from 'node:assert/strict';

import { play } from './lib/case.mjs';

const SIZES = [
  { name: 'phone', width: 360, height: 780 },
  { name: 'desk', width: 1280, height: 800 },
];
const POLL = JSON.stringify({
  current_time: '2026-Nov-22-170501',
  poll_id: '0cc175b9c0f1b6a831c399e269772661',
  question: 'A cat sleeps for most of the day. True or false?',
  answers: { 1: 'True', 2: 'False', 3: 'Perhaps' },
});

await play(async (stage) => {
  const viewers = [];
  for (const { name, width, height } of SIZES) {
    const viewer = await stage.open('hls', { viewport: { width, height } });
    viewers.push({ name, viewer });
  }
  const { local } = stage;
  await local.put(JSON.stringify({ type: 'meter', text: 'hearts', value: 3, goal: 10 }));
  const rows = [['Reds', 2], ['Blues', 1]];
  await local.put(JSON.stringify({ type: 'board', title: 'second half', rows }));
  await local.put(POLL);

  for (const { name, viewer } of viewers) {
    await viewer.sees(POLL);
    await fits(viewer);
    await stage.picture(`player-${name}`, viewer);
    await picks(viewer);
    const own = new URL(local.url).origin;
    assert.deepEqual([...viewer.origins], [own], 'the page asked another host');
  }
});

/** Nothing is wider than the window, and what is touched is large enough for a thumb. */
async function fits(viewer) {
  await viewer.fits();
  for (const answer of await viewer.answers()) {
    const { height } = await answer.boundingBox();
    assert.ok(height >= 44, `an answer is ${height} px high`);
  }
}

/** An answer is picked with the keyboard; no show plays here that would take a vote. */
async function picks(viewer) {
  const [, second] = await viewer.answers();
  await second.focus();
  await viewer.page.keyboard.press('Enter');
  await viewer.isTold(/votes are not taken here/);
  assert.equal(await second.getAttribute('aria-pressed'), 'false');
}
