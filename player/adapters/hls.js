// hls.js, and the browser's own HLS: timed metadata as payloads.

import { Feed, decode, follow, isOwn, isOwnText, listen } from "./feed.js";

/**
 * Calls `onPayload({text, time, date})` for each payload of an `Hls` player, or of a video element
 * that plays HLS by itself. Returns what ends it.
 */
export function attach(player, onPayload) {
  return player instanceof HTMLMediaElement
    ? attachMedia(player, onPayload)
    : attachHls(player, onPayload);
}

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export function dateOf(player) {
  const date =
    player instanceof HTMLMediaElement
      ? player.getStartDate?.().getTime() + player.currentTime * 1000
      : player.playingDate?.getTime();
  return Number.isFinite(date) ? date : null;
}

function attachHls(player, onPayload) {
  const { Events } = player.constructor;
  const feed = feedOf(
    () => player.media,
    () => dateOf(player),
    onPayload,
  );
  let unfollow = () => {};
  const end = () => unfollow();
  const begin = () => {
    end();
    unfollow = player.media ? followTracks(player.media, feed) : () => {};
  };
  // The player may let go of its element and take it again; only another source is a new stream.
  const events = [
    [Events.MEDIA_ATTACHED, begin],
    [Events.MEDIA_DETACHING, end],
    [Events.MANIFEST_LOADING, () => feed.reset()],
  ];
  for (const [event, listener] of events) player.on(event, listener);
  begin();
  return () => {
    for (const [event, listener] of events) player.off(event, listener);
    end();
  };
}

function attachMedia(media, onPayload) {
  const feed = feedOf(
    () => media,
    () => dateOf(media),
    onPayload,
  );
  const unfollow = followTracks(media, feed);
  const quiet = listen([media, "emptied", () => feed.reset()]);
  return () => {
    unfollow();
    quiet();
  };
}

/** A feed on the time of a media element; `date()` is the wall time of what it shows now, or null. */
function feedOf(media, date, onPayload) {
  const now = () => media()?.currentTime ?? 0;
  const dateAt = (time) => {
    const shown = date();
    return shown === null ? null : shown + (time - now()) * 1000;
  };
  return new Feed({ now, dateOf: dateAt, onPayload });
}

const followTracks = (media, feed) =>
  follow({
    tracks: media.textTracks,
    clock: media,
    isOurs: (track) => track.kind === "metadata",
    read,
    feed,
  });

/** The text of a cue; null for what is not ours. */
function read({ value }) {
  if (value?.key === "PRIV" && isOwn(value.info)) return decode(value.data);
  if (value?.key === "TXXX" && isOwnText(value.info)) return String(value.data);
  return null;
}
