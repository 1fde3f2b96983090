// The history: every payload that came, newest first, each with its JSON.

import { cut, el } from "./dom.js";
import { coloured } from "./json.js";
import { summary } from "./payload.js";
import { clock } from "./time.js";

/** Payloads the history holds. */
const MOST = 100;
/** Characters of a line's words. */
const WORDS = 160;

/** The list of what came, in `list`. */
export class History {
  #list;

  constructor(list) {
    this.#list = list;
  }

  /** Adds a payload that came at `at` seconds; one that only repeats is counted where it stands. */
  add(payload, at, isNew) {
    const newest = this.#list.firstElementChild;
    if (!isNew && newest?.payloadText === payload.text) {
      newest.times += 1;
      newest.querySelector(".times").textContent = `×${newest.times}`;
      return;
    }
    const entry = line(payload, at, isNew);
    entry.payloadText = payload.text;
    entry.times = 1;
    this.#list.prepend(entry);
    while (this.#list.children.length > MOST) this.#list.lastElementChild.remove();
  }
}

function line(payload, at, isNew) {
  const details = el(
    "details",
    {},
    el(
      "summary",
      {},
      el("time", {}, clock(at)),
      el("span", { class: `kind kind-${payload.kind}` }, isNew ? payload.kind : "repeat"),
      el("span", { class: "words" }, cut(summary(payload), WORDS)),
      el("span", { class: "times" }),
      el("span", { class: "bytes" }, `${payload.bytes} B`),
    ),
  );
  // Most are never opened.
  const open = () => details.append(el("pre", {}, coloured(payload.text)));
  details.addEventListener("toggle", open, { once: true });
  return el("li", {}, details);
}
