// One case: a browser with a fresh profile, the page in it with one of the players, and a report
// as JSON on stdout. What goes wrong is told on stderr, with a picture of each page.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { deskOf } from './desk.mjs';
import { localChannel } from './local.mjs';
import { Operator } from './operator.mjs';
import { load, servePlayers } from './packages.mjs';
import { Viewer } from './viewer.mjs';

/** The players, by the name that the page knows them by. */
export const ENGINES = ['hls', 'videojs', 'ivs'];

const FLAGS = [
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--mute-audio',
  '--no-first-run',
  '--no-sandbox',
];

/** Plays a case; `body` gets its stage. */
export async function play(body) {
  const browser = await load('playwright-core').chromium.launch({
    executablePath: process.env.BROWSER,
    args: FLAGS,
  });
  const players = await servePlayers();
  const [url, desk, script] = process.argv.slice(2);
  const stage = new Stage(browser, players, localChannel(url), desk && deskOf(desk), script);
  try {
    await body(stage);
    process.stdout.write(JSON.stringify({ said: stage.said, figures: stage.figures }));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error.stack}\n`);
    await stage.tellOfPages();
  } finally {
    await browser.close();
    players.close();
  }
}

class Stage {
  /** Lines for a person. */
  said = [];
  /** Numbers for a benchmark. */
  figures = {};
  viewers = [];

  /** `desk` is that of the show and `script` where its script lies, where the case has one. */
  constructor(browser, players, local, desk, script) {
    this.browser = browser;
    this.players = players;
    this.local = local;
    this.desk = desk;
    this.script = script;
  }

  /** Opens the page with a player, in a context of its own, and waits for a first picture. */
  async open(engine, options = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 720 },
      ...options,
    });
    const viewer = new Viewer(engine, await context.newPage());
    this.viewers.push(viewer);
    await viewer.open(this.address(engine));
    await viewer.picture();
    return viewer;
  }

  /** Opens the desk's page at the address that was printed, in a context of its own. */
  async openDesk(options, printed = this.desk.printed) {
    const context = await this.browser.newContext(options);
    const operator = new Operator(await context.newPage());
    this.viewers.push(operator);
    await operator.open(printed);
    return operator;
  }

  address(engine) {
    const address = new URL(this.local.url);
    address.searchParams.set('engine', engine);
    const player = this.players[engine];
    if (player) address.searchParams.set(engine, player);
    return address.href;
  }

  /**
   * Plays `body` while the pages sleep, as the lid of a laptop lets them: nothing of them runs.
   * (The browser itself freezes only a tab that is hidden, which no page of these ever is.)
   */
  async asleep(body) {
    const devtools = await this.browser.newBrowserCDPSession();
    const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    try {
      for (const page of pages) process.kill(page, 'SIGSTOP');
      return await body();
    } finally {
      for (const page of pages) process.kill(page, 'SIGCONT');
    }
  }

  say(line) {
    this.said.push(line);
  }

  /** Where a picture of this name belongs. */
  async place(name) {
    const folder = process.env.SCREENSHOTS;
    await mkdir(folder, { recursive: true });
    return join(folder, `${name}.png`);
  }

  /** Pictures of a page for a person to look at, in light and in dark. */
  async picture(name, { page }) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const path = await this.place(`${name}-${colorScheme}`);
      await page.screenshot({ path, fullPage: true });
    }
  }

  async tellOfPages() {
    for (const viewer of this.viewers) {
      const words = await viewer.state().catch((error) => error.message);
      process.stderr.write(`${viewer.engine}: ${words}\n${viewer.log.join('\n')}\n`);
      const path = await this.place(`failed-${viewer.engine}`);
      await viewer.page.screenshot({ path }).catch(() => {});
    }
  }
}
