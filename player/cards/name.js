// The name a viewer plays under: folded, small and quiet.

import { el } from "../dom.js";

/** Characters of a name. */
const NAME_MAX = 24;

/** The field. */
export function nameField(audience) {
  const summary = el("summary", {});
  const note = el("p", { class: "note", role: "status" });
  const input = el("input", { type: "text", autocomplete: "nickname", spellcheck: "false" });
  const send = async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    const problem = isTooLong(name)
      ? `${NAME_MAX} characters at most`
      : await audience.rename(name === "" ? null : name);
    note.textContent = problem ?? "";
    note.dataset.state = problem ? "failed" : "";
    if (!problem) element.open = false;
    if (!problem) summary.focus();
  };
  const element = el(
    "details",
    { class: "name", ontoggle: () => element.open && audience.look() },
    summary,
    el(
      "form",
      { onsubmit: send },
      el("label", {}, el("span", {}, `your name, ${NAME_MAX} characters at most`), input),
      el("button", { type: "submit", class: "quiet-button" }, "set"),
      note,
    ),
  );
  const show = () => {
    const name = audience.me?.name ?? null;
    summary.textContent = name === null ? "play under a name" : `you play as ${name}`;
    if (document.activeElement !== input) input.value = name ?? "";
  };
  audience.addEventListener("me", show);
  show();
  return element;
}

const isTooLong = (name) => [...name].length > NAME_MAX;
