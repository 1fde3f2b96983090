// Data that this page has no card for.

import { el } from "../dom.js";
import { coloured } from "../json.js";

/** The card: the data as it came. */
export function render({ payload }) {
  const label = el("p", { class: "label", tabindex: "-1" }, "data");
  const data = el("pre", { tabindex: "0", "aria-label": "data" }, coloured(payload.text));
  return { element: el("article", { class: "card card-raw" }, label, data) };
}
