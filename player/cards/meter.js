// How far something has come.

import { el } from "../dom.js";
import { words } from "../payload.js";

/** The strip's entry. */
export function render({ payload }) {
  const { text, value, goal } = payload.value;
  const share = goal > 0 ? Math.min(Math.max(value / goal, 0), 1) : 0;
  const bar = el("span", { class: "bar" });
  bar.style.setProperty("--share", share);
  const number = (n) => n.toLocaleString("en");
  const element = el(
    "div",
    { class: "chip chip-meter" },
    el("span", {}, words(text)),
    el("span", { class: "bar-track", "aria-hidden": "true" }, bar),
    el("span", { class: "numbers" }, `${number(value)} of ${number(goal)}`),
  );
  return { element };
}
