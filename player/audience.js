// This viewer among all others: their ballots, their name, and how they stand.

import { askingOf } from "./payload.js";

/** Ballots that are kept. */
const BALLOTS_MAX = 50;
/** What everybody would ask at the same moment is asked within so many milliseconds of it. */
export const SPREAD_MS = 2000;
/** How often what is on screen is asked for, where nothing answers. */
const TRIES_MAX = 4;

/** Fires `me` when the name, points or place of this viewer are known anew. */
export class Audience extends EventTarget {
  /** `{name, points, place}`; null where they were not asked for yet. */
  me = null;
  #votes;
  #memory;
  #outside;
  #ballots = new Map();
  #stood = new Set();

  /** `votes` is what `adapters/votes.js` connects; `memory` keeps picks for their results. */
  constructor({ votes, memory, outside = OUTSIDE }) {
    super();
    this.#votes = votes;
    this.#memory = memory;
    this.#outside = outside;
  }

  /** The viewer's ballot in the asking of a payload. */
  ballot(value) {
    const asking = askingOf(value);
    const known = this.#ballots.get(asking);
    if (known) return known;
    const ballot = this.#votes.ballot(value);
    ballot.know({ standing: this.#memory.picked(value) });
    ballot.addEventListener("change", () => {
      if (ballot.standing !== null) this.#memory.pick(value, ballot.standing);
    });
    this.#ballots.set(asking, ballot);
    if (this.#ballots.size > BALLOTS_MAX) this.#ballots.delete(this.#ballots.keys().next().value);
    return ballot;
  }

  /**
   * Asks what one who comes now should see, within `spread` milliseconds: what the server says, or
   * null where no votes are taken here.
   */
  async join(spread = 0) {
    const { random, wait } = this.#outside;
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      await wait(random() * spread);
      const { status, said, again } = await this.#votes.state();
      if (status === 200) return this.#learn(said);
      if (status !== 0 && status !== 429 && status !== 503) return null;
      await wait(again ?? SPREAD_MS * 2 ** tries * (0.5 + random() / 2));
    }
    return null;
  }

  /** Gives the viewer a name, or none; says what is wrong with it, or null. */
  async rename(name) {
    const { status, said } = await this.#votes.rename(name);
    if (status === 200) {
      this.#meet(said);
      return null;
    }
    return NAME_PROBLEMS[status] ?? said.error ?? "the name was not taken";
  }

  /** Asks for the viewer's name, points and place, where they are not known yet. */
  async look() {
    if (this.me === null) await this.#ask();
  }

  /**
   * How the viewer stands after a quiz; asked once for each, and not by everybody at once. Null for
   * one who never took part.
   */
  async standing(value) {
    const asking = askingOf(value);
    if (!this.#votes.isKnown) return null;
    if (!this.#stood.has(asking)) {
      this.#stood.add(asking);
      await this.#outside.wait(this.#outside.random() * SPREAD_MS);
      await this.#ask();
    }
    return this.me;
  }

  async #ask() {
    const { status, said } = await this.#votes.me();
    if (status === 200) this.#meet(said);
  }

  #learn(state) {
    for (const poll of state.polls ?? []) {
      this.ballot(poll).know({ standing: poll.choice, change: poll.change });
    }
    this.#meet(state.me);
    return state;
  }

  #meet(me) {
    this.me = me;
    this.dispatchEvent(new Event("me"));
  }
}

const BUSY = "many are here at once: try again in a moment";
const NAME_PROBLEMS = {
  0: "no connection: the name is not sent",
  401: "this browser keeps no cookies, and a name needs one",
  404: "no names are taken here",
  429: BUSY,
  503: BUSY,
};

const OUTSIDE = {
  random: () => Math.random(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};
