// What came: a text of the stream becomes a kind of card, a slot and the words in it.

import { spanOf } from "./time.js";

const encoder = new TextEncoder();

/**
 * Reads a text of the stream. Never fails: what is no JSON is a notice, and what is unknown is
 * `raw`.
 */
export function read(text) {
  const bytes = encoder.encode(text).length;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { text, bytes, kind: "notice", slot: "notice", value: { text }, showFor: null };
  }
  if (!isMap(value)) return { text, bytes, kind: "raw", slot: "data", value, showFor: null };
  return {
    text,
    bytes,
    kind: kindOf(value),
    slot: slotOf(value),
    value,
    showFor: spanOf(value.show_for),
  };
}

/** The rule of slots: `slot`, else `poll` for a question or results, else `type`, else `data`. */
export function slotOf(value) {
  if (typeof value.slot === "string") return value.slot;
  if (isAsking(value) || value.type === "results") return "poll";
  return typeof value.type === "string" ? value.type : "data";
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isAsking = (value) => Object.hasOwn(value, "question") && Object.hasOwn(value, "answers");
const isText = (value) => ["string", "number", "boolean"].includes(typeof value);
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** What a payload must have to be shown as its kind. */
const FORMS = {
  results: (value) => choices(value.counts).length > 0,
  notice: (value) => isText(value.text),
  card: (value) => ["title", "text", "image"].some((field) => isText(value[field])),
  timer: (value) => !Number.isNaN(Date.parse(value.ends_at)),
  meter: (value) => isNumber(value.value) && isNumber(value.goal),
  board: (value) => Array.isArray(value.rows) && value.rows.every((row) => Array.isArray(row)),
  clear: () => true,
};

function kindOf(value) {
  const form = Object.hasOwn(FORMS, value.type) ? FORMS[value.type] : null;
  if (form) return form(value) ? value.type : "raw";
  if (isAsking(value) && isText(value.question) && choices(value.answers).length > 0) {
    return value.type === "quiz" ? "quiz" : "poll";
  }
  return "raw";
}

/**
 * Answers or counts by their key, `[{key, value}]`: an object by its own keys, a list by place from
 * one.
 */
export function choices(given) {
  if (Array.isArray(given)) return given.map((value, n) => ({ key: String(n + 1), value }));
  return isMap(given) ? Object.entries(given).map(([key, value]) => ({ key, value })) : [];
}

/** A value as a person reads it. */
export function words(value) {
  if (value == null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What names one asking: the question's id and when it was asked. */
export function askingOf(value) {
  return JSON.stringify([words(value.poll_id ?? value.question), words(value.current_time)]);
}

/** A payload in one line, for the history and for screen readers. */
export function summary({ kind, value, text }) {
  const join = (parts, between) => parts.map(words).filter(Boolean).join(between);
  switch (kind) {
    case "poll":
    case "quiz":
      return `${words(value.question)} ${join(
        choices(value.answers).map((it) => it.value),
        ", ",
      )}`;
    case "results":
      return join([value.question, `${words(value.total)} votes`], ": ");
    case "card":
      return join([value.title, value.text, value.price], " · ");
    case "meter":
      return `${words(value.text)} ${words(value.value)} of ${words(value.goal)}`;
    case "board":
      return `${words(value.title)} ${join(
        value.rows.map((row) => join(row, " ")),
        ", ",
      )}`;
    case "notice":
    case "timer":
      return words(value.text);
    case "clear":
      return typeof value.slot === "string" ? `takes ${value.slot} away` : "takes everything away";
    default:
      return text;
  }
}
