// The names on the boards that viewers see, each with a button that hides it from leaderboards.

import { el } from "../dom.js";
import { read, words } from "../payload.js";
import { Keyed, write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { many } from "./words.js";

/** Names that are listed at most. */
const NAMES_MAX = 100;

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
  #section;
  #list;
  #hidden = new Set();

  constructor({ section, place }, api) {
    this.#section = section;
    this.#list = new Keyed(place, (name) => new Name(name, { api, hidden: this.#hidden }));
  }

  /** Shows a view. What was hidden here stays, so that it can be shown again. */
  show({ screen }) {
    const names = [...new Set([...namesOf(screen), ...this.#hidden])];
    this.#list.set(names.map((name) => [name, name]));
    this.#section.hidden = names.length === 0;
  }
}

/** One of them. */
class Name {
  #outcome = new Outcome();
  #name = el("span", { class: "state-key" });

  constructor(name, { api, hidden }) {
    const press = new Press({
      words: "hide",
      kind: "small",
      act: async () => {
        const verb = hidden.has(name) ? "show" : "hide";
        const { problem, said } = await api.act(`names/${verb}`, { name });
        this.#outcome.tell(problem, problem ? "" : cameOf(verb, said.viewers));
        if (problem !== null) return;
        if (verb === "hide") hidden.add(name);
        else hidden.delete(name);
        press.words = hidden.has(name) ? "show again" : "hide";
      },
    });
    this.element = el("li", { class: "named" }, this.#name, press.element, this.#outcome.element);
  }

  /** Shows the name. */
  show(name) {
    write(this.#name, name);
  }
}

/** What came of it: boards that were sent are not changed. */
export function cameOf(verb, viewers) {
  const who = viewers === 0 ? "no viewer has this name now" : many(viewers, "viewer");
  const left = "the next leaderboard leaves it out";
  return `${who} · ${verb === "hide" ? left : "leaderboards have it again"}`;
}
