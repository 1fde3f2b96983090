// video.js: timed metadata as payloads.

import { Feed, decode, follow, isOwn, isOwnText } from "./feed.js";

/**
 * Calls `onPayload({text, time, date})` for each payload of a video.js player; returns what ends
 * it.
 */
export function attach(player, onPayload) {
  const tracks = player.textTracks();
  const feed = new Feed({
    now: () => player.currentTime(),
    dateOf: (time) => dateAt(tracks, time),
    onPayload,
  });
  // video.js has its own listeners; `follow` speaks the browser's way.
  const clock = {
    addEventListener: (name, listener) => player.on(name, listener),
    removeEventListener: (name, listener) => player.off(name, listener),
  };
  const unfollow = follow({
    tracks,
    clock,
    isOurs: (track) => track.kind === "metadata" && track.label === "Timed Metadata",
    read,
    feed,
  });
  const reset = () => feed.reset();
  player.on("loadstart", reset);
  return () => {
    player.off("loadstart", reset);
    unfollow();
  };
}

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export const dateOf = (player) => dateAt(player.textTracks(), player.currentTime() ?? 0);

/** The wall time of a moment: every segment tells its own. */
function dateAt(tracks, time) {
  const track = Array.from(tracks).find(({ label }) => label === "segment-metadata");
  const of = Array.from(track?.cues ?? []).findLast((cue) => cue.startTime <= time);
  const date = of?.value?.dateTimeObject?.getTime?.();
  return Number.isFinite(date) ? date + (time - of.startTime) * 1000 : null;
}

/** The text of a cue; null for what is not ours. */
function read({ value }) {
  if (value?.key === "PRIV" && isOwn(value.owner)) return decode(value.data ?? value.privateData);
  if (value?.key === "TXXX" && isOwnText(value.description))
    return String(value.data ?? value.value);
  return null;
}
