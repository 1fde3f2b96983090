// The show's state as a form: maps are unfolded, all else is a field that is set with Enter or by
// leaving it. What is being typed is never overwritten.

import { el } from "../dom.js";
import { Field } from "./field.js";
import { Keyed, write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { many, timeOfDay } from "./words.js";

/** Keys of one map that are shown. */
const KEYS_MAX = 100;
/** Characters of a value in the line of the last change. */
const VALUE_MAX = 40;

/** The form, in `place`. */
export class StateForm {
  #api;
  #shown = null;
  #undoable = [];
  #root;
  #undo;
  #last = el("span", { class: "quiet" });
  #outcome = new Outcome();
  #empty = el("p", { class: "quiet" }, "this show keeps nothing");

  constructor(place, api) {
    this.#api = api;
    this.#root = new MapForm([], (path, value) => this.#set(path, value));
    this.#undo = new Press({ words: "undo", kind: "small", act: () => this.#undone() });
    place.append(
      this.#empty,
      this.#root.element,
      el("div", { class: "buttons" }, this.#undo.element, this.#last),
      this.#outcome.element,
    );
  }

  /** Shows a view. */
  show({ state, undo, offset_s: offset }) {
    const mark = JSON.stringify(state);
    if (mark !== this.#shown) {
      this.#shown = mark;
      this.#root.show(state);
      this.#empty.hidden = Object.keys(state).length > 0;
    }
    this.#undoable = undo;
    this.#undo.element.hidden = undo.length === 0;
    write(this.#last, undo.length === 0 ? "" : changeOf(undo[0], offset));
  }

  async #set(path, value) {
    const { problem } = await this.#api.act("state/set", { path, value });
    this.#outcome.tell(problem, value === null ? "removed" : "set");
    return problem;
  }

  async #undone() {
    const [last] = this.#undoable;
    const { problem } = await this.#api.act("state/undo");
    this.#outcome.tell(problem, `${last.path.join(".")} is back`);
  }
}

function changeOf({ at, path, was, is }, offset) {
  const short = (value) => {
    const text = value === null || value === undefined ? "nothing" : JSON.stringify(value);
    return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX - 1)}…` : text;
  };
  return `${timeOfDay(at, offset)} ${path.join(".")}: ${short(was)} → ${short(is)}`;
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The fields of a map, and one more for a key that it lacks. */
class MapForm {
  #path;
  #set;
  #list = el("ul", { class: "state-keys" });
  #rows;
  #rest = el("p", { class: "quiet", hidden: true });

  constructor(path, set) {
    this.#path = path;
    this.#set = set;
    // A key whose value becomes a map, or stops being one, gets another row.
    this.#rows = new Keyed(this.#list, ([name, value]) =>
      isMap(value) ? new Branch([...path, name], set) : new Leaf([...path, name], set),
    );
    this.element = el("div", {}, this.#list, this.#rest, adding(this.#path, this.#set));
  }

  show(map) {
    const entries = Object.entries(map);
    const shown = entries.slice(0, KEYS_MAX);
    const key = ([name, value]) => `${isMap(value) ? "map" : "value"} ${name}`;
    this.#rows.set(shown.map((entry) => [key(entry), entry]));
    const rest = entries.length - shown.length;
    this.#rest.hidden = rest === 0;
    write(this.#rest, `${many(rest, "more key")}: \`runner state\` shows all`);
  }
}

/** A map within the map: folded when it is large, and made when it is unfolded. */
class Branch {
  #path;
  #set;
  #count = el("span", { class: "quiet" });
  #form = null;
  #map = null;

  constructor(path, set) {
    this.#path = path;
    this.#set = set;
    this.#details = el(
      "details",
      { class: "branch", ontoggle: () => this.#unfold() },
      el("summary", {}, el("span", { class: "state-key" }, path.at(-1)), this.#count),
    );
    this.element = el("li", {}, this.#details);
  }

  #details;

  show([, map]) {
    const isFirst = this.#map === null;
    this.#map = map;
    const count = Object.keys(map).length;
    write(this.#count, many(count, "key"));
    if (isFirst) this.#details.open = this.#path.length === 1 && count <= 8;
    this.#unfold();
  }

  #unfold() {
    if (!this.#details.open) return;
    if (this.#form === null) {
      this.#form = new MapForm(this.#path, this.#set);
      this.#details.append(this.#form.element);
    }
    this.#form.show(this.#map);
  }
}

/** A value. */
class Leaf {
  #field;

  constructor(path, set) {
    const name = path.at(-1);
    this.#field = new Field({ label: path.join("."), set: (value) => set(path, value) });
    const remove = new Press({
      words: "remove",
      kind: "small quiet-press",
      act: () => set(path, null),
      asks: true,
    });
    const label = el("span", { class: "state-key" }, name);
    this.element = el("li", { class: "leaf" }, label, this.#field.element, remove.element);
  }

  show([, value]) {
    this.#field.show(value);
  }
}

/** What adds a key to a map. */
function adding(path, set) {
  const outcome = new Outcome();
  const where = path.length > 0 ? ` to ${path.join(".")}` : "";
  const name = el("input", { type: "text", placeholder: "key", "aria-label": `new key${where}` });
  const value = el("input", { type: "text", placeholder: "value", "aria-label": "its value" });
  const act = async () => {
    if (name.value === "") return name.focus();
    const problem = await set([...path, name.value], meant(value.value));
    outcome.tell(problem);
    if (problem === null) name.value = value.value = "";
  };
  const add = new Press({ words: "add", kind: "small", act });
  for (const input of [name, value]) {
    input.addEventListener("keydown", (event) => event.key === "Enter" && add.press());
  }
  const line = el("div", { class: "leaf" }, name, value, add.element);
  const summary = el("summary", {}, `add a key${where}`);
  return el("details", { class: "adding" }, summary, line, outcome.element);
}

/** What is typed for a new key: JSON where it is JSON, else a text. */
function meant(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
