// One cue: GO with the fields it asks for, its standing, its countdown, and what it would send now.

import { coloured } from "../json.js";
import { el } from "../dom.js";
import { read, summary } from "../payload.js";
import { write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { left, many, size } from "./words.js";

/** Characters that the data of a field may have, here. */
const FIELD_MAX = 1000;

/** One of the list. */
export class Cue {
  #name;
  #api;
  #cue = null;
  #fields = new Map();
  #outcome = new Outcome();
  #title = el("h3", {});
  #id = el("span", { class: "quiet" });
  #key = el("kbd", { hidden: true });
  #note = el("p", { class: "quiet", hidden: true });
  #when = el("span", { class: "quiet" });
  #counted = el("span", { class: "counted" });
  #standing = el("span", { class: "standing" });
  #form = el("div", { class: "fields", hidden: true });
  #preview = new Preview();
  #go;
  #arm;
  #entry;

  constructor(cue, { api, previews }) {
    this.#name = cue.cue;
    this.#api = api;
    this.#go = new Press({ words: "GO", kind: "go", act: () => this.#fire(), more: [this.#key] });
    this.#arm = new Press({ words: "disarm", kind: "small", act: () => this.#set() });
    this.element = el(
      "li",
      { class: "cue" },
      el(
        "div",
        { class: "cue-words" },
        el("p", { class: "cue-title" }, this.#title, this.#id),
        this.#note,
        el("p", { class: "cue-when" }, this.#standing, this.#counted, this.#when),
      ),
      this.#go.element,
      this.#form,
      el("div", { class: "cue-foot" }, this.#preview.element, this.#arm.element),
      this.#outcome.element,
    );
    this.#entry = previews.add(this.element, {
      cue: this.#name,
      data: () => this.#data(),
      show: (found) => this.#preview.show(found, this.#cue.limits.payload_bytes, this.#missing()),
    });
  }

  /** Shows the cue of a view. */
  show(cue) {
    this.#cue = cue;
    write(this.#title, cue.label ?? cue.cue);
    write(this.#id, cue.label ? cue.cue : "");
    write(this.#note, cue.note ?? "");
    this.#note.hidden = !cue.note;
    write(this.#key, cue.key ?? "");
    this.#key.hidden = !cue.key;
    const { standing } = cue;
    write(this.#standing, standing);
    this.#standing.dataset.is = standing;
    write(this.#when, cue.triggers.join(", ") || "by hand");
    this.#go.asks = cue.confirm;
    this.#go.element.setAttribute("aria-label", `GO ${cue.label ?? cue.cue}`);
    this.#go.refusal = cue.panic ? "panic" : standing === "armed" ? null : standing;
    this.#arm.words = standing === "armed" ? "disarm" : "arm";
    this.#arm.refusal = standing === "cancelled" ? "cancelled" : null;
    this.#ask(cue.input);
  }

  /** Brings the countdown to the runner's time `now`. */
  tick(now) {
    const { next_at: nextAt, isHeld, standing } = this.#cue;
    const isTimed = nextAt !== null && standing === "armed";
    write(this.#counted, isTimed ? (isHeld ? "held" : wordsOf(nextAt - now)) : "");
    this.#counted.dataset.is = isHeld ? "held" : "timed";
  }

  /** What its key does: GO, or the way to a field that is still empty. */
  async byKey() {
    const [missing] = this.#missing();
    this.element.scrollIntoView({ block: "nearest" });
    if (missing) this.#fields.get(missing).focus();
    else await this.#go.press();
  }

  async #fire() {
    const path = `cues/${encodeURIComponent(this.#name)}/fire`;
    const { problem } = await this.#api.act(path, this.#data());
    this.#outcome.tell(problem);
    if (problem === null) this.#flash();
  }

  async #set() {
    const verb = this.#cue.standing === "armed" ? "disarm" : "arm";
    const { problem } = await this.#api.act(`cues/${encodeURIComponent(this.#name)}/${verb}`);
    this.#outcome.tell(problem);
  }

  /** Says that GO was taken, in a way that moves nothing. */
  #flash() {
    const { element } = this.#go;
    element.classList.remove("is-done");
    requestAnimationFrame(() => element.classList.add("is-done"));
    write(document.getElementById("said"), `${this.#name} fired`);
  }

  /** The fields that are still empty. */
  #missing() {
    return [...this.#fields].filter(([, field]) => field.value === "").map(([name]) => name);
  }

  #data() {
    if (this.#fields.size === 0) return null;
    return Object.fromEntries([...this.#fields].map(([name, field]) => [name, field.value]));
  }

  #ask(names) {
    if (names.length === this.#fields.size && names.every((name) => this.#fields.has(name))) return;
    const fields = names.map((name) => [name, this.#fields.get(name) ?? this.#field()]);
    this.#fields = new Map(fields);
    this.#form.hidden = names.length === 0;
    const labels = fields.map(([name, field]) => el("label", {}, el("span", {}, name), field));
    this.#form.replaceChildren(...labels);
  }

  #field() {
    return el("input", {
      type: "text",
      maxlength: FIELD_MAX,
      autocomplete: "off",
      oninput: () => this.#entry.changed(),
      onkeydown: (event) => event.key === "Enter" && this.#go.press(),
    });
  }
}

const wordsOf = (ms) => (ms <= 0 ? "now" : `in ${left(ms)}`);

/** What a cue would send now: a line, and when it is unfolded the payloads. */
class Preview {
  #words = el("span", { class: "words" }, "…");
  #bytes = el("span", { class: "bytes" });
  #more = el("div", { class: "preview-more" });
  #shown = null;
  #found = null;

  constructor() {
    this.element = el(
      "details",
      { class: "preview", ontoggle: () => this.#unfold() },
      el("summary", { title: "what it would send now" }, this.#words, this.#bytes),
      this.#more,
    );
  }

  /** What was found, the most bytes that fit, and the fields without which it fails rightly. */
  show({ payloads = [], error = null, problem = null }, most, missing) {
    this.#found = { payloads, error, problem };
    const texts = payloads.map(textOf);
    const isAsking = error !== null && missing.length > 0;
    write(this.#words, isAsking ? `asks for ${missing.join(", ")}` : this.#line(texts));
    this.element.dataset.is = (error && !isAsking) || problem ? "failed" : "fine";
    const largest = Math.max(0, ...payloads.map(({ bytes }) => bytes));
    write(this.#bytes, payloads.length > 0 ? size(largest, most) : "");
    this.#bytes.classList.toggle("is-over", largest > most);
    this.#unfold();
  }

  #line(texts) {
    const { error, problem } = this.#found;
    if (problem) return problem;
    if (error) return `would fail: ${error.message}`;
    if (texts.length === 0) return "would send nothing now";
    // Results of a poll that makes way go out before, and are not what the cue is for.
    const own = this.#found.payloads.filter(({ makes_way: makesWay }) => !makesWay).map(textOf);
    const first = summary(read(own[0] ?? texts[0]));
    const before = own.length < texts.length && own.length > 0 ? " · after results" : "";
    return own.length <= 1 ? `${first}${before}` : `${many(own.length, "payload")}: ${first}${before}`;
  }

  #unfold() {
    const mark = JSON.stringify(this.#found);
    if (!this.element.open || this.#found === null || mark === this.#shown) return;
    this.#shown = mark;
    const { payloads, error } = this.#found;
    const place = error?.line ? `line ${error.line}, column ${error.column}` : null;
    this.#more.replaceChildren(
      ...payloads.map((payload) => el("pre", {}, coloured(textOf(payload)))),
      ...(error ? [place, error.hint].filter(Boolean).map((it) => el("p", {}, it)) : []),
    );
  }
}

const textOf = ({ payload }) => (typeof payload === "string" ? payload : JSON.stringify(payload));
