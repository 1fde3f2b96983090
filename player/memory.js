// What this page remembers of askings: the viewer's pick, and the words of the answers.

import { askingOf, choices } from "./payload.js";

/** Askings whose answers are remembered for their results. */
const ASKINGS_MAX = 50;

/** Remembers askings; picks are kept in `storage` (the session's) for as long as the tab lives. */
export class Memory {
  /** Whose askings: two channels that one show plays on may ask the same at the same time. */
  channel = null;
  #answers = new Map();
  #picks = new Map();
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  /** Remembers a poll's answers: results may come without them. */
  ask(value) {
    const asking = askingOf(value);
    this.#answers.delete(asking);
    this.#answers.set(asking, { question: value.question, answers: choices(value.answers) });
    if (this.#answers.size > ASKINGS_MAX) this.#answers.delete(this.#answers.keys().next().value);
  }

  /** The question and answers that results belong to; none when the poll was not seen. */
  asked(value) {
    return this.#answers.get(askingOf(value)) ?? null;
  }

  /** Keeps the viewer's pick. */
  pick(value, key) {
    const name = this.#nameOf(value);
    this.#picks.set(name, key);
    try {
      this.#storage.setItem(name, key);
    } catch {
      // A full or forbidden storage: the pick lasts as long as the page.
    }
  }

  /** The key of the viewer's pick; null when there is none. */
  picked(value) {
    const name = this.#nameOf(value);
    try {
      return this.#picks.get(name) ?? this.#storage.getItem(name);
    } catch {
      return null;
    }
  }

  #nameOf(value) {
    return `pick ${this.channel ?? ""} ${askingOf(value)}`;
  }
}
