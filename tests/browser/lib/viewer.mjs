// The page with one of the players, as a viewer has it before them. All that these tests know of
// the page's inside is here.

import assert from 'node:assert/strict';

import { until } from './until.mjs';
import { watch } from './watch.mjs';

/** A payload in the page's history; the newest is the first. */
const PAYLOAD = '#history li';

export class Viewer {
  /** What the page said in its console, and what it asked for in vain. */
  log = [];
  /** Origins that it asked something of. */
  origins = new Set();
  /** What of the votes API it asked for, in order. */
  asked = [];

  constructor(engine, page) {
    this.engine = engine;
    this.page = page;
    page.on('console', (message) => this.log.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.log.push(`threw: ${error.message}`));
    page.on('requestfailed', (request) => {
      this.log.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on('response', (answer) => {
      if (answer.status() >= 400) this.log.push(`${answer.status()}: ${answer.url()}`);
    });
    page.on('request', (request) => {
      const { protocol, origin, pathname } = new URL(request.url());
      if (protocol.startsWith('http')) this.origins.add(origin);
      if (pathname.startsWith('/api/')) this.asked.push(pathname.slice('/api/'.length));
    });
  }

  async open(address) {
    await this.page.addInitScript(watch, PAYLOAD);
    const answer = await this.page.goto(address);
    if (!answer.ok()) throw new Error(`${address} answered ${answer.status()}`);
  }

  /** Opens the same page anew, as the browser's button does. */
  async reload() {
    await this.page.reload();
    await this.picture();
  }

  /** Waits for the first picture; gives how long it took since the page was opened, in ms. */
  async picture() {
    return until(`a picture (${this.engine})`, async () => (await this.pictures())[0]);
  }

  /** Waits for the first picture of another broadcast, the second or a later one. */
  async pictureOf(broadcast) {
    const pictures = async () => (await this.pictures()).length;
    await until(`another picture (${this.engine})`, async () => (await pictures()) >= broadcast);
  }

  pictures() {
    return this.page.evaluate(() => window.seen.pictures);
  }

  /** What the video is doing. */
  video() {
    return this.page.evaluate(() => {
      const video = document.querySelector('video');
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 36];
      const context = canvas.getContext('2d');
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const lights = data.filter((_, index) => index % 4 !== 3);
      return {
        width: video.videoWidth,
        height: video.videoHeight,
        /** Of 255, between the darkest and the lightest point: none in a black picture. */
        contrast: Math.max(...lights) - Math.min(...lights),
        time: video.currentTime,
        decoded: video.getVideoPlaybackQuality().totalVideoFrames,
        /** The longest that it stood still so far, in ms. */
        still: window.seen.still,
      };
    });
  }

  /** The payloads shown so far, as `{at, text}`, oldest first. */
  shown() {
    const all = () => Promise.all(window.seen.payloads.map(window.seen.words));
    return this.page.evaluate(all);
  }

  /** When the player let out a part of the stream, as one does that fell too far behind. */
  jumps() {
    return this.page.evaluate(() => window.seen.jumps);
  }

  /** Waits until a payload is shown; gives when. */
  async sees(payload, patience) {
    const find = async () => (await this.shown()).find(({ text }) => text === payload);
    const { at } = await until(`${payload} (${this.engine})`, find, patience);
    return at;
  }

  /** What a hostile text would have left in the page, had it become a part of it. */
  injected() {
    return this.page.evaluate(() => {
      const elements = [...document.querySelectorAll('img[src="x"], svg[onload], [srcdoc]')];
      return [window.hostile, ...elements.map(({ outerHTML }) => outerHTML)].filter(Boolean);
    });
  }

  /** Waits until the page tells of something. */
  isTold(words) {
    const told = () => this.page.evaluate(() => document.body.innerText);
    return until(`${words} (${this.engine})`, async () => words.test(await told()));
  }

  /** Waits until the card asks this. */
  isAsked(question) {
    const asked = () => this.page.$$eval('.card-poll h2', (all) => all.map((h2) => h2.innerText));
    return until(`${question} (${this.engine})`, async () => (await asked()).includes(question));
  }

  /** The buttons of the poll that is shown. */
  answers() {
    return this.page.$$('.card-poll .answers button');
  }

  /** The button of an answer, by its words. */
  answer(words) {
    return this.page.locator('.card-poll .answers button', { hasText: words });
  }

  /** What the poll says of each answer, by its words: `standing`, `pending`, `closed` or `open`. */
  stands() {
    return this.page.$$eval('.card-poll .answers button', (all) => Object.fromEntries(
      all.map((button) => {
        const is = (name) => button.getAttribute(`aria-${name}`) === 'true';
        if (button.classList.contains('is-pending')) return [button.innerText, 'pending'];
        if (is('pressed')) return [button.innerText, 'standing'];
        return [button.innerText, is('disabled') ? 'closed' : 'open'];
      }),
    ));
  }

  /** Waits until the page confirms that an answer is the viewer's pick. */
  async isPicked(words) {
    await this.isTold(new RegExp(`your pick: ${words}`));
    const standing = Object.entries(await this.stands()).filter(([, is]) => is === 'standing');
    assert.deepEqual(standing.map(([answer]) => answer), [words], this.engine);
  }

  /** Waits for the results of a question: of each answer its words, numbers and marks. */
  async results(question) {
    const card = this.page.locator('.card-results', { hasText: question });
    await until(`results of ${question} (${this.engine})`, () => card.count());
    return card.locator('li').evaluateAll((all) => all.map((line) => {
      const marks = [...line.querySelectorAll('em')].map(({ innerText }) => innerText);
      const answer = line.querySelector('.bar-words > :first-child').firstChild.textContent;
      return [answer, line.querySelector('.bar-numbers').innerText, ...marks];
    }));
  }

  /** Nothing is wider than the window. */
  async fits() {
    const [wide, window] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    assert.ok(wide <= window, `the page is ${wide} px wide in a window of ${window} px`);
  }

  /** Closes the page, and forgets what it had cached. */
  leave() {
    return this.page.context().close();
  }

  /** In a few words, for one who asks why it failed. */
  async state() {
    const words = await this.page.innerText('body');
    return JSON.stringify({ words, shown: await this.shown() });
  }
}
