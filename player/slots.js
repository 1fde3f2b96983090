// The rule of slots: what is on screen, what replaces what, and when it leaves.

import { mediaTimeOf } from "./time.js";

/** A payload equal to the last one of its slot is the same one repeated, for so many seconds. */
const REPEAT_S = 10;
/** A notice leaves after so many seconds, unless it says otherwise. */
const NOTICE_S = 10;
/** A timer that has run out stays so many seconds. */
const TIMER_OVER_S = 10;

/** Kinds that stand in the quiet strip; all others are the one card. */
export const STRIP = ["timer", "meter", "board"];

/** What is on screen, by slot. All times are seconds of the stream. */
export class Slots {
  #shown = new Map();
  #last = new Map();
  #taken = 0;

  /**
   * Takes a payload that came at `at`; `date` is the wall time of that moment in milliseconds.
   * Says whether it is new: false for the repeat of what is there.
   */
  take(payload, { at, date }) {
    const { kind, slot, text } = payload;
    if (kind === "clear") {
      this.#clear(payload.value.slot);
      return true;
    }
    const last = this.#last.get(slot);
    this.#last.set(slot, { text, at });
    if (last && last.text === text && Math.abs(at - last.at) <= REPEAT_S) return false;
    const ends = mediaTimeOf(payload.value?.ends_at ?? payload.value?.closes_at, { at, date });
    const until = leaves(payload, at, ends);
    // Deleted first, so that the newest is the last in the map's order.
    this.#shown.delete(slot);
    this.#shown.set(slot, { payload, at, ends, until, id: ++this.#taken });
    return true;
  }

  /** Lets go of what is over by `now`. */
  leave(now) {
    for (const [slot, { until }] of this.#shown) {
      if (now >= until) this.#shown.delete(slot);
    }
  }

  /** Empties the screen: another broadcast begins. */
  reset() {
    this.#clear();
  }

  /** The one card: the newest that is there, unknown data only when there is nothing else. */
  get card() {
    const cards = [...this.#shown.values()].filter(({ payload }) => !STRIP.includes(payload.kind));
    return cards.findLast(({ payload }) => payload.kind !== "raw") ?? cards.at(-1) ?? null;
  }

  /** What stands in the strip: timers, meters, boards, each as they came. */
  get strip() {
    const all = [...this.#shown.values()];
    return STRIP.flatMap((kind) => all.filter(({ payload }) => payload.kind === kind));
  }

  #clear(slot) {
    if (typeof slot === "string") {
      this.#shown.delete(slot);
      this.#last.delete(slot);
    } else {
      this.#shown.clear();
      this.#last.clear();
    }
  }
}

function leaves({ kind, showFor }, at, ends) {
  if (showFor !== null) return at + showFor;
  if (kind === "notice") return at + NOTICE_S;
  if (kind === "timer" && ends !== null) return ends + TIMER_OVER_S;
  return Infinity;
}
