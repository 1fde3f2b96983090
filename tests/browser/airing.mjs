// The channel goes off air and on air again, while a viewer has the page open: the page says so,
// and goes on by itself with the new stream.

import assert from 'node:assert/strict';

import { ENGINES, play } from './lib/case.mjs';

await play(async (stage) => {
  const viewers = [];
  for (const engine of ENGINES) viewers.push(await stage.open(engine));
  await stage.local.put('before');
  for (const viewer of viewers) await viewer.sees('before');

  const since = (moment) => `${((Date.now() - moment) / 1_000).toFixed(2)} s`;
  const ended = Date.now();
  await stage.local.offAir();
  await Promise.all(viewers.map(async (viewer) => {
    await viewer.isTold(/off air/);
    stage.say(`${viewer.engine}: told that it is off air after ${since(ended)}`);
  }));

  const begun = Date.now();
  await stage.local.onAir();
  await Promise.all(viewers.map(async (viewer) => {
    await viewer.pictureOf(2);
    stage.say(`${viewer.engine}: plays again after ${since(begun)}`);
  }));
  await stage.local.put('after');
  for (const viewer of viewers) {
    await viewer.sees('after');
    const texts = (await viewer.shown()).map(({ text }) => text);
    assert.deepEqual(texts, ['before', 'after'], viewer.engine);
  }
});
