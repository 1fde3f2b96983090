// A desk with several shows, of which two share a channel: the chooser leads to each, each has its
// own cues, and a button reaches the show that is before the operator, and no other.

import assert from 'node:assert/strict';

import { play } from './lib/case.mjs';
import { until } from './lib/until.mjs';

const DESK = { viewport: { width: 1400, height: 900 } };
/** The shows of the plan: what the chooser calls them, their own cue, and what their goal says. */
const REDS = { title: /^red · local$/, own: 'red only', goal: 'Reds' };
const REDS_AWAY = { title: /^red · (?!local)/, own: 'red only', goal: 'Reds' };
const BLUES = { title: /^blue · (?!local)/, own: 'blue only', goal: 'Blues' };

await play(async (stage) => {
  const desk = await stage.openDesk(DESK);
  const titles = await desk.choices();
  assert.equal(titles.length, 3, titles.join(', '));
  const { home, away } = await channelsOf(stage, desk);

  await choose(desk, REDS);
  await desk.go('goal').click();
  await desk.happened(/ sent goal Reds score /);
  await has(stage, home, ['Reds score']);

  // The other show of that script has another channel, and nothing happened there.
  await choose(desk, REDS_AWAY);
  assert.deepEqual((await desk.events()).filter((line) => / goal /.test(line)), []);
  await desk.button('hold').click();
  await desk.says('#held', /held: nothing fires by itself/);

  // One that shares its channel with that is not held.
  await choose(desk, BLUES);
  assert.equal(await desk.page.locator('#held').isVisible(), false);
  await desk.go('goal').click();
  await desk.happened(/ sent goal Blues score /);
  await has(stage, away, ['Blues score']);
  await has(stage, home, ['Reds score']);
  await stage.picture('desks', desk);

  await choose(desk, REDS_AWAY);
  await desk.says('#held', /held: nothing fires by itself/);
  // It is in its address: a bookmark opens the same show.
  await desk.page.reload();
  await desk.isConnected();
  assert.match(await desk.chosen(), REDS_AWAY.title);
  assert.deepEqual(desk.log, [], 'the console is empty');

  const gone = new URL(desk.page.url());
  gone.searchParams.set('channel', 'arn:aws:ivs:us-west-2:000000000000:channel/gone');
  await desk.page.goto(gone.href);
  await desk.says('#lost', /no show plays on/);
  // The shows that do play are still to be chosen.
  await choose(desk, REDS);
});

/** The channels of the shows: the one that every local service has, and the other. */
async function channelsOf(stage, desk) {
  const answer = await desk.page.request.get(new URL('/api/shows', desk.page.url()).href);
  const { shows } = await answer.json();
  const channels = (of) => [...new Set(shows.filter(of).map(({ channel }) => channel))];
  return {
    home: channels(({ name }) => name === 'local')[0],
    away: channels(({ name }) => name !== 'local')[0],
  };
}

/** Chooses a show; its own cues are there and no other's. */
async function choose(desk, { title, own }) {
  await desk.choose(title);
  await desk.isConnected();
  await desk.says('#cues', new RegExp(own));
  const cues = await desk.page.locator('.cue h3').allInnerTexts();
  assert.deepEqual(cues.toSorted(), ['goal', own].toSorted());
}

/** Waits until a channel got these notices, and no others. */
function has(stage, channel, wanted) {
  return until(`${wanted} on ${channel}`, async () => {
    const texts = (await stage.local.payloads(channel)).map((text) => JSON.parse(text).text);
    return JSON.stringify(texts) === JSON.stringify(wanted);
  });
}
