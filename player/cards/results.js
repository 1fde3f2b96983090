// How a poll ended: a bar for each answer, the viewer's own and the right one marked.

import { el } from "../dom.js";
import { choices, words } from "../payload.js";

/** The card. Question and answers may have come with the poll only. */
export function render({ payload }, { memory }) {
  const { value } = payload;
  const asked = memory.asked(value);
  const question = value.question ?? asked?.question ?? "results";
  const given = choices(value.answers);
  const answers = new Map(
    (given.length > 0 ? given : (asked?.answers ?? [])).map((it) => [it.key, it.value]),
  );
  const counts = choices(value.counts).map(({ key, value: count }) => ({
    key,
    count: Number(count) || 0,
  }));
  const total = Number(value.total ?? counts.reduce((sum, { count }) => sum + count, 0)) || 0;
  const most = Math.max(...counts.map(({ count }) => count));
  const picked = memory.picked(value);
  const rows = counts.map(({ key, count }) =>
    row({
      answer: words(answers.get(key) ?? `answer ${key}`),
      count,
      share: total > 0 ? Math.min(count / total, 1) : 0,
      leads: count === most && count > 0,
      marks: [
        key === words(value.correct) ? "✓ correct" : null,
        key === picked ? "your pick" : null,
      ].filter(Boolean),
    }),
  );
  const element = el(
    "article",
    { class: "card card-results" },
    el("p", { class: "label" }, "results"),
    el("h2", { tabindex: "-1" }, words(question)),
    el("ul", { class: "bars" }, rows),
    el("p", { class: "note" }, total === 1 ? "1 vote" : `${total} votes`),
  );
  return { element };
}

function row({ answer, count, share, leads, marks }) {
  const percent = `${Math.round(share * 100)} %`;
  const bar = el("span", { class: "bar" });
  bar.style.setProperty("--share", share);
  return el(
    "li",
    { class: leads ? "leads" : null },
    el(
      "span",
      { class: "bar-words" },
      el(
        "span",
        {},
        answer,
        marks.map((mark) => el("em", {}, mark)),
      ),
      el("span", { class: "bar-numbers" }, `${count} · ${percent}`),
    ),
    el("span", { class: "bar-track", "aria-hidden": "true" }, bar),
  );
}
