// What viewers see now, by the very cards of their page; nobody votes here.

import { Memory } from "../memory.js";
import { read } from "../payload.js";
import { Screen } from "../screen.js";
import { el } from "../dom.js";
import { Keyed, write } from "./keyed.js";
import { left } from "./words.js";

/** The viewers' screen in `card` and `strip`, and in `slots` until when each stays. */
export class ViewersScreen {
  #screen;
  #slots;
  #known = new Map();
  #now = 0;
  #empty = el("p", { class: "quiet" }, "nothing is on screen");

  constructor({ card, strip, status, slots }) {
    const memory = new Memory({ getItem: () => null, setItem: () => {} });
    this.#screen = new Screen({ card, strip, status, memory, audience: new Nobody() });
    this.#slots = new Keyed(slots, slotRow);
    slots.after(this.#empty);
  }

  /** Shows a view. */
  show({ screen }) {
    const slots = Object.entries(screen).sort(([, a], [, b]) => a.shown_at - b.shown_at);
    for (const slot of this.#known.keys()) {
      if (!Object.hasOwn(screen, slot)) this.#clear(slot);
    }
    for (const [slot, { payload, shown_at: at }] of slots) {
      const text = typeof payload === "string" ? payload : JSON.stringify(payload);
      const mark = `${at} ${text}`;
      if (this.#known.get(slot) === mark) continue;
      this.#known.set(slot, mark);
      this.#screen.take(read(text), { at: at / 1000, date: at });
    }
    this.#slots.set(slots.map(([slot, shown]) => [slot, { slot, ...shown }]));
    this.#empty.hidden = slots.length > 0;
  }

  /** Brings it to the runner's time `now`. */
  tick(now) {
    this.#now = now;
    this.#screen.draw(now / 1000);
    for (const { tick } of this.#slots.parts) tick(now);
  }

  #clear(slot) {
    this.#known.delete(slot);
    const clear = read(JSON.stringify({ type: "clear", slot }));
    this.#screen.take(clear, { at: this.#now / 1000, date: this.#now });
  }
}

/** The slot of something, and how long it stays. */
function slotRow() {
  const name = el("span", {});
  const stays = el("span", { class: "counted" });
  let until = null;
  return {
    element: el("li", {}, name, stays),
    show({ slot, until_at: at }) {
      write(name, slot);
      until = at;
    },
    tick(now) {
      if (until === null) write(stays, "until it is replaced");
      else write(stays, until > now ? `${left(until - now)} more` : "leaving");
    },
  };
}

/** An audience of nobody: buttons look as those of one who has not voted yet. */
class Nobody extends EventTarget {
  me = null;

  ballot() {
    const ballot = new EventTarget();
    const nothing = { standing: null, pending: null, change: null, problem: null, againAt: null };
    return Object.assign(ballot, nothing, { isOpen: true, choose() {}, leave() {} });
  }

  async look() {}

  async standing() {
    return null;
  }

  async rename() {
    return "the desk has no name";
  }
}
