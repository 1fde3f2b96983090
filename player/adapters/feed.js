// What the adapters share: whose metadata it is, and each payload once, in order, at its time.

/** Who owns the timed metadata of Amazon IVS. */
export const OWNER = "metadata.live-video.net";
/** The service's own frame, about once a second. */
const OF_THE_SERVICE = "segmentmetadata";
/** Payloads that are remembered, so that seeking back does not fire them again. */
const SEEN_MAX = 2000;
/** Two loads of one segment may place a payload this far apart, in seconds: half a frame. */
const SAME_S = 0.015;

// Also what begins with a byte order mark is given as it was sent.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a PRIV frame with this owner is a payload. To be asked before its bytes are read. */
export const isOwn = (owner) => owner === OWNER;
/** Whether a TXXX frame with this description may be a payload. */
export const isOwnText = (description) => description !== OF_THE_SERVICE;
/** The bytes of a payload as text. */
export const decode = (bytes) => decoder.decode(bytes);

/** Holds payloads until the player reaches them. */
export class Feed {
  #now;
  #dateOf;
  #onPayload;
  #waiting = [];
  #seen = [];

  /**
   * `now()` is the player's time in seconds; `dateOf(time)` the wall time of a moment of the stream
   * in milliseconds, or null.
   */
  constructor({ now, dateOf = () => null, onPayload }) {
    this.#now = now;
    this.#dateOf = dateOf;
    this.#onPayload = onPayload;
  }

  /** Takes a payload that is to be shown at `time`; one that was taken before is ignored. */
  add(time, text) {
    const isSame = (seen) => seen.text === text && Math.abs(seen.time - time) < SAME_S;
    if (this.#seen.some(isSame)) return;
    this.#seen.push({ time, text });
    if (this.#seen.length > SEEN_MAX) this.#seen.shift();
    this.#waiting.push({ time, text });
    // Sorting is stable: two of one moment stay as they came.
    this.#waiting.sort((a, b) => a.time - b.time);
  }

  /** Fires all that is due. */
  fire() {
    const now = this.#now();
    while (this.#waiting.length > 0 && this.#waiting[0].time <= now) {
      const { time, text } = this.#waiting.shift();
      this.#onPayload({ text, time, date: this.#dateOf(time) });
    }
  }

  /** Forgets everything: another stream begins on the same player. */
  reset() {
    this.#waiting = [];
    this.#seen = [];
  }
}

/** Listens to several targets, `[target, name, listener]`; returns what ends it. */
export function listen(...all) {
  for (const [target, name, listener] of all) target.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of all) target.removeEventListener(name, listener);
  };
}

/**
 * Follows those of `tracks` that `isOurs` picks, and puts what `read(cue)` finds into the feed: the
 * cues that are there, not those that are active, for in a background tab cues come and go unseen.
 * `clock` is what fires `timeupdate`.
 */
export function follow({ tracks, clock, isOurs, read, feed }) {
  const looked = new WeakSet();
  const look = () => {
    for (const track of Array.from(tracks)) {
      if (!isOurs(track)) continue;
      // A disabled track has no cues.
      if (track.mode === "disabled") track.mode = "hidden";
      for (const cue of Array.from(track.cues ?? [])) {
        if (looked.has(cue)) continue;
        looked.add(cue);
        const text = read(cue);
        if (text !== null) feed.add(cue.startTime, text);
      }
    }
    feed.fire();
  };
  const followed = new Map();
  const followTrack = ({ track }) => {
    if (!track || !isOurs(track) || followed.has(track)) return;
    followed.set(track, listen([track, "cuechange", look]));
    look();
  };
  for (const track of Array.from(tracks)) followTrack({ track });
  const quiet = listen(
    [tracks, "addtrack", followTrack],
    [clock, "timeupdate", look],
    [document, "visibilitychange", look],
  );
  return () => {
    quiet();
    followed.forEach((stop) => stop());
  };
}
