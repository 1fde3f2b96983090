// Waiting for what must come.

/** How long anything is waited for, in ms; it is meant never to be reached. */
const PATIENCE = 30_000;
/** How often it is looked at, in ms, where nobody tells. */
const LOOK = 50;

/** Waits until `look` gives something that is true, and gives that. */
export async function until(what, look, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await moment(LOOK);
  }
}

/** So many ms. */
export const moment = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
