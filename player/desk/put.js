// What the operator sends by hand: a notice, or any payload, each with its bytes.

import { el } from "../dom.js";
import { write } from "./keyed.js";
import { Outcome, Press } from "./press.js";
import { bytesOf, number, size } from "./words.js";

/**
 * What a hand-written payload is: `{text, body, isJson, isBroken}`, the text that would go out and
 * the request's body. JSON goes out as JSON, to the letter of its numbers; all else as it is, but
 * for what begins like JSON and is none, which the runner refuses.
 */
export function payloadOf(typed) {
  try {
    const value = JSON.parse(typed);
    if (typeof value === "string") return textPayload(value);
    return { text: JSON.stringify(value), body: `{"payload":${typed}}`, isJson: true };
  } catch {
    return { ...textPayload(typed), isBroken: /^\s*[{[]/.test(typed) };
  }
}

const textPayload = (text) => ({
  text,
  body: JSON.stringify({ payload: text }),
  isJson: false,
});

/** The payload of a notice. */
export const noticeOf = (text) => ({
  text: JSON.stringify({ text, type: "notice" }),
  body: JSON.stringify({ text }),
});

/** A field and a button that sends it, in `place`. */
class Sending {
  most = null;
  #field;
  #count = el("span", { class: "bytes" });
  #kind = el("span", { class: "quiet" });
  #send;
  #outcome = new Outcome();
  #api;
  #path;
  #payload;

  constructor(place, { api, path, field, payload }) {
    this.#api = api;
    this.#path = path;
    this.#payload = payload;
    this.#field = field;
    this.#send = new Press({ words: "send", kind: "send", act: () => this.#go() });
    field.addEventListener("input", () => this.draw());
    const foot = el("div", { class: "buttons" }, this.#send.element, this.#count, this.#kind);
    place.append(field, foot, this.#outcome.element);
    this.draw();
  }

  /** Sends what is in the field, where it may be sent. */
  press() {
    return this.#send.press();
  }

  /** Brings the count of bytes to what is in the field. */
  draw() {
    const typed = this.#field.value;
    const { text, isJson, isBroken } = this.#payload(typed);
    const bytes = typed === "" ? 0 : bytesOf(text);
    const over = this.most === null ? 0 : bytes - this.most;
    write(this.#count, size(bytes, this.most));
    this.#count.classList.toggle("is-over", over > 0);
    const words = isBroken ? "no JSON yet" : isJson ? "JSON" : "text, as it is";
    const kind = isJson === undefined || typed === "" ? "" : words;
    write(this.#kind, over > 0 ? `${number(over)} B too many` : kind);
    this.#send.refusal = over > 0 ? "too large" : typed === "" ? "send" : null;
  }

  async #go() {
    const typed = this.#field.value;
    const { problem, said } = await this.#api.act(this.#path, this.#payload(typed).body);
    this.#outcome.tell(problem, `handed over${said.bytes ? `, ${size(said.bytes)}` : ""}`);
    // What was typed meanwhile is another one.
    if (problem === null && this.#field.value === typed) this.#field.value = "";
    this.draw();
  }
}

/** The notice's field. */
export function noticeForm(place, api) {
  const field = el("input", {
    type: "text",
    "aria-label": "notice",
    placeholder: "a few words for everybody",
    autocomplete: "off",
  });
  const form = new Sending(place, { api, path: "notice", field, payload: noticeOf });
  field.addEventListener("keydown", (event) => event.key === "Enter" && form.press());
  return form;
}

/** The field for any payload. */
export function putForm(place, api) {
  const field = el("textarea", {
    rows: "3",
    "aria-label": "payload",
    placeholder: '{"type":"notice","text":"…"}',
    autocomplete: "off",
    spellcheck: "false",
  });
  return new Sending(place, { api, path: "put", field, payload: payloadOf });
}
