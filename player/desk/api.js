// What the operator asks of the runner, and its answer in words.

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 10_000;

/** The desk's API for one show. */
export class Api {
  #show;
  #fetch;

  /** For the show `{show, channel}`. */
  constructor({ show, channel }, get = (...asked) => fetch(...asked)) {
    this.#show = { channel, show };
    this.#fetch = get;
  }

  /** The address of a path below `/api/`, for this show. */
  at(path, more = {}) {
    const query = new URLSearchParams({ ...this.#show, ...more });
    return `/api/${path}?${query}`;
  }

  /**
   * Has something done, once, however often it has to be asked: `{problem, said}`, whose `problem`
   * is null when it was done. `body` is a value, or JSON that goes out to the letter.
   */
  act(path, body = null) {
    return this.#act(this.at(path), body);
  }

  /** Has something done to all shows of this channel: its viewers have one screen. */
  actOnChannel(path) {
    return this.#act(`/api/${path}?${new URLSearchParams({ channel: this.#show.channel })}`, null);
  }

  async #act(url, body) {
    const key = newKey();
    const ask = () =>
      this.#ask(url, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: body === null || typeof body === "string" ? body : JSON.stringify(body),
      });
    const first = await ask();
    // The connection broke: whether it was done is not known, and the key asks again in safety.
    return first.status === 0 ? await ask() : first;
  }

  /** What a cue would send now: `{payloads, error}`, or `{problem}`; null where no answer came. */
  async preview(cue, data) {
    const more = data === null ? {} : { data: JSON.stringify(data) };
    const path = `cues/${encodeURIComponent(cue)}/preview`;
    const { status, problem, said } = await this.#ask(this.at(path, more), {});
    if (status === 0) return null;
    return problem ? { problem } : said;
  }

  /** Who leads, and whose name is hidden: `{problem, said: {leaders, hidden}}`. */
  names() {
    return this.#ask(this.at("names"), {});
  }

  async #ask(url, options) {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await this.#fetch(url, { cache: "no-store", signal, ...options });
      const said = await answer.json().catch(() => ({}));
      return { status: answer.status, said, problem: problemOf(answer, said) };
    } catch {
      const problem = "no answer: the events tell whether it was done";
      return { status: 0, said: {}, problem };
    }
  }
}

/** The shows of this runner, `[{show, channel, name}]`. */
export async function shows() {
  const asked = fetch("/api/shows", { cache: "no-store" });
  const answer = await asked.catch(() => {
    throw new Error("the runner does not answer");
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said.shows;
  throw new Error(problemOf(answer, said));
}

function problemOf(answer, said) {
  if (answer.ok) return null;
  const { error, hint } = said.shows?.[0] ?? said;
  const words = error?.replace("\nhint: ", " · ") ?? `the runner answers ${answer.status}`;
  return hint ? `${words} · ${hint}` : words;
}

/** Of 128 random bits; `crypto.randomUUID` is missing where the page came by plain http. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
