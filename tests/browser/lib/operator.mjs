// The desk's page, as an operator has it before them. All that these tests know of its inside is
// here.

import assert from 'node:assert/strict';

import { until } from './until.mjs';

export class Operator {
  engine = 'desk';
  /** What the page said in its console. */
  log = [];

  constructor(page) {
    this.page = page;
    page.on('console', (message) => {
      // A refusal is no fault of the page, and told to the operator.
      if (/^Failed to load resource/.test(message.text())) return;
      this.log.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.log.push(`threw: ${error.message}`));
  }

  /** Opens the page, and waits until it shows its show. */
  async open(address) {
    const answer = await this.page.goto(address);
    if (!answer.ok()) throw new Error(`${address} answered ${answer.status()}`);
    await this.isConnected();
  }

  /** Waits until the page is connected. */
  isConnected() {
    return this.reads('desk', /^connected$/);
  }

  /** A fact of the top line. */
  fact(name) {
    return this.page.locator(`[data-fact="${name}"]`).innerText();
  }

  /** Waits until a fact of the top line is this. */
  reads(name, words) {
    return until(`${name} to be ${words}`, async () => words.test(await this.fact(name)));
  }

  /** A cue, by its name or label. */
  cue(name) {
    const title = this.page.locator('h3', { hasText: new RegExp(`^${name}$`) });
    return this.page.locator('.cue', { has: title });
  }

  /** Its GO. */
  go(name) {
    return this.cue(name).locator('.go');
  }

  /** A button that is to be seen, by its words. */
  button(words, within = this.page) {
    return within.locator('button:visible', { hasText: new RegExp(`^${words}$`) });
  }

  /** What is in sight of the list of events, newest first: each as its line. */
  events() {
    return this.page.locator('.event').evaluateAll((rows) => rows
      .toSorted((a, b) => b.dataset.seq - a.dataset.seq)
      .map((row) => row.querySelector('.event-head').innerText.replaceAll(/\s+/g, ' ')));
  }

  /** Waits for an event with these words. */
  happened(words) {
    const found = async () => (await this.events()).find((line) => words.test(line));
    return until(`${words} among the events`, found);
  }

  /** Unfolds the newest event that has these words; gives what is in it. */
  async unfold(words) {
    const row = this.page.locator('.event', { hasText: words }).last();
    await row.locator('.event-head').click();
    const texts = await row.locator('pre').allInnerTexts();
    await row.locator('.event-head').click();
    return texts.map((text) => text.replaceAll('\n', ''));
  }

  /** Waits until something of the page says this. */
  says(selector, words) {
    const text = async () => (await this.page.locator(selector).allInnerTexts()).join('\n');
    return until(`${selector} to say ${words}`, async () => words.test(await text()));
  }

  /** What the caret of the script's mistake points at, to the end of the line. */
  pointedAt() {
    return this.page.locator('.source').evaluate((source) => {
      const { left } = source.querySelector('.caret').getBoundingClientRect();
      const line = [...source.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      const range = document.createRange();
      for (let at = 0; at < line.length; at += 1) {
        range.setStart(line, at);
        range.setEnd(line, at + 1);
        if (Math.abs(range.getBoundingClientRect().left - left) < 1) return line.data.slice(at);
      }
      return null;
    });
  }

  /** The poll that asks this. */
  poll(question) {
    return this.page.locator('.poll', { hasText: question }).first();
  }

  /** Waits until a poll has these counts, by the words of its answers. */
  async counts(question, wanted) {
    const rows = this.poll(question).locator('.bars > li');
    const told = () => rows.evaluateAll((all) => Object.fromEntries(all.map((row) => {
      const words = row.querySelector('.bar-words span span').innerText;
      return [words, row.querySelector('.bar-numbers').innerText];
    })));
    const same = async () => JSON.stringify(await told()) === JSON.stringify(wanted);
    await until(`${JSON.stringify(wanted)} for ${question}`, same);
  }

  /** What the chooser of shows offers. */
  choices() {
    return this.#chooser().locator('option').allInnerTexts();
  }

  /** The show that is chosen, as the chooser calls it. */
  chosen() {
    return this.#chooser().locator('option:checked').innerText();
  }

  /** Chooses the show that is called so; the page opens its desk. */
  async choose(title) {
    await until(`${title} among the shows`, async () => (await this.choices()).some((it) => title.test(it)));
    const label = (await this.choices()).find((it) => title.test(it));
    if ((await this.#chooser().evaluate((it) => it.selectedOptions[0]?.label)) === label) return;
    await Promise.all([
      this.page.waitForEvent('load'),
      this.#chooser().selectOption({ label }),
    ]);
  }

  #chooser() {
    return this.field('show');
  }

  /** A field by its label; of a value of the state that is its path. */
  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Nothing is wider than the window. */
  async fits() {
    const [wide, window] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    assert.ok(wide <= window, `the page is ${wide} px wide in a window of ${window} px`);
  }

  /** In a few words, for one who asks why it failed. */
  async state() {
    return JSON.stringify({ words: await this.page.innerText('body') });
  }
}
