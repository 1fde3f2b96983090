// A field for one JSON value: it keeps its kind. A text stays a text and a number a number; lists
// and what is nothing are edited as JSON.

import { el } from "../dom.js";

/** What a value looks like in a field, and what its text means; null for what is wrong. */
export const KINDS = {
  text: { show: (value) => value, read: (text) => ({ value: text }), wanted: "" },
  number: { show: String, read: numberOf, wanted: "a number is wanted" },
  json: { show: (value) => JSON.stringify(value), read: jsonOf, wanted: "JSON is wanted" },
};

/** The kind of a value; a switch is a kind of its own. */
export function kindOf(value) {
  if (typeof value === "boolean") return "switch";
  if (typeof value === "string") return "text";
  return typeof value === "number" ? "number" : "json";
}

function numberOf(text) {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isFinite(value) ? { value } : null;
}

function jsonOf(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The field. `set(value)` sets it and says what is wrong with that, or null. */
export class Field {
  #label;
  #set;
  #kind = null;
  #known = "";
  #input = null;
  #note = el("span", { class: "outcome", "data-is": "failed", hidden: true });

  constructor({ label, set }) {
    this.#label = label;
    this.#set = set;
    this.element = el("span", { class: "field" }, this.#note);
  }

  /** Shows what it is at the runner. */
  show(value) {
    const kind = kindOf(value);
    if (kind !== this.#kind) this.#become(kind);
    if (kind === "switch") {
      this.#input.checked = value;
      return;
    }
    const text = KINDS[kind].show(value);
    const isTyped = this.#input === document.activeElement && this.#input.value !== this.#known;
    this.#known = text;
    if (isTyped) this.#tell(`it is ${text} now; Enter sets yours, Esc takes it back`);
    else this.#take(text);
  }

  #become(kind) {
    this.#kind = kind;
    const isSwitch = kind === "switch";
    const input = el("input", {
      type: isSwitch ? "checkbox" : "text",
      inputmode: kind === "number" ? "decimal" : null,
      "aria-label": this.#label,
      autocomplete: "off",
      spellcheck: "false",
    });
    if (isSwitch) input.addEventListener("change", () => this.#set(input.checked));
    else this.#listen(input);
    this.#input?.remove();
    this.element.prepend(input);
    this.#input = input;
  }

  #listen(input) {
    input.addEventListener("change", () => this.#send());
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#take(this.#known);
      event.preventDefault();
    });
  }

  async #send() {
    const input = this.#input;
    const { read, wanted } = KINDS[this.#kind];
    if (input.value === this.#known) return this.#tell("");
    const meant = read(input.value);
    if (meant === null || meant.value === null) return this.#tell(wanted);
    const problem = await this.#set(meant.value);
    this.#tell(problem ?? "");
  }

  #take(text) {
    this.#input.value = text;
    this.#tell("");
  }

  #tell(words) {
    this.#note.hidden = words === "";
    this.#note.textContent = words;
  }
}
