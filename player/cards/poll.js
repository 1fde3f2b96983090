// A question with a button for each answer; a quiz is the same with another name.

import { el } from "../dom.js";
import { choices, words } from "../payload.js";

/** The card. The viewer's pick is marked, and kept in the page. */
export function render({ payload, ends }, { memory, say }) {
  const { kind, value } = payload;
  memory.ask(value);
  const note = el("p", { class: "note" });
  const show = () => {
    const picked = memory.picked(value);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === picked));
    }
    const answer = buttons.find((button) => button.value === picked)?.textContent;
    note.textContent = answer === undefined ? "pick an answer" : `your pick: ${answer}`;
  };
  const pick = ({ currentTarget }) => {
    memory.pick(value, currentTarget.value);
    show();
    say(note.textContent);
  };
  const buttons = choices(value.answers).map(({ key, value: answer }) =>
    el("button", { type: "button", class: "answer", value: key, onclick: pick }, words(answer)),
  );
  const element = el(
    "article",
    { class: "card card-poll" },
    el("p", { class: "label" }, kind === "quiz" ? "quiz question" : "poll question"),
    el("h2", { tabindex: "-1" }, words(value.question)),
    el("div", { class: "answers", role: "group", "aria-label": "answers" }, buttons),
    note,
  );
  show();
  const tick = (now) => {
    if (ends === null || now < ends || buttons[0].disabled) return;
    for (const button of buttons) button.disabled = true;
    note.textContent = memory.picked(value) === null ? "closed" : `closed · ${note.textContent}`;
  };
  return { element, tick };
}
