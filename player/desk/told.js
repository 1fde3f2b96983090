// What an event says in a line, and which of the few colours is its own.

import { read, summary } from "../payload.js";
import { many, number, passed, size } from "./words.js";

/** Colours by what happened; all else is grey. */
const TONES = {
  sent: "green",
  on_air: "green",
  queued: "quiet",
  expired: "amber",
  dropped: "amber",
  in_doubt: "amber",
  missed: "amber",
  skipped: "amber",
  not_run: "amber",
  off_air: "amber",
  held: "amber",
  warning: "amber",
  script_warning: "amber",
  unseen: "amber",
  refused: "red",
  script_error: "red",
  reload_failed: "red",
  rolled_back: "red",
  plan_refused: "red",
  panicked: "red",
  poll_opened: "blue",
  poll_closed: "blue",
  poll_set: "blue",
};

/** `green`, `amber`, `red`, `blue` or `quiet`. */
export const toneOf = ({ event }) => TONES[event] ?? "quiet";

/** A line of it: what viewers read where there is a payload, else what it is about. */
export function wordsOf(event) {
  if (typeof event.payload === "string") return payloadWords(event);
  const told = Object.hasOwn(LINES, event.event) ? LINES[event.event](event) : null;
  return told ?? event.message ?? fieldsOf(event);
}

function payloadWords(event) {
  const words = summary(read(event.payload));
  const why = Object.hasOwn(BEFORE, event.event) ? BEFORE[event.event](event) : null;
  return why ? `${why} · ${words}` : words;
}

/** What is said before a payload's own words. */
const BEFORE = {
  sent: ({ repeat, maybe_twice: twice }) => (twice ? "maybe twice" : repeat ? "repeat" : null),
  refused: ({ refusal, again_ms: again, given_up: over }) => {
    if (over) return `${spaced(refusal)}, given up`;
    return again === undefined ? spaced(refusal) : `${spaced(refusal)}, again in ${again} ms`;
  },
  dropped: ({ why }) => spaced(why),
};

const LINES = {
  started: ({ run, cues, resume }) =>
    `run ${number(run)}, ${many(cues, "cue")}${resume ? ", goes on after a crash" : ""}`,
  cue_fired: ({ by, late_ms: late, data }) =>
    [`by ${by}`, late > 0 ? `${number(late)} ms late` : null, data && JSON.stringify(data)]
      .filter(Boolean)
      .join(" · "),
  missed: ({ count, late_ms: late }) => `${many(count, "fire")}, ${number(late)} ms late`,
  skipped: ({ why, count }) =>
    count === undefined ? `${spaced(why)}, from now on` : `${spaced(why)}, ${many(count, "fire")}`,
  not_run: ({ why }) => spaced(why),
  cue_set: ({ to, by }) => `${to} by ${by}`,
  reloaded: ({ file, kept, added = [], removed = [], changed = [], lines = 0 }) => {
    const counts = [
      [kept, "kept"],
      [added.length, "added"],
      [removed.length, "removed"],
      [changed.length, "changed"],
      [lines, lines === 1 ? "line changed" : "lines changed"],
    ];
    const told = counts.filter(([n]) => n > 0).map(([n, what]) => `${number(n)} ${what}`);
    return `${file}: ${told.join(", ")}`;
  },
  reload_failed: mistakeWords,
  rolled_back: ({ to }) =>
    to
      ? "what is saved failed too often: it does not play, the version before does"
      : "no earlier version ran for a minute: this one stays, mend it and save",
  script_error: mistakeWords,
  script_warning: mistakeWords,
  held: () => "nothing fires by itself",
  panicked: ({ unsent = [] }) =>
    ["nothing goes out", ...unsent.map((question) => `no results of ${question}`)].join(" · "),
  released: ({ skipped, held_ms: ms }) => `after ${passed(ms)}, ${many(skipped, "fire")} skipped`,
  state_set: ({ path, was, is, undo }) =>
    `${path.join(".")}: ${short(was)} → ${short(is)}${undo ? ", undone" : ""}`,
  name_set: ({ hidden, viewers }) =>
    `a name is ${hidden ? "hidden from leaderboards" : "seen again"} · ${many(viewers, "viewer")}`,
  poll_set: ({ to, question }) => `${to} by hand: ${question}`,
  poll_opened: ({ question }) => question,
  poll_closed: ({ question, total, unsent }) =>
    `${question}: ${many(total, "vote")}${unsent ? ", not shown: it closed in a panic" : ""}`,
};

function mistakeWords({ line, column, message }) {
  return line ? `line ${line}, column ${column}: ${message}` : message;
}

/** What has its own column or is the same in all. */
const COMMON = new Set(["id", "at", "event", "show", "channel", "cue", "bytes"]);

function fieldsOf(event) {
  const told = Object.entries(event).filter(([name]) => !COMMON.has(name));
  return told.map(([name, value]) => `${spaced(name)} ${short(value)}`).join(" · ");
}

const short = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** `off_air` as words. */
export const spaced = (name) => String(name).replaceAll("_", " ");

/** The bytes of its payload; nothing where it has none. */
export const bytesOf = ({ bytes }) => (typeof bytes === "number" ? size(bytes) : "");
