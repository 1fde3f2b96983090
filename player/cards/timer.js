// A countdown, in the stream's own time: who watches later sees it end with the picture.

import { el } from "../dom.js";
import { words } from "../payload.js";
import { clock } from "../time.js";

/** The strip's entry. */
export function render({ payload, ends }) {
  const left = el("span", { class: "timer-left", role: "timer" });
  const element = el(
    "div",
    { class: "chip chip-timer" },
    el("span", {}, words(payload.value.text)),
    left,
  );
  const tick = (now) => {
    const text = clock(ends - now);
    if (left.textContent !== text) left.textContent = text;
    element.classList.toggle("is-over", now >= ends);
  };
  return { element, tick };
}
