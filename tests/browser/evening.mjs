// The picture of a simulated evening, on a phone and on a desk, in light and in dark. The pictures
// are for a person; what a machine can tell of them is asserted.

import assert from 'node:assert/strict';

import { play } from './lib/case.mjs';

const WIDTHS = [400, 1280];
/** Of text against what is behind it. Origin: WCAG, level AA. */
const CONTRAST_MIN = 4.5;
/** Of everything in the page: a browser draws that at once. */
const ELEMENTS_MAX = 20_000;

await play(async (stage) => {
  const address = (name) => `${process.argv[2]}/${name}.html`;
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(stage, address('evening'), { width, colorScheme });
      await looks(page, width);
      const path = await stage.place(`evening-${width}-${colorScheme}`);
      await page.screenshot({ path, fullPage: true });
      await page.context().close();
    }
  }
  await tells(await open(stage, address('evening'), { width: 1280 }));
  const storm = await open(stage, address('storm'), { width: 400 });
  await isUsable(storm);
  await storm.screenshot({ path: await stage.place('evening-storm'), fullPage: true });
});

/** Opens a picture, which asks nobody for anything. */
async function open(stage, address, { width, colorScheme }) {
  const viewport = { width, height: 800 };
  const context = await stage.browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(address);
  assert.deepEqual(asked, [address], 'the page asked for more than itself');
  return page;
}

/** Nothing is wider than the window, and every word can be read. */
async function looks(page, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width} px`);
  const faint = await page.evaluate(faintTexts, CONTRAST_MIN);
  assert.deepEqual(faint, [], 'texts that are hard to read');
}

/** What happened is in the picture, and in its words. */
async function tells(page) {
  const rows = await page.$$eval('.row', (rows) => rows.map((row) => {
    const svg = row.querySelector('svg');
    const box = svg?.getBoundingClientRect();
    const marks = [...row.querySelectorAll('rect')].map((rect) => {
      const { left, top, width, height } = rect.getBoundingClientRect();
      return {
        kind: rect.getAttribute('class'),
        from: (left - box.left) / box.width,
        to: (left + width - box.left) / box.width,
        high: height / box.height,
        top,
        words: rect.textContent,
      };
    });
    const limit = row.querySelector('.limit')?.getBoundingClientRect().top;
    return { words: row.innerText, name: row.querySelector('b')?.innerText, marks, limit };
  }));
  const row = (wanted) => rows.find(({ name }) => name === wanted);
  const marks = (name, kind) => row(name).marks.filter((mark) => mark.kind === kind);

  const lanes = ['facts', 'board', 'quiz', 'large', 'goal', 'wrong'];
  const names = rows.map(({ name }) => name).filter(Boolean);
  assert.deepEqual(names.toSorted(), ['in one second', 'polls', ...lanes].toSorted());

  const load = row('in one second');
  assert.match(load.words, /dashed: 5, the limit/);
  for (const { kind, top, words } of load.marks) {
    if (kind === 'sent') assert.ok(top > load.limit, `above the limit: ${words}`);
  }
  for (const { name, marks } of rows.filter(({ name }) => name)) {
    const [{ from, to }, ...more] = marks.filter(({ kind }) => kind === 'off');
    assert.equal(more.length, 0, name);
    // Twelve minutes of two hours, from forty past on.
    assert.ok(Math.abs(from - 1 / 3) < 0.01 && Math.abs(to - 0.433) < 0.01, `${from} to ${to}`);
  }
  const [large] = marks('large', 'sent');
  const [goal] = marks('goal', 'sent');
  assert.ok(large.high > 0.85 && goal.high < 0.25, `${large.high} and ${goal.high}`);
  assert.match(goal.words, /goal for the <b>reds<\/b>/);
  assert.ok(marks('board', 'repeat').length > 0 && marks('wrong', 'trouble').length === 1);
  assert.match(row('board').words, /\d repeats/);
  assert.match(row('wrong').words, /1 refused, lost or failed/);
  const polls = marks('polls', 'open');
  assert.ok(polls.length >= 10 && polls.every(({ words }) => /votes|a tie/.test(words)));

  const words = await page.innerText('body');
  assert.match(words, /20:00 to 2\d:\d\d · 2 h · Europe\/Paris/);
  assert.match(words, /off air 20:40:00 to 20:52:/);
  assert.match(words, /nothing to tell/);
  const right = await page.$$eval('.answer', (all) => all.map(({ innerText }) => innerText));
  assert.ok(right.every((answer) => answer.includes('Jupiter') === answer.includes('✓ right')));
}

/** Ten thousand payloads are a picture that can be scrolled and asked. */
async function isUsable(page) {
  assert.match(await page.innerText('dl'), /1\d,\d{3}/);
  const elements = await page.$$eval('*', (all) => all.length);
  assert.ok(elements < ELEMENTS_MAX, `${elements} elements`);
  const last = page.locator('tr').last();
  await last.scrollIntoViewIfNeeded();
  assert.ok(await last.isVisible());
  // What is under the finger says what it is.
  const strip = page.locator('svg').nth(1);
  await strip.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await strip.boundingBox();
  const under = ([left, top]) => document.elementFromPoint(left, top)?.textContent;
  const words = await page.evaluate(under, [x + width / 2, y + height - 2]);
  assert.match(words, /B · fact \d+/);
}

/** Runs in the page: the texts whose colour is too near to the one behind them. */
function faintTexts(least) {
  const rgb = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = rgb(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (rgb(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const isText = ({ nodeType, data }) => nodeType === 3 && data.trim() !== '';
  const texts = [...document.querySelectorAll('body, body *:not(svg *):not(style)')]
    .filter(({ childNodes }) => [...childNodes].some(isText));
  return texts.flatMap((element) => {
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return contrast < least ? [`${element.innerText}: ${contrast.toFixed(2)}`] : [];
  });
}
