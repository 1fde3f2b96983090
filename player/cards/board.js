// A score board.

import { el } from "../dom.js";
import { words } from "../payload.js";

/** The strip's entry. */
export function render({ payload }) {
  const { title, rows } = payload.value;
  const lines = rows.map(([name, ...values]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, words(name)),
      values.map((value) => el("td", {}, words(value))),
    ),
  );
  const caption = words(title) && el("caption", {}, words(title));
  const element = el(
    "div",
    { class: "chip chip-board" },
    el("table", {}, caption, el("tbody", {}, lines)),
  );
  return { element };
}
