// What viewers call themselves, on boards and in leaderboards, each name with a button that hides it
// from leaderboards, or shows it again.

import { el } from "../dom.js";
import { read, words } from "../payload.js";
import { Keyed, write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { many } from "./words.js";

/** Names that are listed at most. */
const NAMES_MAX = 100;
/** How often they are asked for anew while they are unfolded, in milliseconds. */
const AGAIN_MS = 5_000;

/** The first column of every board on screen, without repetition. */
export function namesOf(screen) {
  const names = Object.values(screen).flatMap(({ payload }) => {
    const { kind, value } = read(typeof payload === "string" ? payload : JSON.stringify(payload));
    return kind === "board" ? value.rows.map(([name]) => words(name)) : [];
  });
  return [...new Set(names)].filter(Boolean).slice(0, NAMES_MAX);
}

/** The list in `place`, which is unfolded by hand; `section` is shown while there is any. */
export class Names {
  #api;
  #section;
  #list;
  #onBoards = [];
  #known = { leaders: [], hidden: [] };
  #polls = null;
  #askedAt = -Infinity;
  #isAsking = false;

  constructor({ section, place }, api) {
    this.#api = api;
    this.#section = section;
    this.#list = new Keyed(place, (_, name) => new Name(name, api, () => this.#look()));
    section.addEventListener("toggle", () => section.open && this.#look());
  }

  /** Shows a view. Who leads may be another when a poll is over. */
  show({ screen, polls }) {
    this.#onBoards = namesOf(screen);
    const mark = JSON.stringify(polls.map(({ standing }) => standing));
    if (mark !== this.#polls) this.#look();
    this.#polls = mark;
    this.#draw();
  }

  /** Asks again now and then while somebody looks. */
  tick() {
    if (this.#section.open && performance.now() - this.#askedAt > AGAIN_MS) this.#look();
  }

  async #look() {
    if (this.#isAsking) return;
    this.#askedAt = performance.now();
    this.#isAsking = true;
    const { problem, said } = await this.#api.names();
    this.#isAsking = false;
    if (problem !== null) return;
    this.#known = said;
    this.#draw();
  }

  #draw() {
    const { leaders, hidden } = this.#known;
    const points = new Map();
    // Several viewers may have one name: it is hidden for all of them.
    for (const { name, points: n } of leaders) points.set(name, points.get(name) ?? n);
    const names = new Set([...hidden, ...points.keys(), ...this.#onBoards]);
    const row = (name) => ({ points: points.get(name), isHidden: hidden.includes(name) });
    this.#list.set([...names].slice(0, NAMES_MAX).map((name) => [name, row(name)]));
    this.#section.hidden = names.size === 0;
  }
}

/** One of them. */
class Name {
  #isHidden = false;
  #press;
  #note = el("span", { class: "quiet" });
  #outcome = new Outcome();

  constructor(name, api, changed) {
    const act = async () => {
      const verb = this.#isHidden ? "show" : "hide";
      const { problem, said } = await api.act(`names/${verb}`, { name });
      this.#outcome.tell(problem, problem ? "" : cameOf(verb, said.viewers));
      if (problem === null) await changed();
    };
    this.#press = new Press({ words: "hide", kind: "small", act });
    const label = el("span", { class: "state-key" }, name);
    const { element: button } = this.#press;
    this.element = el("li", { class: "named" }, label, this.#note, button, this.#outcome.element);
  }

  /** Shows how the name stands. */
  show({ points, isHidden }) {
    this.#isHidden = isHidden;
    write(this.#note, isHidden ? "hidden" : points === undefined ? "" : many(points, "point"));
    this.#press.words = isHidden ? "show again" : "hide";
  }
}

/** What came of it: boards that were sent are not changed. */
export function cameOf(verb, viewers) {
  const who = viewers === 0 ? "no viewer has this name now" : many(viewers, "viewer");
  const left = "the next leaderboard leaves it out";
  return `${who} · ${verb === "hide" ? left : "leaderboards have it again"}`;
}
