// A question with a button for each answer; a quiz is the same with another name, and a name for
// the viewer.

import { el } from "../dom.js";
import { choices, words } from "../payload.js";
import { clock } from "../time.js";
import { nameField } from "./name.js";

/** So many seconds after the close its votes are being counted; then no results are to come. */
const COUNTING_S = 30;

/** The card. Buttons vote; they close in the stream's time. */
export function render({ payload, ends }, { audience, memory, say }) {
  const { kind, value } = payload;
  memory.ask(value);
  const ballot = audience.ballot(value);
  const phase = { isClosed: false, isCounting: false };
  const note = el("p", { class: "note" });
  const left = el("span", { class: "left", role: "timer" });
  const show = () => {
    const isOpen = !phase.isClosed && ballot.isOpen;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === ballot.standing));
      // Not `disabled`: whoever stands on one by keyboard would fall off.
      button.setAttribute("aria-disabled", String(!isOpen));
      button.classList.toggle("is-pending", button.value === ballot.pending);
    }
    element.classList.toggle("is-closed", phase.isClosed || ballot.problem === "closed");
    const { text, state } = noteOf(ballot, phase, nameOf);
    if (note.textContent !== text) note.textContent = text;
    note.dataset.state = state;
  };
  const nameOf = (key) => words(choices(value.answers).find((it) => it.key === key)?.value);
  const pick = ({ currentTarget }) => !phase.isClosed && ballot.choose(currentTarget.value);
  const buttons = choices(value.answers).map(({ key, value: answer }) =>
    el("button", { type: "button", class: "answer", value: key, onclick: pick }, words(answer)),
  );
  const element = el(
    "article",
    { class: "card card-poll" },
    el("p", { class: "label" }, kind === "quiz" ? "quiz question" : "poll question", left),
    el("h2", { tabindex: "-1" }, words(value.question)),
    el("div", { class: "answers", role: "group", "aria-label": "answers" }, buttons),
    note,
    kind === "quiz" ? nameField(audience) : null,
  );
  const changed = () => {
    show();
    say(note.textContent);
  };
  ballot.addEventListener("change", changed);
  show();
  const tick = (now) => {
    phase.isClosed = ends !== null && now >= ends;
    phase.isCounting = phase.isClosed && now < ends + COUNTING_S;
    const text = ends === null || phase.isClosed ? "" : clock(ends - now);
    if (left.textContent !== text) left.textContent = text;
    show();
  };
  const leave = ({ isOver }) => {
    ballot.removeEventListener("change", changed);
    if (isOver) ballot.leave();
  };
  return { element, tick, leave };
}

/** What is said under the answers, and whether it waits or went wrong. */
function noteOf(ballot, { isClosed, isCounting }, nameOf) {
  const { standing, pending, change, problem, againAt } = ballot;
  if (problem === "offline") {
    return { text: "no connection: your vote is not sent yet, it will be", state: "waits" };
  }
  if (problem === "busy") {
    const seconds = Math.max(1, Math.ceil((againAt - Date.now()) / 1000));
    return { text: `many vote at once: yours is sent again in ${seconds} s`, state: "waits" };
  }
  if (problem === "early") {
    return { text: "not open here yet: your vote is sent again", state: "waits" };
  }
  if (pending !== null) return { text: "sending…", state: "waits" };
  if (problem in PROBLEMS) return { text: PROBLEMS[problem], state: "failed" };
  const isOver = isClosed || problem === "closed";
  const said = [];
  if (isOver) said.push(problem === "closed" && !isClosed ? "the votes are closed" : "closed");
  if (standing !== null) said.push(`your pick: ${nameOf(standing)}`);
  if (isCounting) said.push("counting…");
  if (standing !== null && !isOver && change === true) said.push("you can change it");
  if (standing !== null && !isOver && change === false) said.push("your first answer counts");
  return { text: said.join(" · ") || "pick an answer", state: "" };
}

const PROBLEMS = {
  absent: "votes are not taken here",
  "no-id": "this browser keeps no cookies, and a vote needs one",
  refused: "your vote was not taken",
  unsent: "your vote was not sent in time",
};
