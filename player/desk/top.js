// The top line: what the show is doing, each number with its limit.

import { el } from "../dom.js";
import { write } from "./keyed.js";
import { many, number, passed, running, timeOfDay } from "./words.js";

/** Credentials that end within so many milliseconds are worth a look. */
const ENDING_MS = 15 * 60_000;

/** The facts, in `place`; `connection` is told apart from what the runner says. */
export class Top {
  #facts = new Map();
  #place;
  #view = null;
  #connection = "connecting";

  constructor(place) {
    this.#place = place;
    for (const name of NAMES) this.#fact(name);
  }

  /** Shows a view. */
  show(view) {
    this.#view = view;
  }

  /** How the connection is: `connecting`, `open` or `lost`. */
  set connection(is) {
    this.#connection = is;
  }

  /** Brings it to the runner's time `now`. */
  tick(now) {
    this.#set("desk", CONNECTIONS[this.#connection]);
    if (this.#view === null) return;
    for (const [name, told] of Object.entries(facts(this.#view, now))) this.#set(name, told);
  }

  #fact(name) {
    const place = PLACES[name];
    const value = place ? el("a", { class: "value", href: place }) : el("span", { class: "value" });
    const element = el("li", { "data-fact": name, hidden: true }, value);
    this.#place.append(element);
    this.#facts.set(name, { element, value });
  }

  #set(name, told) {
    const { element, value } = this.#facts.get(name);
    element.hidden = told === null;
    if (told === null) return;
    write(value, told.words);
    element.dataset.tone = told.tone ?? "";
    if (told.title) element.title = told.title;
  }
}

const CONNECTIONS = {
  connecting: { words: "connecting", tone: "amber" },
  open: { words: "connected", tone: "green" },
  lost: { words: "no connection", tone: "red" },
};

/** Where more is said of a fact: on a phone that is far down. */
const PLACES = { script: "#script" };

/** In the order they are shown. */
const NAMES = [
  "clock",
  "air",
  "viewers",
  "last",
  "budget",
  "sent",
  "waiting",
  "refused",
  "expired",
  "credentials",
  "script",
  "desk",
];

function facts(view, now) {
  const { sent, waiting, refused, expired, budget, zone, last_sent_at: lastAt } = view;
  const counted = (n, what, tone) => ({
    words: `${number(n)} ${what}`,
    tone: n > 0 ? tone : "",
  });
  return {
    clock: { words: `${timeOfDay(now, view.offset_s)} ${zone}` },
    air: airOf(view.air, now),
    viewers: view.air.viewers === null ? null : { words: many(view.air.viewers, "viewer") },
    last: { words: lastAt === null ? "nothing sent yet" : `last sent ${passed(now - lastAt)} ago` },
    budget: {
      words: `${budget.used} of ${budget.limit} a second`,
      tone: budget.used >= budget.limit ? "amber" : "",
    },
    sent: counted(sent, "sent", "green"),
    waiting: counted(waiting, "waiting", "amber"),
    refused: counted(refused, "refused", "red"),
    expired: counted(expired, "expired", "amber"),
    credentials: credentialsOf(view.credentials, now),
    script: view.mistake === null ? null : { words: "script error", tone: "red" },
  };
}

function airOf({ state, stream, health, started_at: startedAt }, now) {
  if (state === "off") return { words: "off air", tone: "amber" };
  const since = startedAt === null ? "" : ` ${running(now - startedAt)}`;
  const poor = health !== null && health !== "HEALTHY" ? `, ${health.toLowerCase()}` : "";
  if (state === "assumed") return { words: "taken to be on air", tone: "amber" };
  return { words: `on air${since}${poor}`, tone: poor ? "amber" : "green", title: stream };
}

function credentialsOf({ until, problem }, now) {
  if (problem) return { words: `credentials: ${problem}`, tone: "red" };
  if (until === null) return null;
  if (until <= now) return { words: "credentials are over", tone: "red" };
  const words = `credentials for ${passed(until - now)}`;
  return { words, tone: until - now < ENDING_MS ? "amber" : "" };
}
