// The last events: kept, filtered, and each with its payload.

import { cut, el } from "../dom.js";
import { coloured } from "../json.js";
import { write } from "./keyed.js";
import { LongList } from "./list.js";
import { bytesOf, spaced, toneOf, wordsOf } from "./told.js";
import { moment, number } from "./words.js";

/** Events that are kept here; the journal has them all. */
export const EVENTS_MAX = 5_000;
/** Characters of a line; more is never in sight. */
const LINE_MAX = 300;
/** Characters of an event's JSON that are shown. */
const JSON_MAX = 20_000;

/** What came so far, oldest first. Pure, so that it can be tried without a page. */
export class Kept {
  items = [];
  #seq = 0;
  #isFirst = true;

  /** The connection is a new one: what comes first may be known. */
  reconnected() {
    this.#isFirst = true;
  }

  /** Takes events as they were told; gives those that are new, each `{seq, event, text}`. */
  take(events) {
    const known = this.#isFirst ? new Set(this.items.map(({ event }) => markOf(event))) : null;
    this.#isFirst = false;
    const fresh = known ? events.filter((event) => !known.has(markOf(event))) : events;
    const added = fresh.map((event) => {
      this.#seq += 1;
      return { seq: this.#seq, event, text: JSON.stringify(event).toLowerCase() };
    });
    this.items = [...this.items, ...added].slice(-EVENTS_MAX);
    return added;
  }
}

/** A runner that began anew counts from one again, at another time. */
const markOf = ({ id, at, event }) => `${id} ${at} ${event}`;

/** Whether an item has all words of a filter. */
export const matches = ({ text }, words) => words.every((word) => text.includes(word));

/** The words of a filter. */
export const filterOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** The list in `place`, with what filters it and how many they are. */
export class EventList {
  #kept = new Kept();
  #list;
  #shown = [];
  #filter = [];
  #count;
  #offset = 0;

  constructor({ place, filter, count }) {
    this.#count = count;
    this.#list = new LongList(place, (item) => row(item, this.#offset));
    filter.addEventListener("input", () => {
      this.#filter = filterOf(filter.value);
      place.scrollTop = 0;
      this.#set(this.#kept.items.filter((item) => matches(item, this.#filter)));
    });
  }

  /** The connection is a new one. */
  reconnected() {
    this.#kept.reconnected();
  }

  /** The show's zone, in which times are told. */
  set offset(seconds) {
    if (seconds === this.#offset) return;
    this.#offset = seconds;
    this.#list.anew();
  }

  /** Takes events as they were told. */
  take(events) {
    const added = this.#kept.take(events).filter((item) => matches(item, this.#filter));
    const oldest = this.#kept.items[0]?.seq ?? 0;
    const still = this.#shown.findIndex(({ seq }) => seq >= oldest);
    this.#set([...(still < 0 ? [] : this.#shown.slice(still)), ...added], added.length);
  }

  #set(shown, added = 0) {
    this.#shown = shown;
    this.#list.set(shown, added);
    const all = number(this.#kept.items.length);
    const isAll = this.#filter.length === 0;
    const limit = number(EVENTS_MAX);
    write(this.#count, isAll ? `${all} of ${limit} kept` : `${number(shown.length)} of ${all}`);
  }
}

function row({ event }, offset) {
  const at = Date.parse(event.at);
  const head = el(
    "button",
    { type: "button", class: "event-head", "aria-expanded": "false" },
    el("time", {}, moment(at, offset)),
    el("span", { class: "kind" }, spaced(event.event)),
    el("span", { class: "of-cue" }, event.cue ?? ""),
    el("span", { class: "words" }, cut(wordsOf(event), LINE_MAX)),
    el("span", { class: "bytes" }, bytesOf(event)),
  );
  const element = el("div", { class: "event", "data-tone": toneOf(event) }, head);
  let body = null;
  const unfold = (isOpen) => {
    if (isOpen) element.append((body ??= bodyOf(event)));
    else body?.remove();
  };
  return { element, head, unfold };
}

/** The payload as it went out, and the rest of the event. */
function bodyOf(event) {
  const { payload, ...rest } = event;
  const parts = [json(JSON.stringify(rest))];
  if (typeof payload === "string") parts.unshift(json(payload));
  return el("div", { class: "event-body" }, parts);
}

function json(text) {
  const pre = el("pre", {});
  pre.append(text.length > JSON_MAX ? cut(text, JSON_MAX) : coloured(text));
  return pre;
}
