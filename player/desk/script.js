// What is to be said of the script: the last mistake with its line and a caret, whether what is saved
// is not what plays, and the edit that just took over, as a difference.

import { el } from "../dom.js";
import { write } from "./keyed.js";
import { many, timeOfDay } from "./words.js";

/** An edit is news for so many milliseconds: it is shown unfolded. */
const NEWS_MS = 60_000;
/** Where there is room for that. */
const WIDE = "(min-width: 48rem)";

const UNPLAYED =
  "the script as it is saved does not play: the show goes on with the version before; mend it and save";

/** All of it, in `place`. */
export class ScriptNews {
  #mistake = el("section", { class: "mistake", role: "alert", hidden: true });
  #unplayed = el("p", { class: "unplayed", role: "status", hidden: true }, UNPLAYED);
  #reload = el("details", { class: "reload", hidden: true });
  #shown = { mistake: null, reload: null };
  #closed = null;

  constructor(place) {
    place.append(this.#mistake, this.#unplayed, this.#reload);
  }

  /** Shows a view. */
  show({ mistake, saved_plays: plays, reload, offset_s: offset, at }) {
    this.#change("mistake", mistake, () => {
      const close = () => this.#close();
      this.#mistake.replaceChildren(...told(mistake, offset, close));
    });
    this.#mistake.hidden = mistake === null || this.#closed === this.#shown.mistake;
    if (!this.#mistake.hidden) pointed(this.#mistake);
    this.#unplayed.hidden = plays;
    this.#change("reload", reload, () => {
      this.#reload.replaceChildren(...difference(reload, offset));
      // On a phone it would push the cues out of sight.
      this.#reload.open = at - reload.at < NEWS_MS && matchMedia(WIDE).matches;
    });
    this.#reload.hidden = reload === null;
  }

  /** Puts the mistake that is shown away; another one, or the same at another time, comes again. */
  #close() {
    this.#closed = this.#shown.mistake;
    this.#mistake.hidden = true;
  }

  #change(what, value, draw) {
    const mark = JSON.stringify(value);
    if (mark === this.#shown[what]) return;
    this.#shown[what] = mark;
    if (value !== null) draw();
  }
}

function told({ message, hint, line, column, source, cue, at }, offset, close) {
  const where = line ? `line ${line}, column ${column}` : "";
  const head = el(
    "p",
    { class: "mistake-head" },
    el("strong", {}, "✗ script"),
    el("span", {}, [timeOfDay(at, offset), cue, where].filter(Boolean).join(" · ")),
    el("button", { type: "button", class: "press small quiet-press", onclick: close }, "close"),
  );
  return [
    head,
    el("p", {}, message),
    source ? caret({ line, column, source }) : null,
    hint ? el("p", { class: "quiet" }, hint) : null,
  ].filter(Boolean);
}

/** Brings what the caret points at into sight, once, where the line is wider than its box. */
function pointed(mistake) {
  const source = mistake.querySelector(".source:not([data-is])");
  if (source === null || source.clientWidth === 0) return;
  source.dataset.is = "pointed";
  const { offsetLeft: at } = source.querySelector(".caret");
  source.scrollLeft = Math.max(0, at - source.offsetLeft - source.clientWidth / 2);
}

/** The line with a caret under its column. What stands before is set unseen, so that it fits. */
function caret({ line, column, source }) {
  const before = [...source].slice(0, Math.max(0, column - 1)).join("");
  const margin = `${line} | `;
  return el(
    "pre",
    { class: "source", tabindex: "0", "aria-label": "the line of it" },
    el("span", { class: "quiet" }, margin),
    `${source}\n`,
    el("span", { class: "unseen", "aria-hidden": "true" }, `${margin}${before}`),
    el("span", { class: "caret" }, "^"),
  );
}

function difference({ at, file, kept, added = [], removed = [], changed = [], lines }, offset) {
  const names = (list, what) =>
    list.length > 0 ? `${list.length} ${what} (${list.join(", ")})` : null;
  const counts = [
    kept > 0 ? `${many(kept, "cue")} kept` : null,
    names(added, "added"),
    names(removed, "removed"),
    names(changed, "changed"),
  ];
  const summary = el(
    "summary",
    {},
    el("strong", {}, "reload"),
    el("span", {}, [timeOfDay(at, offset), file, ...counts].filter(Boolean).join(" · ")),
  );
  const rows = (lines ?? []).map((line) => {
    const kind = { "+": "added", "-": "removed" }[line[0]] ?? "same";
    return el("span", { class: `line line-${kind}` }, line[0], el("span", {}, line.slice(1)));
  });
  const told = { class: "difference", tabindex: "0", "aria-label": "what changed" };
  const diff = el("pre", told, rows);
  const nothing = el("p", { class: "quiet" }, "no line of it is another");
  return [summary, rows.length > 0 ? diff : nothing];
}

/** A band across the page: why the show does not do what it would. */
export class Band {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** Says it, or nothing. */
  set words(words) {
    this.#element.hidden = words === null;
    write(this.#element, words ?? "");
  }

  /** Which colour it has. */
  set tone(tone) {
    this.#element.classList.toggle("band-red", tone === "red");
    this.#element.classList.toggle("band-amber", tone === "amber");
  }
}
