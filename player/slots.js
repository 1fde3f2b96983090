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
   * Takes a payload that came at `at`; `date` is the wall time of that moment in milliseconds. Where
   * its slot is known otherwise than from the stream, it was so until `known`. Says whether it is
   * new: false for the repeat of what is there, and for what is older.
   */
  take(payload, { at, date, known = null }) {
    const { kind, slot, text, showFor } = payload;
    if (kind === "clear") {
      this.#clear(payload.value.slot, at);
      return true;
    }
    const [shown, last] = [this.#shown.get(slot), this.#last.get(slot)];
    const heard = known ?? at;
    // A question that stands there is the same one, however seldom it is repeated.
    const isLasting = known !== null || (["poll", "quiz"].includes(kind) && showFor === null);
    const isThere = isLasting && shown?.payload.text === text;
    if (isThere || (last?.text === text && Math.abs(heard - last.at) <= REPEAT_S)) {
      last.at = Math.max(heard, last.at);
      return false;
    }
    if (shown?.at > at) return false;
    this.#last.set(slot, { text, at: heard });
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
    this.#clear(undefined, Infinity);
  }

  /** All that is on screen or under the card. */
  get all() {
    return [...this.#shown.values()];
  }

  /** The one card: the newest that is there, unknown data only when there is nothing else. */
  get card() {
    const cards = this.all.filter(({ payload }) => !STRIP.includes(payload.kind));
    // What was there before the viewer came may be learnt after what came since.
    cards.sort((a, b) => a.at - b.at);
    return cards.findLast(({ payload }) => payload.kind !== "raw") ?? cards.at(-1) ?? null;
  }

  /** What stands in the strip: timers, meters, boards, each as they came. */
  get strip() {
    return STRIP.flatMap((kind) => this.all.filter(({ payload }) => payload.kind === kind));
  }

  #clear(slot, at) {
    for (const name of typeof slot === "string" ? [slot] : [...this.#last.keys()]) {
      if (this.#shown.get(name)?.at > at) continue;
      this.#shown.delete(name);
      this.#last.delete(name);
    }
  }
}

function leaves({ kind, showFor }, at, ends) {
  if (showFor !== null) return at + showFor;
  if (kind === "notice") return at + NOTICE_S;
  if (kind === "timer" && ends !== null) return ends + TIMER_OVER_S;
  return Infinity;
}
