// One viewer's vote in one asking: what stands, what is on its way, and what is in between.

/** Waits between two tries where nothing answers, in milliseconds; the last one again and again. */
const BACKOFF_MS = [1000, 2000, 4000, 8000];
/** The longest wait that a server may ask for. */
const BUSY_MAX_MS = 30_000;
/** Those who were turned away come back spread over so long. */
const SPREAD_MS = 2000;
/** A vote that has not arrived after so long is given up. */
const TRY_MS = 10 * 60_000;

/** Tries of a vote that the server does not know the question of: it may have opened just now. */
const EARLY_TRIES = 4;

/** Problems after which no vote of this asking is taken any more. */
const OVER = ["closed", "absent"];
/** What only says that the request did not get through. */
const NOT_TAKEN_IN = [408, 429];
const FINAL = { 401: "no-id", 404: "absent", 409: "closed", 410: "absent" };

/**
 * A ballot fires `change` whenever one of these did:
 *
 * - `standing`: the key of the choice that the server acknowledged, or null
 * - `pending`: the key that is on its way, or null
 * - `change`: whether the viewer may vote otherwise; null where that is not known yet
 * - `problem`: null, or what is in the way: `offline`, `busy` and `early` (the server does not know
 *   that question yet) are tried again by themselves,
 *   `closed`, `absent` (no votes are taken here for that question), `no-id` (the browser does not
 *   keep who the viewer is), `refused`, and `unsent`, which is over and never arrived
 * - `againAt`: when a busy server is asked again, in milliseconds since 1970, or null
 */
export class Ballot extends EventTarget {
  standing = null;
  pending = null;
  change = null;
  problem = null;
  againAt = null;
  #send;
  #outside;
  #isSending = false;
  #hasLeft = false;

  /** `send(choice)` resolves to `{status, said, again}`; made by `votes.js`. */
  constructor(send, outside) {
    super();
    this.#send = send;
    this.#outside = outside;
  }

  /** Whether another choice can still be made. */
  get isOpen() {
    return !OVER.includes(this.problem) && !(this.change === false && this.standing !== null);
  }

  /** Votes for the answer of that key; sees to it until there is an answer. */
  choose(key) {
    if (!this.isOpen || (this.pending === null && key === this.standing)) return;
    this.pending = key;
    this.#hasLeft = false;
    if (!this.#isSending) {
      this.problem = null;
      this.#sendAll();
    }
    this.#tell();
  }

  /** What the server knows of it, told elsewhere; a vote of this page is newer. */
  know({ standing, change }) {
    const isNews = standing != null && this.standing === null && this.pending === null;
    if (!isNews && (change === undefined || change === this.change)) return;
    if (isNews) this.standing = standing;
    this.change = change ?? this.change;
    this.#tell();
  }

  /** The asking is over for this viewer: what is not sent yet is not sent any more. */
  leave() {
    this.#hasLeft = true;
    if (this.pending !== null && this.problem !== null) this.#settle("unsent");
  }

  async #sendAll() {
    const { now, random, wait } = this.#outside;
    const until = now() + TRY_MS;
    this.#isSending = true;
    for (let tries = 0; this.pending !== null; tries += 1) {
      const choice = this.pending;
      const answer = await this.#send(choice);
      const isEarly = answer.status === 404 && tries + 1 < EARLY_TRIES;
      if (!isEarly && this.#hear(choice, answer)) continue;
      if (this.#hasLeft || now() >= until) {
        this.#settle("unsent");
        break;
      }
      const isBusy = answer.status === 429 || answer.status === 503;
      const backoff = BACKOFF_MS[Math.min(tries, BACKOFF_MS.length - 1)];
      const ms = isBusy
        ? Math.min(answer.again ?? backoff, BUSY_MAX_MS) + random() * SPREAD_MS
        : backoff * (0.5 + random() / 2);
      this.problem = isBusy ? "busy" : isEarly ? "early" : "offline";
      this.againAt = isBusy ? now() + ms : null;
      this.#tell();
      await wait(ms, isBusy ? null : "online");
    }
    this.#isSending = false;
  }

  /** Whether the server's answer settles this choice. */
  #hear(choice, { status, said }) {
    if (status === 200 && typeof said.choice === "string") {
      if (said.choice !== choice) this.change = false;
      else if (this.standing !== null && this.standing !== choice) this.change = true;
      this.standing = said.choice;
      // The viewer may have thought again meanwhile.
      const isAll = this.pending === choice || this.pending === said.choice || !this.isOpen;
      if (isAll) this.#settle(null);
      return true;
    }
    if (status < 400 || status >= 500 || NOT_TAKEN_IN.includes(status)) return false;
    this.#settle(FINAL[status] ?? "refused");
    return true;
  }

  #settle(problem) {
    this.pending = null;
    this.problem = problem;
    this.againAt = null;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
