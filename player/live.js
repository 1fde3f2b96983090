// Is there a stream? Asked of the playlist itself, before an engine is troubled with it.

/** How long between two looks at a stream that is not there, in milliseconds. */
const AGAIN_MS = 2000;
/** How long one look may take. */
const LOOK_MS = 5000;

/**
 * Waits until the stream at `src` can be played; `say` is told why it waits, each time. After a
 * broadcast has ended (`after`), only one that goes on counts, not the recording of the last.
 * Returns `{isLive}`.
 */
export async function live(src, { after, say, get = fetchText, wait = sleep }) {
  for (;;) {
    const found = await look(src, { after, get });
    if (!found.kind) return found;
    say(found);
    await wait(AGAIN_MS);
  }
}

/** One look: `{isLive}` for what can be played, else a `kind` of problem. */
export async function look(src, { after, get = fetchText }) {
  try {
    const first = await get(src);
    if (!first.text.startsWith("#EXTM3U")) return { kind: "not-a-stream" };
    const next = first.text.split(/\r?\n/).find((line) => line && !line.startsWith("#"));
    if (!first.text.includes("#EXT-X-STREAM-INF") || !next) return ended(first.text, after);
    return ended((await get(new URL(next, first.url).href)).text, after);
  } catch (error) {
    return { kind: error.status === 404 ? "off-air" : "unreachable", status: error.status ?? null };
  }
}

function ended(playlist, after) {
  const isLive = !playlist.includes("#EXT-X-ENDLIST");
  return after && !isLive ? { kind: "off-air" } : { isLive };
}

async function fetchText(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS), cache: "no-store" });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status}`), { status: answer.status });
  return { url: answer.url, text: await answer.text() };
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
