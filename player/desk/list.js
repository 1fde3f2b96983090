// A long list of which only what is in sight is in the page. Rows are equally high; those that are
// unfolded have something more, which is measured.

/** How high a folded row is, in pixels; the style has the same. */
export const ROW_PX = 32;
/** Rows beyond both edges that are there already when one scrolls. */
const SPARE = 8;
/** Rows that may be unfolded at once; then the first one folds. */
const OPEN_MAX = 10;

/**
 * Where rows are: `extras` are `[row, pixels]` of those that are unfolded, in the order of rows.
 * Pure, so that it can be tried without a page.
 */
export class Measure {
  constructor(extras = []) {
    this.extras = extras;
  }

  /** How far from the top a row begins. */
  top(row) {
    return row * ROW_PX + sum(this.extras.filter(([at]) => at < row));
  }

  /** The row at so many pixels from the top. */
  rowAt(px) {
    let more = 0;
    for (const [row, extra] of this.extras) {
      const top = row * ROW_PX + more;
      if (px < top + ROW_PX) break;
      if (px < top + ROW_PX + extra) return row;
      more += extra;
    }
    return Math.max(0, Math.floor((px - more) / ROW_PX));
  }
}

const sum = (extras) => extras.reduce((all, [, px]) => all + px, 0);

/** The list in `place`, which scrolls. Items have a rising `seq`; the newest is the first row. */
export class LongList {
  #place;
  #inner = document.createElement("div");
  #make;
  #items = [];
  #rows = new Map();
  #open = new Map();
  #measure = new Measure();
  #isDrawing = false;
  #sizes;

  /** `make(item)` gives `{element, head, unfold()}`: a row, and what unfolds it. */
  constructor(place, make) {
    this.#place = place;
    this.#make = make;
    this.#inner.className = "long";
    place.append(this.#inner);
    place.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(place);
    this.#sizes = new ResizeObserver((changes) => this.#grown(changes));
  }

  /** Sets the items, oldest first; `added` of them are new, for one who has scrolled. */
  set(items, added = 0) {
    this.#items = items;
    // Whoever reads further down keeps what they read where it is.
    if (added > 0 && this.#place.scrollTop > ROW_PX / 2) this.#place.scrollTop += added * ROW_PX;
    this.#later();
  }

  /** What rows tell is told otherwise from now on: they are made anew, folded. */
  anew() {
    for (const { element } of this.#rows.values()) {
      this.#sizes.unobserve(element);
      element.remove();
    }
    this.#rows.clear();
    this.#open.clear();
    this.#later();
  }

  #later() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#draw();
    });
  }

  #draw() {
    const extras = [...this.#open].map(([seq, px]) => [this.#rowOf(seq), px]);
    this.#measure = new Measure(extras.filter(([row]) => row !== null).sort(([a], [b]) => a - b));
    const { scrollTop, clientHeight } = this.#place;
    const count = this.#items.length;
    const first = Math.max(0, this.#measure.rowAt(scrollTop) - SPARE);
    const last = Math.min(count - 1, this.#measure.rowAt(scrollTop + clientHeight) + SPARE);
    this.#inner.style.height = `${this.#measure.top(count)}px`;
    const wanted = new Set();
    for (let row = first; row <= last; row += 1) {
      const item = this.#items[count - 1 - row];
      wanted.add(item.seq);
      this.#rowFor(item).element.style.transform = `translateY(${this.#measure.top(row)}px)`;
    }
    for (const [seq, { element }] of this.#rows) {
      if (wanted.has(seq)) continue;
      this.#sizes.unobserve(element);
      element.remove();
      this.#rows.delete(seq);
    }
  }

  /** The row of an item, looked up by halves; null where it is not among those shown. */
  #rowOf(seq) {
    let [low, high] = [0, this.#items.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle].seq === seq) return this.#items.length - 1 - middle;
      if (this.#items[middle].seq < seq) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  #rowFor(item) {
    const known = this.#rows.get(item.seq);
    if (known) return known;
    const row = this.#make(item);
    row.element.dataset.seq = item.seq;
    row.head.addEventListener("click", () => this.#toggle(item.seq));
    this.#rows.set(item.seq, row);
    this.#inner.append(row.element);
    if (this.#open.has(item.seq)) this.#unfold(row, true);
    return row;
  }

  #toggle(seq) {
    const isOpen = !this.#open.has(seq);
    if (isOpen) this.#open.set(seq, 0);
    else this.#open.delete(seq);
    if (this.#open.size > OPEN_MAX) this.#close(this.#open.keys().next().value);
    this.#unfold(this.#rows.get(seq), isOpen);
    this.#later();
  }

  #close(seq) {
    this.#open.delete(seq);
    const row = this.#rows.get(seq);
    if (row) this.#unfold(row, false);
  }

  #unfold(row, isOpen) {
    row.head.setAttribute("aria-expanded", String(isOpen));
    row.unfold(isOpen);
    if (isOpen) this.#sizes.observe(row.element);
    else this.#sizes.unobserve(row.element);
  }

  #grown(changes) {
    for (const { target } of changes) {
      const seq = Number(target.dataset.seq);
      if (this.#open.has(seq)) this.#open.set(seq, Math.max(0, target.offsetHeight - ROW_PX));
    }
    this.#later();
  }
}
