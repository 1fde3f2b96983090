// Several viewers of one show vote: what stands, what a late one sees, what comes of it, and what
// is said where the network fails.

import assert from 'node:assert/strict';

import { ENGINES, play } from './lib/case.mjs';
import { openElsewhere } from './lib/elsewhere.mjs';
import { first, last } from './lib/playlist.mjs';
import { until } from './lib/until.mjs';
import { votesOf } from './lib/votes.mjs';

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 780 } };

await play(async (stage) => {
  const votes = votesOf(stage.local.url);
  const ada = await stage.open('hls', DESK);
  const ben = await stage.open('videojs', PHONE);
  const eva = await stage.open('ivs', DESK);
  await sentOnly(stage, [ada, ben]);

  await stage.desk.fire('winner');
  for (const viewer of [ada, ben, eva]) await viewer.isAsked('Who wins?');
  await stage.picture('votes-open', ben);
  await byKeyboard(ada);
  await thinksAgain(ben);
  await withoutNetwork(eva);
  await ben.fits();

  const late = await stage.open('hls', DESK);
  await late.isAsked('Who wins?');
  assert.deepEqual(await late.stands(), { Red: 'open', Blue: 'open', Neither: 'open' });
  await inACrowd(late);
  await fromAnotherSite(stage, 'Who wins?');

  const asking = await votes.asking('Who wins?');
  await stage.desk.fire('end');
  assert.deepEqual(await votes.final(asking), { Red: 2, Blue: 2, Neither: 1 });
  const own = { Red: [ada, ben], Blue: [eva], Neither: [late] };
  for (const [pick, viewers] of Object.entries(own)) {
    for (const viewer of viewers) {
      const mark = (answer) => (answer === pick ? ['your pick'] : []);
      assert.deepEqual(await viewer.results('Who wins?'), [
        ['Red', '2 · 40 %', ...mark('Red')],
        ['Blue', '2 · 40 %', ...mark('Blue')],
        ['Neither', '1 · 20 %', ...mark('Neither')],
      ], viewer.engine);
      await viewer.isTold(/a tie: Red and Blue · 5 votes/);
    }
  }
  // A page asks when it comes and when its viewer votes, and all else comes in the stream.
  assert.deepEqual(late.asked, ['state', 'viewer', 'votes', 'votes']);
  const after = await stage.open('hls', DESK);
  assert.equal((await after.results('Who wins?')).length, 3);

  await ben.fits();
  await stage.picture('votes-results', ben);
  await stage.picture('votes-results-desk', ada);
});

/** A poll that is sent once and never repeated: who comes when it has left the stream sees it. */
async function sentOnly(stage, viewers) {
  const playlist = await stage.local.playlist();
  await stage.desk.fire('drink');
  for (const viewer of viewers) await viewer.isAsked('Tea or coffee?');
  const newest = last(await playlist());
  const [one, other] = viewers;
  await one.answer('Tea').click();
  await one.isPicked('Tea');
  // It takes one answer of each, and that is learnt by asking for another.
  await one.answer('Coffee').click();
  await one.isTold(/your pick: Tea · your first answer counts/);
  assert.deepEqual(await one.stands(), { Tea: 'standing', Coffee: 'closed' });
  await other.answer('Coffee').click();
  await other.isPicked('Coffee');

  await until('a stream that has moved on', async () => first(await playlist()) > newest);
  await one.reload();
  await one.isAsked('Tea or coffee?');
  await one.isPicked('Tea');
  for (const engine of ENGINES) {
    const late = await stage.open(engine);
    await late.isAsked('Tea or coffee?');
    assert.deepEqual(await late.shown(), [], 'the stream has brought it');
    assert.deepEqual(await late.stands(), { Tea: 'open', Coffee: 'open' });
    await late.leave();
  }
}

/** With the keyboard alone, and what a screen reader is told. */
async function byKeyboard(viewer) {
  const { page } = viewer;
  const group = page.getByRole('group', { name: 'answers' });
  assert.equal(await group.count(), 1);
  const red = group.getByRole('button', { name: 'Red', pressed: false });
  await red.focus();
  await page.keyboard.press('Enter');
  await viewer.isPicked('Red');
  assert.equal(await group.getByRole('button', { pressed: true }).count(), 1);
  const said = await page.locator('[aria-live]').first().innerText();
  assert.match(said, /your pick: Red/);
  const focused = await page.evaluate(() => document.activeElement.innerText);
  assert.equal(focused, 'Red', 'the focus stays where it was');
}

async function thinksAgain(viewer) {
  await viewer.answer('Blue').click();
  await viewer.isPicked('Blue');
  await viewer.answer('Red').click();
  await viewer.isPicked('Red');
  await viewer.isTold(/you can change it/);
  // The choice stands when the page is opened anew.
  await viewer.reload();
  await viewer.isAsked('Who wins?');
  await viewer.isPicked('Red');
}

async function withoutNetwork(viewer) {
  const context = viewer.page.context();
  await context.setOffline(true);
  await viewer.answer('Blue').click();
  await viewer.isTold(/no connection: your vote is not sent yet/);
  assert.deepEqual(await viewer.stands(), { Red: 'open', Blue: 'pending', Neither: 'open' });
  await context.setOffline(false);
  await viewer.isPicked('Blue');
  // What came meanwhile may have left the stream.
  const states = () => viewer.asked.filter((path) => path === 'state').length;
  await until('it to ask what it missed', () => states() === 2);
}

/** A server that has too much to do is asked again, and its viewer is told. */
async function inACrowd(viewer) {
  const busy = { status: 503, headers: { 'retry-after': '2' }, json: {} };
  await viewer.page.route('**/api/votes*', (route) => route.fulfill(busy), { times: 1 });
  await viewer.answer('Neither').click();
  await viewer.isTold(/many vote at once: yours is sent again in \d s/);
  assert.deepEqual(await viewer.stands(), { Red: 'open', Blue: 'open', Neither: 'pending' });
  await viewer.isPicked('Neither');
}

/** A page of another site votes with a token of its own, and is known by it when it comes again. */
async function fromAnotherSite(stage, question) {
  const elsewhere = await openElsewhere(stage);
  assert.deepEqual(await elsewhere.vote(question, 'Blue'), { standing: '2', problem: null });
  await elsewhere.reload();
  assert.equal(await elsewhere.choice(question), '2');
  assert.deepEqual(await elsewhere.cookies(), []);
}
