// Polls with their live tallies, and the operator's hand on them.

import { el } from "../dom.js";
import { Keyed, write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { left, many, number, timeOfDay } from "./words.js";

/** By how much *+15 s* extends a poll, in seconds. */
const MORE_S = 15;
/** Polls that are shown unfolded; older ones are folded away. */
const SHOWN_MAX = 6;

/** The list of them, in `place`. */
export class Polls {
  #list;
  #older;
  #olderCount = el("summary", {});
  #folded;
  #empty = el("p", { class: "quiet" }, "nothing was asked yet");

  constructor(place, api) {
    const make = (poll) => new PollCard(poll, api);
    const older = el("ul", { class: "polls" });
    this.#list = new Keyed(place, make);
    this.#older = new Keyed(older, make);
    this.#folded = el("details", { hidden: true }, this.#olderCount, older);
    place.after(this.#empty, this.#folded);
  }

  /** Shows a view. */
  show({ polls, offset_s: offset }) {
    const items = polls.map((poll) => [keyOf(poll), { ...poll, offset }]);
    this.#list.set(items.slice(0, SHOWN_MAX));
    const older = items.slice(SHOWN_MAX);
    this.#older.set(older);
    this.#folded.hidden = older.length === 0;
    write(this.#olderCount, many(older.length, "older one"));
    this.#empty.hidden = polls.length > 0;
  }

  /** Brings the countdowns to the runner's time `now`. */
  tick(now) {
    for (const card of this.#list.parts) card.tick(now);
  }
}

const keyOf = ({ poll_id: id, current_time: time }) => `${id} ${time}`;

class PollCard {
  #poll;
  #api;
  #question = el("h3", {});
  #kind = el("span", { class: "poll-kind" });
  #standing = el("span", { class: "standing" });
  #left = el("span", { class: "counted" });
  #total = el("span", { class: "quiet" });
  #unsent = el("p", { class: "unsent", hidden: true });
  #bars = el("ul", { class: "bars" });
  #rows = new Keyed(this.#bars, bar);
  #outcome = new Outcome();
  #presses;

  constructor(poll, api) {
    this.#poll = poll;
    this.#api = api;
    const act = (verb, body = null) => () => this.#act(verb, body);
    const small = (more) => new Press({ kind: "small", ...more });
    this.#presses = {
      close: small({ words: "close now", act: act("close") }),
      extend: small({ words: `+${MORE_S} s`, act: act("extend", { seconds: MORE_S }) }),
      results: small({ words: "show results again", act: act("results") }),
      void: small({ words: "void", act: act("void"), asks: true }),
    };
    const { close, extend, results, void: annul } = this.#presses;
    const buttons = [close, extend, results, annul].map(({ element }) => element);
    this.element = el(
      "li",
      { class: "poll" },
      el("p", { class: "poll-head" }, this.#kind, this.#standing, this.#left),
      this.#question,
      this.#unsent,
      this.#bars,
      this.#total,
      el("div", { class: "buttons" }, buttons),
      this.#outcome.element,
    );
  }

  show(poll) {
    this.#poll = poll;
    const { standing, total, counts, correct } = poll;
    write(this.#kind, poll.type === "quiz" ? "quiz" : "poll");
    write(this.#question, poll.question);
    write(this.#standing, standing);
    this.#standing.dataset.is = standing;
    this.#unsent.hidden = !poll.unsent;
    if (poll.unsent) write(this.#unsent, unsentOf(standing));
    const opened = timeOfDay(poll.opened_at, poll.offset);
    write(this.#total, `${many(total, "vote")} · opened ${opened}`);
    const most = Math.max(0, ...Object.values(counts));
    const rows = Object.entries(poll.answers).map(([key, answer]) => {
      const count = counts[key] ?? 0;
      const share = total > 0 ? count / total : 0;
      return [key, { answer, count, share, leads: count === most && count > 0, key, correct }];
    });
    this.#rows.set(rows);
    const isOpen = standing === "open";
    this.#presses.close.element.hidden = !isOpen;
    this.#presses.extend.element.hidden = !isOpen || poll.closes_at === null;
    this.#presses.void.element.hidden = !isOpen;
    this.#presses.results.element.hidden = standing !== "closed";
    this.#presses.results.words = poll.unsent ? "show results" : "show results again";
  }

  tick(now) {
    const { standing, closes_at: closesAt } = this.#poll;
    const isCounted = standing === "open" && closesAt !== null;
    write(this.#left, isCounted ? `closes in ${left(Math.max(1, closesAt - now))}` : "");
  }

  async #act(verb, body) {
    const { poll_id: id, current_time: time } = this.#poll;
    const path = `polls/${encodeURIComponent(id)}/${encodeURIComponent(time)}/${verb}`;
    const { problem } = await this.#api.act(path, body);
    this.#outcome.tell(problem);
  }
}

/** Of one whose results a panic kept back. */
const unsentOf = (standing) =>
  standing === "closed"
    ? "‖ closed in a panic: viewers did not see the results"
    : "‖ closed in a panic: viewers will not see the results by themselves";

function bar() {
  const words = el("span", {});
  const mark = el("em", { hidden: true }, "✓ correct");
  const numbers = el("span", { class: "bar-numbers" });
  const grown = el("span", { class: "bar" });
  const element = el(
    "li",
    {},
    el("span", { class: "bar-words" }, el("span", {}, words, mark), numbers),
    el("span", { class: "bar-track", "aria-hidden": "true" }, grown),
  );
  return {
    element,
    show({ key, answer, count, share, leads, correct }) {
      write(words, answer);
      mark.hidden = key !== correct;
      write(numbers, `${number(count)} · ${Math.round(share * 100)} %`);
      grown.style.setProperty("--share", share);
      element.classList.toggle("leads", leads);
    },
  };
}
