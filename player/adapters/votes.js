// The votes API of a runner: who this viewer is, their votes, and what one who comes late sees.

import { Ballot } from "./ballot.js";

/** How long an answer is waited for, in milliseconds. */
const ANSWER_MS = 8000;

/**
 * Takes this viewer's votes to a runner. On its own page nothing need be said, and a cookie says
 * who the viewer is. On a page of another site `votes` is the runner's address, and a token is kept
 * instead. `channel` says which show is meant, where the runner plays several.
 */
export const connect = ({ votes = ".", channel = null } = {}, outside = {}) =>
  new Votes(new URL("api/", new URL(slashed(votes), base())).href, channel, {
    ...OUTSIDE,
    ...outside,
  });

class Votes {
  /** Which show is meant, where the runner plays several. */
  channel;
  #api;
  #outside;
  #isKnown = false;
  #token = null;
  #meeting = null;

  constructor(api, channel, outside) {
    this.#api = api;
    this.channel = channel;
    this.#outside = outside;
    this.#token = this.#kept((storage) => storage.getItem(this.#name));
  }

  /** Whether the server has met this viewer. */
  get isKnown() {
    return this.#isKnown || this.#token !== null;
  }

  /** The viewer's ballot in the asking of a poll's payload. */
  ballot({ poll_id, current_time }) {
    // A question without a name is none of this runner's.
    const send = (choice) =>
      typeof poll_id === "string" && typeof current_time === "string"
        ? this.#asViewer("votes", { poll_id, current_time, choice })
        : { status: 410, said: {}, again: null };
    return new Ballot(send, this.#outside);
  }

  /**
   * What a viewer who comes now should see, as `GET /api/state` says it: `{status, said, again}`.
   * To be asked once by each viewer, not again and again.
   */
  async state() {
    const answer = await this.#ask("state");
    const { me, polls = [] } = answer.said;
    // Of a stranger the server tells nothing but zeros.
    if (me?.name || me?.points || polls.some(({ choice }) => choice !== null)) this.#isKnown = true;
    return answer;
  }

  /** The viewer's name, points and place: `{status, said, again}`. */
  me() {
    return this.#ask("me");
  }

  /** Gives the viewer a name, or takes it back with null: `{status, said, again}`. */
  rename(name) {
    return this.#asViewer("me", { name });
  }

  /** Asks in the viewer's name; one whose id the server does not take is met anew, once. */
  async #asViewer(path, body) {
    for (let isAgain = false; ; isAgain = true) {
      const met = await this.#meet();
      if (met.status !== 200) return met;
      const answer = await this.#ask(path, body);
      if (answer.status !== 401 || isAgain) return answer;
      this.#isKnown = false;
      this.#keep(null);
    }
  }

  /** Gets a viewer id where there is none: all who want one at once get the same. */
  #meet() {
    if (this.isKnown) return { status: 200 };
    this.#meeting ??= this.#ask("viewer", {}).then((answer) => {
      this.#meeting = null;
      this.#isKnown = answer.status === 200;
      if (typeof answer.said.token === "string") this.#keep(answer.said.token);
      return answer;
    });
    return this.#meeting;
  }

  /** `{status, said, again}`: status 0 is no answer, `again` after how many milliseconds. */
  async #ask(path, body) {
    const url = new URL(path, this.#api);
    if (this.channel !== null) url.searchParams.set("channel", this.channel);
    const headers = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (this.#token !== null) headers.authorization = `Bearer ${this.#token}`;
    try {
      const answer = await this.#outside.fetch(url.href, {
        method: body === undefined ? "GET" : "POST",
        body: body === undefined ? undefined : JSON.stringify(body),
        headers,
        cache: "no-store",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const again = Number(answer.headers.get("retry-after") || Number.NaN) * 1000;
      const said = await answer.json().catch(() => ({}));
      return { status: answer.status, said: said ?? {}, again: Number.isNaN(again) ? null : again };
    } catch {
      return { status: 0, said: {}, again: null };
    }
  }

  #keep(token) {
    this.#token = token;
    this.#kept((storage) =>
      token === null ? storage.removeItem(this.#name) : storage.setItem(this.#name, token),
    );
  }

  /** A full or forbidden storage: the token lasts as long as the page. */
  #kept(use) {
    try {
      return use(this.#outside.storage()) ?? null;
    } catch {
      return null;
    }
  }

  get #name() {
    return `showrunner viewer ${this.#api}`;
  }
}

const slashed = (address) => (address.endsWith("/") ? address : `${address}/`);
const base = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/** What is not the client's own; a test has its own. */
const OUTSIDE = {
  fetch: (...all) => fetch(...all),
  storage: () => localStorage,
  now: () => Date.now(),
  random: () => Math.random(),
  /** So many milliseconds, or until an event of the window. */
  wait: (ms, event) =>
    new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        if (event) removeEventListener(event, end);
        done();
      };
      const timer = setTimeout(end, ms);
      if (event) addEventListener(event, end);
    }),
};
