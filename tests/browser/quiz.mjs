// A quiz with two players: names, the right answer and the place, and none of it too early. And a
// poll that closes before its time.

import assert from 'node:assert/strict';

import { play } from './lib/case.mjs';
import { votesOf } from './lib/votes.mjs';

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 780 } };

await play(async (stage) => {
  const [ada, ben] = await Promise.all([PHONE, DESK].map((size) => stage.open('hls', size)));
  await stage.desk.fire('cat');
  for (const viewer of [ada, ben]) await viewer.isAsked('Which cat is largest?');
  await ada.answer('Tiger').click();
  await ben.answer('Lion').click();
  await ada.isPicked('Tiger');
  await ben.isPicked('Lion');
  await takesAName(ada, 'Ada <b>');
  await ada.fits();
  await stage.picture('quiz-voted', ada);

  // The buttons close in the stream's time, and the right answer is not in the page yet.
  for (const viewer of [ada, ben]) await viewer.isTold(/closed · your pick: \w+ · counting…/);
  assert.deepEqual(await ben.stands(), { Lion: 'standing', Tiger: 'closed' });
  assert.doesNotMatch(await ada.page.content(), /correct/);

  const right = ['Tiger', '1 · 50 %', '✓ correct'];
  const question = 'Which cat is largest?';
  assert.deepEqual(await ada.results(question), [['Lion', '1 · 50 %'], [...right, 'your pick']]);
  assert.deepEqual(await ben.results(question), [['Lion', '1 · 50 %', 'your pick'], right]);
  await ada.isTold(/your answer is right/);
  await ben.isTold(/the right answer is Tiger/);
  await ada.isTold(/you have 1 point · place 1/);
  await ben.isTold(/you have no points yet/);
  await ada.isTold(/a tie: Lion and Tiger/);
  assert.deepEqual(await ada.injected(), []);
  await ada.fits();
  await stage.picture('quiz-results', ada);

  await closesEarly(stage, ada);
});

/** The name is a text, whatever is in it. */
async function takesAName({ page }, name) {
  await page.getByText('play under a name').click();
  await page.getByLabel('your name').fill('x'.repeat(25));
  await page.keyboard.press('Enter');
  await page.getByText('24 characters at most', { exact: true }).waitFor();
  await page.getByLabel('your name').fill(name);
  await page.keyboard.press('Enter');
  await page.getByText(`you play as ${name}`).waitFor();
}

/** It is closed before the time that its payload told: it is sent once more, and buttons close. */
async function closesEarly(stage, viewer) {
  const votes = votesOf(stage.local.url);
  await stage.desk.fire('colour');
  await viewer.isAsked('Which colour?');
  const asking = await votes.asking('Which colour?');
  await stage.desk.fire('end');
  await viewer.isTold(/closed/);
  assert.deepEqual(await votes.final(asking), { Red: 0, Blue: 0 });
  assert.deepEqual(await viewer.stands(), { Red: 'closed', Blue: 'closed' });
  await stage.picture('votes-closed', viewer);
}
