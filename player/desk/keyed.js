// Lists whose elements stay the same as long as what they show does: focus, text that is being
// typed and what was unfolded survive each view.

/** The children of `place`, one part for each item: `{element, show(item)}`. */
export class Keyed {
  #place;
  #make;
  #parts = new Map();

  /** `make(item, key)` gives a part; `show` is called with the item whenever it is set. */
  constructor(place, make) {
    this.#place = place;
    this.#make = make;
  }

  /** Sets the items, each `[key, item]`, in their order. */
  set(items) {
    const keys = new Set(items.map(([key]) => key));
    for (const [key, { element }] of this.#parts) {
      if (keys.has(key)) continue;
      element.remove();
      this.#parts.delete(key);
    }
    let place = this.#place.firstElementChild;
    for (const [key, item] of items) {
      if (!this.#parts.has(key)) this.#parts.set(key, this.#make(item, key));
      const part = this.#parts.get(key);
      const { element } = part;
      part.show(item);
      // One that stands where it should is not touched: moving it would take its focus.
      if (element === place) place = place.nextElementSibling;
      else this.#place.insertBefore(element, place);
    }
  }

  /** All parts, in the order they came. */
  get parts() {
    return this.#parts.values();
  }

  /** The part of a key. */
  get(key) {
    return this.#parts.get(key);
  }
}

/** Sets an element's text, where it is another. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
