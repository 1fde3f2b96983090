// What each cue would send now, asked again when something changed: one after the other, and only
// of cues that can be seen, so that a desk never keeps its show busy.

/** How long between two questions, in milliseconds. */
const SPACE_MS = 250;
/** What depends on the time is asked again after so long. */
const OLD_MS = 10_000;

/** Asks for the previews of the cues that were added. */
export class Previews {
  #api;
  #entries = new Map();
  #seen;
  #mark = null;
  #isOpen = false;
  #isAsking = false;

  constructor(api) {
    this.#api = api;
    this.#seen = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        const entry = this.#entries.get(target);
        if (entry) entry.isSeen = isIntersecting;
      }
      this.#next();
    });
    setInterval(() => this.#next(), SPACE_MS);
  }

  /** A cue whose preview `show` is told, with what `data()` gives; seen where `element` is. */
  add(element, { cue, data, show }) {
    const entry = { cue, data, show, isSeen: false, isStale: true, askedAt: 0 };
    this.#entries.set(element, entry);
    this.#seen.observe(element);
    return { changed: () => (entry.isStale = true) };
  }

  /** Takes a view: what it says may change what a cue would send. */
  hear(view) {
    const { state, sent, reload, polls, screen } = view;
    const marks = [state, sent, reload?.at, polls.map((it) => [it.standing, it.total]), screen];
    const mark = JSON.stringify(marks);
    if (mark === this.#mark) return;
    this.#mark = mark;
    for (const entry of this.#entries.values()) entry.isStale = true;
  }

  /** Whether there is a connection to ask by. */
  set isOpen(isOpen) {
    this.#isOpen = isOpen;
  }

  /** A cue that is gone, or hidden by the filter: it comes back as another element. */
  #forget(element) {
    this.#seen.unobserve(element);
    this.#entries.delete(element);
  }

  async #next() {
    if (!this.#isOpen || this.#isAsking || document.hidden) return;
    for (const element of this.#entries.keys()) {
      if (!element.isConnected) this.#forget(element);
    }
    const now = performance.now();
    const isDue = (it) => it.isSeen && (it.isStale || now - it.askedAt > OLD_MS);
    const due = [...this.#entries.values()].filter(isDue);
    if (due.length === 0) return;
    // Whoever waits longest is next, however often the others change.
    const entry = due.reduce((a, b) => (b.askedAt < a.askedAt ? b : a));
    this.#isAsking = true;
    [entry.isStale, entry.askedAt] = [false, now];
    try {
      const found = await this.#api.preview(entry.cue, entry.data());
      if (found === null) entry.isStale = true;
      else entry.show(found);
    } finally {
      this.#isAsking = false;
    }
  }
}
