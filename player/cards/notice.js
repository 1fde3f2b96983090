// A few words for everybody.

import { el } from "../dom.js";
import { words } from "../payload.js";

/** The card. */
export function render({ payload }) {
  const text = el("p", { class: "notice-text", tabindex: "-1" }, words(payload.value.text));
  const label = el("p", { class: "label" }, "notice");
  return { element: el("article", { class: "card card-notice" }, label, text) };
}
