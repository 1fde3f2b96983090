// The run sheet: what fires next by itself, counted down.

import { el } from "../dom.js";
import { Keyed, write } from "./keyed.js";
import { left, timeOfDay } from "./words.js";

/** Fires that are shown; the sooner, the higher. */
const FIRES_MAX = 6;

/** Two clocks of the runner tell when something is due: a cron's full minute may lack a moment. */
const ROUND_MS = 100;

/** The list of them, in `place`. */
export class Sheet {
  #list;
  #empty = el("p", { class: "quiet", hidden: true }, "nothing fires by itself");
  #isStopped = false;

  constructor(place) {
    const list = el("ol", { class: "next-fires" });
    place.append(list, this.#empty);
    this.#list = new Keyed(list, fire);
  }

  /** Shows a view. */
  show(view) {
    this.#isStopped = view.held !== null || view.panic;
    const timed = view.cues.filter((cue) => cue.next_at !== null && cue.standing === "armed");
    timed.sort((a, b) => a.next_at - b.next_at);
    const shown = timed.slice(0, FIRES_MAX).map((cue) => ({ ...cue, offset: view.offset_s }));
    this.#list.set(shown.map((cue) => [cue.cue, cue]));
    this.#empty.hidden = timed.length > 0;
  }

  /** Brings the countdowns to the runner's time `now`. */
  tick(now) {
    for (const { tick } of this.#list.parts) tick(now, this.#isStopped);
  }
}

function fire() {
  const counted = el("span", { class: "counted" });
  const name = el("span", { class: "name-of-cue" });
  const at = el("time", { class: "quiet" });
  const element = el("li", {}, counted, name, at);
  let nextAt = 0;
  return {
    element,
    show(cue) {
      nextAt = cue.next_at;
      write(name, cue.label ?? cue.cue);
      write(at, timeOfDay(Math.round(cue.next_at / ROUND_MS) * ROUND_MS, cue.offset));
    },
    tick(now, isStopped) {
      write(counted, isStopped ? "held" : left(nextAt - now));
      counted.dataset.is = isStopped ? "held" : "timed";
    },
  };
}
