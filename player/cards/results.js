// How a poll ended: a bar for each answer, the viewer's own and the right one marked.

import { el } from "../dom.js";
import { choices, words } from "../payload.js";

/** Answers of a tie that are named; of more only their number is told. */
const NAMED_MAX = 3;

/** The card. Question and answers may have come with the poll only. */
export function render({ payload }, { audience, memory }) {
  const { value } = payload;
  const asked = memory.asked(value);
  const rows = rowsOf(value, asked);
  const ballot = audience.ballot(value);
  const list = el("ul", { class: "bars" });
  const own = el("p", { class: "own" });
  const show = () => {
    // What stands is known by the server, or was when this page was last open.
    const picked = ballot.standing ?? memory.picked(value);
    list.replaceChildren(...rows.map((row) => bar(row, row.key === picked)));
    own.textContent = ownOf(rows, picked, ballot) ?? "";
    own.hidden = own.textContent === "";
  };
  const total = totalOf(value, rows);
  const note = [tieOf(rows), votesOf(total)];
  const stands = el("p", { class: "note", hidden: true });
  const element = el(
    "article",
    { class: "card card-results" },
    el("p", { class: "label" }, "results"),
    el("h2", { tabindex: "-1" }, words(value.question ?? asked?.question ?? "results")),
    list,
    own,
    el("p", { class: "note" }, note.filter(Boolean).join(" · ")),
    stands,
  );
  show();
  ballot.addEventListener("change", show);
  if (rows.some(({ isRight }) => isRight)) tellStanding(value, audience, stands);
  return { element, leave: () => ballot.removeEventListener("change", show) };
}

/** Each answer with its count and share. */
function rowsOf(value, asked) {
  const given = choices(value.answers);
  const answers = new Map(
    (given.length > 0 ? given : (asked?.answers ?? [])).map((it) => [it.key, it.value]),
  );
  const counts = choices(value.counts).map(({ key, value: count }) => [key, Number(count) || 0]);
  const total = totalOf(
    value,
    counts.map(([, count]) => ({ count })),
  );
  const most = Math.max(...counts.map(([, count]) => count));
  return counts.map(([key, count]) => ({
    key,
    count,
    answer: words(answers.get(key) ?? `answer ${key}`),
    share: total > 0 ? Math.min(count / total, 1) : 0,
    leads: count === most && count > 0,
    isRight: key === words(value.correct),
  }));
}

const totalOf = (value, rows) =>
  Number(value.total ?? rows.reduce((sum, { count }) => sum + count, 0)) || 0;

function votesOf(total) {
  if (total === 0) return "no votes";
  return total === 1 ? "1 vote" : `${total.toLocaleString("en")} votes`;
}

function tieOf(rows) {
  const leading = rows.filter(({ leads }) => leads).map(({ answer }) => answer);
  if (leading.length < 2) return null;
  if (leading.length > NAMED_MAX) return `a tie of ${leading.length} answers`;
  return `a tie: ${leading.slice(0, -1).join(", ")} and ${leading.at(-1)}`;
}

/** How the viewer's own vote came out; null where there is nothing to say. */
function ownOf(rows, picked, { problem }) {
  if (problem === "unsent") return "your vote was not sent in time";
  const right = rows.find(({ isRight }) => isRight);
  if (!right || picked === null) return null;
  return right.key === picked ? "✓ your answer is right" : `✗ the right answer is ${right.answer}`;
}

async function tellStanding(value, audience, place) {
  const me = await audience.standing(value);
  if (!me) return;
  const points = me.points === 1 ? "1 point" : `${me.points.toLocaleString("en")} points`;
  place.textContent =
    me.place === null ? "you have no points yet" : `you have ${points} · place ${me.place}`;
  place.hidden = false;
}

function bar({ answer, count, share, leads, isRight }, isOwn) {
  const percent = `${Math.round(share * 100)} %`;
  const marks = [isRight ? "✓ correct" : null, isOwn ? "your pick" : null].filter(Boolean);
  const grown = el("span", { class: "bar" });
  grown.style.setProperty("--share", share);
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
      el("span", { class: "bar-numbers" }, `${count.toLocaleString("en")} · ${percent}`),
    ),
    el("span", { class: "bar-track", "aria-hidden": "true" }, grown),
  );
}
