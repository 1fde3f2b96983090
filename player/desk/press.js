// Buttons that have something done at the runner: they say when they wait for its answer, when they
// ask once more, and when there is no connection.

import { el } from "../dom.js";
import { write } from "./keyed.js";

/** How long a button that asks once more waits to be pressed again, in milliseconds. */
const SURE_MS = 4000;
const shows = new WeakMap();
let isOffline = true;

/** Tells all buttons of the page how the connection is. */
export function setOffline(offline) {
  if (offline === isOffline) return;
  isOffline = offline;
  for (const button of document.querySelectorAll("[data-press]")) shows.get(button)?.();
}

/** A button. */
export class Press {
  #act;
  #words;
  #refusal = null;
  #isSure;
  #asking = null;
  #isPending = false;
  #label = el("span", {});

  /**
   * `act()` does what it is for and gives a promise; `words` are on it. With `asks` it has to be
   * pressed twice.
   */
  constructor({ words, act, kind = "", asks = false, title = null, more = [] }) {
    this.#words = words;
    this.#act = act;
    this.#isSure = !asks;
    this.element = el(
      "button",
      { type: "button", class: `press ${kind}`, title, "data-press": true },
      this.#label,
      more,
    );
    this.element.addEventListener("click", () => this.press());
    shows.set(this.element, () => this.#show());
    this.#show();
  }

  /** Other words on it. */
  set words(words) {
    this.#words = words;
    this.#show();
  }

  /** Whether it has to be pressed twice. */
  set asks(asks) {
    this.#isSure = !asks;
  }

  /** Why it cannot be pressed now, in a word; null when it can. */
  set refusal(words) {
    if (words === this.#refusal) return;
    this.#refusal = words;
    this.#show();
  }

  /** What a click does. */
  async press() {
    if (this.element.disabled || this.#isPending) return;
    if (!this.#isSure && this.#asking === null) {
      this.#asking = setTimeout(() => this.#calm(), SURE_MS);
      this.#show();
      return;
    }
    this.#calm();
    this.#isPending = true;
    this.#show();
    try {
      await this.#act();
    } finally {
      this.#isPending = false;
      this.#show();
    }
  }

  #calm() {
    clearTimeout(this.#asking);
    this.#asking = null;
    this.#show();
  }

  #show() {
    const { element } = this;
    // Whoever stands on one by keyboard must not fall off while it waits for the answer.
    element.disabled = isOffline || this.#refusal !== null;
    element.setAttribute("aria-busy", String(this.#isPending));
    element.classList.toggle("is-asking", this.#asking !== null);
    write(this.#label, this.#face());
  }

  #face() {
    if (isOffline) return "offline";
    if (this.#refusal !== null) return this.#refusal;
    if (this.#isPending) return "…";
    return this.#asking === null ? this.#words : "sure?";
  }
}

/** A line that says what came of something: nothing, or what went wrong. */
export class Outcome {
  element = el("p", { class: "outcome", hidden: true });

  /** `problem` is null where it was done; `words` say so. */
  tell(problem, words = "") {
    const text = problem ?? words;
    this.element.dataset.is = problem ? "failed" : "done";
    this.element.hidden = text === "";
    write(this.element, problem ? `✗ ${text}` : text);
    write(document.getElementById("said"), text);
  }
}
