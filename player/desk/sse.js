// Server-sent events, read from the text of a stream.

/** Takes pieces of a stream and calls `hear({event, data})` for each whole event. */
export class Events {
  #hear;
  #rest = "";
  #event = "";
  #data = [];

  constructor(hear) {
    this.#hear = hear;
  }

  /** Takes the next piece, wherever it was cut. */
  take(piece) {
    const lines = (this.#rest + piece).split(/\r\n|\n/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === "") return this.#end();
    const colon = line.indexOf(":");
    // One that begins with a colon is a comment: it only says that somebody is there.
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
  }

  #end() {
    if (this.#data.length > 0) {
      this.#hear({ event: this.#event || "message", data: this.#data.join("\n") });
    }
    [this.#event, this.#data] = ["", []];
  }
}
