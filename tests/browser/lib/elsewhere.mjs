// A page of a site that is not the runner's, which brings a copy of the adapters.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** The origin that a show of these tests allows beside its own. */
const SITE = 'https://elsewhere.test';
const ADAPTERS = new URL('../../../player/adapters/', import.meta.url);

/** Opens it in a context of its own. */
export async function openElsewhere({ browser, local }) {
  const context = await browser.newContext();
  // The runner of a test is on this machine, and no page may ask that unasked.
  await context.grantPermissions(['local-network-access'], { origin: SITE });
  await context.route(`${SITE}/**`, async (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (!name) return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
    const body = await readFile(new URL(name, ADAPTERS));
    return route.fulfill({ contentType: 'text/javascript', body });
  });
  const page = await context.newPage();
  const open = async () => {
    await page.goto(`${SITE}/`);
    await page.evaluate(async (url) => {
      const { connect } = await import('/votes.js');
      window.votes = connect({ votes: url });
      window.poll = async (question) => {
        const { said } = await window.votes.state();
        return said.polls.find((poll) => poll.question === question);
      };
    }, local.url);
  };
  await open();
  return {
    reload: open,
    /** Votes; gives what the ballot says when nothing is on its way any more. */
    vote: (...vote) => page.evaluate(async ([question, answer]) => {
      const poll = await window.poll(question);
      const ballot = window.votes.ballot(poll);
      const [key] = Object.entries(poll.answers).find(([, words]) => words === answer);
      return new Promise((resolve) => {
        ballot.addEventListener('change', () => {
          const { standing, pending, problem } = ballot;
          if (pending === null) resolve({ standing, problem });
        });
        ballot.choose(key);
      });
    }, vote),
    /** The standing choice, as the server knows it. */
    choice: (question) => page.evaluate(async (asked) => (await window.poll(asked)).choice, question),
    cookies: () => context.cookies(),
  };
}
