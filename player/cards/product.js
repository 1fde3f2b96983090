// A product, or a picture with its words.

import { el, webAddress } from "../dom.js";
import { words } from "../payload.js";

/** The card. What it lacks is left out, and a picture that does not load. */
export function render({ payload }) {
  const { title, text, image, url, price } = payload.value;
  const [picture, link] = [webAddress(image), webAddress(url)];
  const head = words(title) || "card";
  const element = el(
    "article",
    { class: "card card-product" },
    picture &&
      el("img", {
        src: picture,
        alt: "",
        referrerpolicy: "no-referrer",
        onerror: (event) => event.currentTarget.remove(),
      }),
    el("h2", { tabindex: "-1" }, head),
    words(text) && el("p", {}, words(text)),
    words(price) && el("p", { class: "price" }, words(price)),
    link &&
      el(
        "a",
        { class: "button", href: link, target: "_blank", rel: "noopener noreferrer" },
        "have a look",
        el("span", { class: "hidden" }, ` at ${head}, in a new tab`),
      ),
  );
  return { element };
}
