// The operator's desk: everything on it is used once, on a desk and on a phone, with 5,000 events
// and with a connection that is lost.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';

import { play } from './lib/case.mjs';
import { crowd, measured } from './lib/crowd.mjs';
import { percentile } from './lib/percentile.mjs';
import { until } from './lib/until.mjs';
import { votesOf } from './lib/votes.mjs';
import { wireTo } from './lib/wire.mjs';

const DESK = { viewport: { width: 1400, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** Rows of the list that are in the page at most, however long the list is. */
const ROWS_MAX = 80;

await play(async (stage) => {
  const desk = await stage.openDesk(DESK);
  await opens(desk);
  await fires(desk);
  await asksOnce(desk);
  await armsAndDisarms(desk);
  await polls(stage, desk);
  await hidesNames(desk);
  await edits(desk);
  await sendsByHand(desk);
  await stage.picture('desk', desk);
  await holds(desk);
  await panics(desk);
  await followsTheScript(stage, desk);
  await stage.picture('desk-script', desk);
  await onAPhone(stage);
  await manyEvents(stage, desk);
  await losesItsConnection(stage);
  assert.deepEqual(desk.log, [], 'the console is empty');
});

/** The address that was printed opens it, and the token leaves the address. */
async function opens(desk) {
  const { search } = new URL(desk.page.url());
  assert.equal(search, '');
  await desk.reads('air', /^on air /);
  await desk.reads('clock', /^\d\d:\d\d:\d\d Europe\/Paris$/);
  await desk.reads('budget', /^\d of 5 a second$/);
  await desk.says('#next', /^(49|50):\d\d\s+facts\s+\d\d:\d\d:\d\d$/m);
  const preview = /A cat sleeps all day\.\s*\d+ of 1,024 B/;
  await desk.says('.cue:has-text("facts") .preview', preview);
  // Nothing of it was sent.
  await desk.reads('sent', /^0 sent$/);
}

/** GO with what it asks for, by its button and by its key. */
async function fires(desk) {
  const { keyboard } = desk.page;
  await desk.says('.cue:has-text("Goal") .preview', /asks for team/);
  await desk.cue('Goal').getByLabel('team', { exact: true }).fill('Blues');
  await desk.says('.cue:has-text("Goal") .preview', /Blues have scored\s+61 of 1,024 B/);
  await desk.go('Goal').click();
  await desk.happened(/ sent goal Blues have scored \d+ B$/);
  const [payload] = await desk.unfold(/sent.*Blues have scored/);
  assert.equal(payload, '{"show_for":"10m","text":"Blues have scored","type":"notice"}');
  await desk.says('.viewers', /Blues have scored/);
  assert.equal(await desk.field('scores.Blues').inputValue(), '1');

  await desk.cue('Goal').getByLabel('team', { exact: true }).fill('');
  await desk.page.locator('h1').click();
  await keyboard.press('g');
  // A key whose field is empty leads there, and does not fire.
  await keyboard.type('Reds');
  await keyboard.press('Enter');
  await desk.happened(/ sent goal Reds have scored /);
  await desk.page.locator('h1').click();
  await keyboard.press('g');
  await until('the third goal', async () => (await desk.field('scores.Reds').inputValue()) === '3');

  await desk.cue('Goal').getByLabel('team', { exact: true }).fill('Greens');
  await desk.go('Goal').click();
  await desk.says('.cue:has-text("Goal") .outcome', /^✗ .*Greens does not play/);
}

/** A cue with `confirm` is fired with the second press, by its key too. */
async function asksOnce(desk) {
  const { keyboard } = desk.page;
  await desk.page.locator('h1').click();
  await keyboard.press('b');
  await desk.says('.cue:has-text("break") .go', /sure\?/);
  assert.equal(await desk.fact('sent'), '3 sent');
  await keyboard.press('b');
  await desk.happened(/ sent break Back in five minutes /);
}

async function armsAndDisarms(desk) {
  await desk.button('disarm', desk.cue('break')).click();
  await desk.says('.cue:has-text("break") .go', /^disarmed/);
  assert.ok(await desk.go('break').isDisabled());
  await desk.button('arm', desk.cue('break')).click();
  await desk.says('.cue:has-text("break") .go', /^GO/);
}

/** A poll is counted as it goes, extended, closed, shown again; another is void. */
async function polls(stage, desk) {
  const votes = votesOf(stage.local.url);
  await desk.go('winner').click();
  const asking = await votes.asking('Who wins?');
  await desk.counts('Who wins?', { Red: '0 · 0 %', Blue: '0 · 0 %' });
  // Asked again it would make way: its own question is what the cue would send.
  await desk.says('.cue:has-text("winner") .preview', /^\s*Who wins\? Red.* · after results/);
  await votes.vote(asking, 'Red');
  await votes.vote(asking, 'Red');
  await votes.vote(asking, 'Blue');
  await desk.counts('Who wins?', { Red: '2 · 67 %', Blue: '1 · 33 %' });
  const poll = desk.poll('Who wins?');
  const left = async () => {
    const [, m, s] = /closes in (\d):(\d\d)/.exec(await poll.innerText());
    return Number(m) * 60 + Number(s);
  };
  const before = await left();
  await desk.button('\\+15 s', poll).click();
  await until('15 s more', async () => (await left()) > before);
  await desk.button('close now', poll).click();
  await desk.says('.poll', /closed/);
  await desk.happened(/ poll closed .*Who wins\?: 3 votes/);
  await desk.says('.viewers', /results\s+Who wins\?/);
  await desk.happened(/ sent .*Who wins\?: 3 votes/);

  await desk.button('show results again', poll).click();
  const results = async () => {
    const lines = await desk.events();
    return lines.filter((line) => / sent .*Who wins\?: 3 votes/.test(line)).length > 1;
  };
  await until('the results again', results);

  await desk.go('winner').click();
  await desk.says('.poll', /open/);
  await desk.button('void', desk.poll('Who wins?')).click();
  await desk.button('sure\\?', desk.poll('Who wins?')).click();
  await desk.says('.poll', /void/);
}

/** A name of a board on screen is hidden from leaderboards, and shown again. */
async function hidesNames(desk) {
  await desk.go('board').click();
  await desk.page.getByText('names on boards').click();
  const ada = desk.page.locator('.named:has-text("Ada")');
  await desk.button('hide', ada).click();
  await desk.says('.named:has-text("Ada")', /no viewer has this name now · the next leaderboard/);
  await desk.button('show again', ada).click();
  await desk.says('.named:has-text("Ada")', /leaderboards have it again/);
  await desk.page.getByText('names on boards').click();
}

/** A change of the state, and its undoing. */
async function edits(desk) {
  const { keyboard } = desk.page;
  await desk.field('scores.Reds').fill('7');
  await keyboard.press('Enter');
  await desk.says('#state', /scores\.Reds: 3 → 7/);
  await desk.field('sponsor').fill('Bolt & <b>Co</b>');
  await keyboard.press('Enter');
  await desk.says('#state', /sponsor: "Acme" → "Bolt & <b>Co<\/b>"/);
  await desk.button('undo').click();
  await until('Acme', async () => (await desk.field('sponsor').inputValue()) === 'Acme');
  await desk.button('undo').click();
  await until('3', async () => (await desk.field('scores.Reds').inputValue()) === '3');
  await desk.field('scores.Reds').fill('three');
  await keyboard.press('Enter');
  await desk.says('.field', /a number is wanted/);
  await keyboard.press('Escape');
  assert.equal(await desk.field('scores.Reds').inputValue(), '3');
}

/** A notice, and a payload whose bytes are counted before it is sent. */
async function sendsByHand(desk) {
  const { page } = desk;
  await desk.field('notice').fill('Doors close at ten');
  await page.keyboard.press('Enter');
  await desk.happened(/ sent .*Doors close at ten/);
  const send = page.locator('#put .send');
  await desk.field('payload').fill(`{"type":"notice","text":"${'x'.repeat(1_020)}"}`);
  await desk.says('#put', /1,047 of 1,024 B\s+23 B too many/);
  assert.ok(await send.isDisabled());
  await desk.field('payload').fill('{"type": "notice", "text": "écrit à la main"}');
  await desk.says('#put', /44 of 1,024 B\s+JSON/);
  await send.click();
  await desk.happened(/ sent .*écrit à la main 44 B/);
}

/** Held, nothing fires by itself, and GO does. */
async function holds(desk) {
  await desk.button('hold').click();
  await desk.says('#held', /held: nothing fires by itself, GO does/);
  await desk.says('#next', /held\s+facts/);
  await desk.cue('Goal').getByLabel('team', { exact: true }).fill('Blues');
  await desk.go('Goal').click();
  await until('2', async () => (await desk.field('scores.Blues').inputValue()) === '2');
  await desk.button('resume').click();
  await desk.says('#next', /\d s\s+facts|\d:\d\d\s+facts/);
  assert.equal(await desk.page.locator('#held').isVisible(), false);
}

/**
 * Panic asks nothing: the screen is emptied, and it is over when the operator says so. A poll closes
 * without its results, which can be shown then.
 */
async function panics(desk) {
  await desk.go('winner').click();
  await desk.says('.poll', /open/);
  await desk.button('PANIC').click();
  await desk.says('#held', /panic: nothing goes out/);
  await desk.says('.poll', /closed in a panic: viewers will not see the results/);
  await desk.happened(/ panicked .*no results of Who wins\?/);
  await desk.says('.viewers', /waiting for the first card/);
  await desk.happened(/ panicked /);
  await desk.button('resume').click();
  await until('the end of the panic', async () => !(await desk.page.locator('#held').isVisible()));
  await desk.button('show results', desk.poll('Who wins?')).click();
  await until('no results owed', async () => !/panic/.test(await desk.poll('Who wins?').innerText()));
}

/** A save that is wrong is told with its line and a caret; the next one with what it changed. */
async function followsTheScript({ script }, desk) {
  const text = await readFile(script, 'utf8');
  await writeFile(script, `${text}cue("cats", || put_metadata(notice(random_fct("cats"))));\n`);
  await desk.says('.mistake', /random_fct/);
  assert.match(await desk.pointedAt(), /^random_fct\("cats"\)/);
  await desk.page.locator('.mistake').getByRole('button', { name: 'close' }).click();
  await until('it is put away', async () => !(await desk.page.locator('.mistake').isVisible()));
  await writeFile(script, `${text}cue("cats", || put_metadata(notice("Cats.")));\n`);
  await desk.says('.reload', /\d cues kept.*1 added \(cats\)/);
  await desk.says('.difference', /\+cue\("cats"/);
  await until('no mistake', async () => !(await desk.page.locator('.mistake').isVisible()));
  await desk.cue('cats').scrollIntoViewIfNeeded();
  await desk.says('.cue:has-text("cats") .preview', /Cats\./);
}

/** Nothing is wider than a phone, and what is touched is large enough for a thumb. */
async function onAPhone(stage) {
  const phone = await stage.openDesk(PHONE);
  await phone.fits();
  for (const button of await phone.page.locator('button.press:visible').all()) {
    const { height } = await button.boundingBox();
    assert.ok(height >= 44, `${await button.innerText()} is ${height} px high`);
  }
  await phone.cue('Goal').getByLabel('team', { exact: true }).fill('Reds');
  await phone.go('Goal').tap();
  const reds = phone.field('scores.Reds');
  await until('the fourth goal', async () => (await reds.inputValue()) === '4');
  await phone.happened(/ sent goal Reds have scored/);
  await stage.picture('desk-phone', phone);
  assert.deepEqual(phone.log, []);
  await phone.page.context().close();
}

/** However many events there are, few of them are in the page, and it stays fluid. */
async function manyEvents(stage, desk) {
  const { page } = desk;
  await crowd(stage, desk);
  const rows = () => page.locator('.event').count();
  const areFew = async () => assert.ok((await rows()) < ROWS_MAX, `${await rows()} rows`);
  await areFew();
  const { gaps, heap, own } = await measured(stage, desk);
  await areFew();
  const median = percentile(gaps, 50).toFixed(1);
  const late = percentile(gaps, 99).toFixed(1);
  stage.say(`desk, 5,000 events: a frame each ${median} ms, p99 ${late} ms`);
  stage.say(`desk, 5,000 events: ${heap.toFixed(1)} MB of heap, ${own?.toFixed(0)} MB of its own`);

  const filter = desk.field('show events with these words');
  await filter.fill('never said');
  await until('none of them', async () => (await rows()) === 0);
  await filter.fill('Shout OPERATOR');
  await until('some of them', async () => (await rows()) > 0);
  const lines = await desk.events();
  assert.ok(lines.every((line) => / cue fired shout by operator$/.test(line)), lines.join('\n'));
  await filter.fill('');
}

/** A lost connection is said, nothing can be pressed, and what is shown then is new. */
async function losesItsConnection(stage) {
  const wire = await wireTo(stage.desk.printed);
  try {
    const desk = await stage.openDesk(DESK, wire.url);
    await desk.says('#cues', /GO/);
    wire.cut();
    await desk.reads('desk', /^no connection$/);
    await desk.says('#lost', /what you see is of \d\d:\d\d:\d\d · tried again in \d s/);
    await desk.says('.cue:has-text("winner") .go', /^offline/);
    assert.ok(await desk.go('winner').isDisabled());
    assert.ok(await desk.button('offline', desk.page.locator('#panic-place')).isDisabled());
    await stage.desk.fire('cats');
    wire.mend();
    await desk.isConnected();
    await desk.happened(/ sent cats Cats\. /);
    await desk.says('.cue:has-text("winner") .go', /^GO/);
  } finally {
    wire.close();
  }
}
