// The keyboard: a cue's key fires it, as long as nobody is typing.

/** Whether somebody types there. */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

/** Calls `press(key)` for each key that is pressed once and alone; it says whether it took it. */
export function listen(press) {
  document.addEventListener("keydown", (event) => {
    const isOther = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
    if (event.repeat || isOther || isTyping(event.target)) return;
    // These move about in the page or press what has the focus.
    if (["Enter", " ", "Tab", "Escape"].includes(event.key)) return;
    // A key that leads to a field must not be typed there.
    if (press(event.key)) event.preventDefault();
  });
}
