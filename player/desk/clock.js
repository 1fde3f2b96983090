// The runner's clock, as well as it is known here: a view says when it was made, and took some time
// to come.

/** Views that are remembered; the one that came fastest counts. */
const VIEWS_MAX = 20;
/** A difference of so many milliseconds is another clock, not a slow network. */
const JUMP_MS = 2000;

/** Tells the runner's time. */
export class RunnerClock {
  #offsets = [];
  #up;

  /** `up` is a clock of this machine that never jumps, in milliseconds. */
  constructor(up = () => performance.now()) {
    this.#up = up;
  }

  /** Takes the time that a view was made at. */
  hear(at) {
    const offset = at - this.#up();
    if (Math.abs(offset - this.#offset()) > JUMP_MS) this.#offsets = [];
    this.#offsets.push(offset);
    if (this.#offsets.length > VIEWS_MAX) this.#offsets.shift();
  }

  /** Forgets all: another runner may answer now, or this machine slept. */
  reset() {
    this.#offsets = [];
  }

  /** Now, in milliseconds since 1970; this machine's own as long as nothing was heard. */
  now() {
    return this.#offsets.length > 0 ? this.#up() + this.#offset() : Date.now();
  }

  /** A view is never early, so the greatest difference is the nearest to the truth. */
  #offset() {
    return Math.max(...this.#offsets);
  }
}
