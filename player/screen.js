// What the viewer sees beside the video: the one card, and the strip.

import { render } from "./cards/index.js";
import { el } from "./dom.js";
import { read, summary } from "./payload.js";
import { Slots } from "./slots.js";
import { mediaTimeOf } from "./time.js";

/** Cards and strip, drawn anew only where something changed. */
export class Screen {
  #slots = new Slots();
  #drawn = new Map();
  #card;
  #strip;
  #context;
  #status;

  /**
   * Draws into the elements `card` and `strip`; `status` is read out, `memory` keeps picks, and
   * `audience` takes the viewer's votes.
   */
  constructor({ card, strip, status, memory, audience }) {
    this.#card = card;
    this.#strip = strip;
    this.#status = status;
    this.#context = { memory, audience, say: (text) => this.#say(text) };
    this.draw(0);
  }

  /** Takes a payload; false when it only repeats what is there. */
  take(payload, moment) {
    const isNew = this.#slots.take(payload, moment);
    if (isNew) {
      this.draw(moment.at);
      this.#announce(payload);
    }
    return isNew;
  }

  /**
   * Takes what was sent before the viewer came, `[{payload, sent_at}]` with texts, and is not over
   * yet. `now` is the stream's time and `date` its wall time: what is sent later than that comes in
   * the stream.
   */
  join(sent, { now, date }) {
    const moments = sent.map(({ payload, sent_at }) => ({
      payload: read(payload),
      at: mediaTimeOf(sent_at, { at: now, date }),
      date: Date.parse(sent_at),
    }));
    moments.sort((a, b) => a.at - b.at);
    for (const { payload, at, date } of moments) {
      if (at !== null && at <= now) this.#slots.take(payload, { at, date, known: now });
    }
    this.draw(now);
    const { card } = this.#slots;
    if (card) this.#announce(card.payload);
  }

  /** Empties the screen: votes that are on their way go on. */
  reset() {
    this.#slots.reset();
    for (const { leave } of this.#drawn.values()) leave?.({ isOver: false });
    this.#drawn.clear();
    this.draw(0);
  }

  /** Brings the screen to the stream's time `now`. */
  draw(now) {
    this.#slots.leave(now);
    const { card, strip } = this.#slots;
    const wanted = [card, ...strip].filter(Boolean);
    const all = this.#slots.all;
    for (const [id, { leave }] of this.#drawn) {
      if (all.some((entry) => entry.id === id)) continue;
      this.#drawn.delete(id);
      leave?.({ isOver: true });
    }
    this.#place(this.#card, card ? [card] : [], empty);
    this.#place(this.#strip, strip, null);
    for (const entry of wanted) {
      const { element, tick } = this.#drawn.get(entry.id);
      tick?.(now);
      runOut(element, entry, now);
    }
  }

  #place(place, entries, whenEmpty) {
    const elements = entries.map((entry) => this.#elementOf(entry));
    if (elements.length === 0 && whenEmpty) {
      if (place.firstElementChild?.classList.contains("empty")) return;
      elements.push(whenEmpty());
    }
    const there = [...place.children];
    if (there.length === elements.length && there.every((child, n) => child === elements[n]))
      return;
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...elements);
    // Whoever was in the card by keyboard is in the next one.
    if (hadFocus) (place.querySelector("[tabindex='-1']") ?? place).focus({ preventScroll: true });
  }

  #elementOf(entry) {
    if (!this.#drawn.has(entry.id)) this.#drawn.set(entry.id, render(entry, this.#context));
    return this.#drawn.get(entry.id).element;
  }

  #announce(payload) {
    if (payload.kind !== "raw" && payload.kind !== "clear") {
      this.#say(`${payload.kind}: ${summary(payload)}`);
    }
  }

  #say(text) {
    this.#status.textContent = text;
  }
}

/** The thin line that runs out as the card does. */
function runOut(element, { at, ends, until, payload }, now) {
  const end = Math.min(until, payload.kind === "timer" ? Infinity : (ends ?? Infinity));
  if (!Number.isFinite(end) || !element.classList.contains("card")) return;
  let line = element.querySelector(".run-out");
  if (!line) {
    line = el("span", { class: "run-out", "aria-hidden": "true" });
    element.append(line);
  }
  line.style.setProperty("--left", Math.min(1, Math.max(0, (end - now) / Math.max(end - at, 0.1))));
}

const empty = () =>
  el(
    "div",
    { class: "empty" },
    el("p", {}, "waiting for the first card"),
    el(
      "p",
      { class: "note" },
      "polls, notices and products show here the moment the stream brings them",
    ),
  );
