// Every cue with GO: in the order of the script, so that no button moves under a hand.

import { el } from "../dom.js";
import { Cue } from "./cue.js";
import { Keyed, write } from "./keyed.js";
import { many } from "./words.js";

/** Cues that are shown at once; the filter finds the others. */
const SHOWN_MAX = 100;
/** So many need a filter. */
const FILTERED_MIN = 12;

/** The list of them, in `place`. */
export class Cues {
  #list;
  #filter = el("input", {
    type: "search",
    class: "filter",
    placeholder: "filter",
    "aria-label": "show cues with these words",
    autocomplete: "off",
  });
  #more = el("p", { class: "quiet", hidden: true });
  #view = null;

  /** `api` does what is asked; `previews` knows what each would send. */
  constructor(place, { api, previews }) {
    this.#list = new Keyed(place, (cue) => new Cue(cue, { api, previews }));
    this.#filter.addEventListener("input", () => this.#draw());
    place.before(this.#filter);
    place.after(this.#more);
  }

  /** Shows a view. */
  show(view) {
    this.#view = view;
    this.#draw();
  }

  /** Brings the countdowns to the runner's time `now`. */
  tick(now) {
    for (const cue of this.#list.parts) cue.tick(now);
  }

  /** Fires the cue of a key, as its button does; false where no cue has it. */
  press(key) {
    const cue = this.#view?.cues.find((it) => it.key === key);
    if (!cue) return false;
    // One that the filter hides is fired as well: the key is its own.
    if (!this.#list.get(cue.cue)) {
      this.#filter.value = "";
      this.#draw(cue.cue);
    }
    this.#list.get(cue.cue).byKey();
    return true;
  }

  #draw(first = null) {
    const all = this.#view?.cues ?? [];
    this.#filter.hidden = all.length < FILTERED_MIN;
    const words = this.#filter.hidden ? "" : this.#filter.value.trim().toLowerCase();
    const found = words === "" ? [...all] : all.filter((cue) => textOf(cue).includes(words));
    found.sort((a, b) => a.line - b.line);
    let shown = found.slice(0, SHOWN_MAX);
    const missed = found.find((cue) => cue.cue === first);
    if (missed && !shown.includes(missed)) shown = [missed, ...shown.slice(1)];
    const { limits, held, panic } = this.#view ?? {};
    const isHeld = Boolean(held) || panic;
    this.#list.set(shown.map((cue) => [cue.cue, { ...cue, limits, isHeld, panic }]));
    const rest = found.length - shown.length;
    this.#more.hidden = rest === 0 && all.length > 0;
    write(this.#more, all.length === 0 ? "this show has no cue" : moreOf(rest));
  }
}

const textOf = ({ cue, label, note }) => `${cue} ${label ?? ""} ${note ?? ""}`.toLowerCase();
const moreOf = (rest) => `${many(rest, "more cue")}: the filter finds them`;
