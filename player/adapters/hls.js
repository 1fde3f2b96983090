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

function attachHls(player, onPayload) {
  const { Events } = player.constructor;
  const feed = feedOf(
    () => player.media,
    () => player.playingDate?.getTime(),
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
  const date = () => media.getStartDate?.().getTime() + media.currentTime * 1000;
  const feed = feedOf(() => media, date, onPayload);
  const unfollow = followTracks(media, feed);
  const quiet = listen([media, "emptied", () => feed.reset()]);
  return () => {
    unfollow();
    quiet();
  };
}

/** A feed on the time of a media element; `date()` is the wall time of what it shows now. */
function feedOf(media, date, onPayload) {
  const now = () => media()?.currentTime ?? 0;
  const dateOf = (time) => {
    const shown = date();
    return Number.isFinite(shown) ? shown + (time - now()) * 1000 : null;
  };
  return new Feed({ now, dateOf, onPayload });
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
