// The connection to the runner: what it tells, for as long as this page is open. It is read by hand
// because the browser's own reader tells neither why it fails nor that nothing comes any more.

import { Events } from "./sse.js";

/** The runner says something every 15 s; where it is silent for so long, the connection is dead. */
const SILENT_MS = 40_000;
/** How long after the first failure it is tried again; each time twice as long. */
const AGAIN_MS = 500;
/** The longest of these. */
const AGAIN_MAX_MS = 8_000;

/**
 * Follows `url` until `signal` ends it. `hear(event, data)` is told what comes, and `tell(state)`
 * how the connection is: `{is: "open"}`, or `{is: "lost", problem, again}` with the milliseconds
 * until it is tried again.
 */
export async function follow(url, { hear, tell, signal, outside = OUTSIDE }) {
  let failures = 0;
  const open = () => {
    failures = 0;
    tell({ is: "open" });
  };
  while (!signal.aborted) {
    const problem = await listen(url, { hear, open, signal, outside });
    if (signal.aborted) return;
    const longest = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** failures);
    const again = longest * (0.5 + outside.random() / 2);
    failures += 1;
    tell({ is: "lost", problem, again });
    await outside.wait(again);
  }
}

/** One connection to its end; says in words why it ended. */
async function listen(url, { hear, open, signal, outside }) {
  const broken = new AbortController();
  const silence = outside.silence(SILENT_MS, () => broken.abort());
  try {
    const answer = await outside.fetch(url, {
      headers: { accept: "text/event-stream" },
      cache: "no-store",
      signal: AbortSignal.any([signal, broken.signal]),
    });
    if (!answer.ok) return await refusal(answer);
    const events = new Events(({ event, data }) => hear(event, JSON.parse(data)));
    open();
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      silence.again();
      events.take(piece);
    }
    return "the runner ended the connection";
  } catch (error) {
    if (broken.signal.aborted) return "the runner is silent";
    return error instanceof SyntaxError ? "the runner says what is no JSON" : "no connection";
  } finally {
    silence.end();
    broken.abort();
  }
}

async function refusal(answer) {
  if (answer.status === 401) {
    return "the desk's token is not this runner's any more: open the address that it printed";
  }
  const said = await answer.json().catch(() => ({}));
  return said.error ?? `the runner answers ${answer.status}`;
}

/** Calls `over` when it is not told to begin again for so many milliseconds. */
function silence(ms, over) {
  let timer = setTimeout(over, ms);
  return {
    again() {
      clearTimeout(timer);
      timer = setTimeout(over, ms);
    },
    end: () => clearTimeout(timer),
  };
}

const OUTSIDE = {
  fetch: (...asked) => fetch(...asked),
  random: () => Math.random(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  silence,
};
